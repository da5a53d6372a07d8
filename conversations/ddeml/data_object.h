// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/handles.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <unordered_map>

namespace tellwire::ddeml {

class Instance;

/// What stands behind a data handle. Source: ddeml-semantics.md B7.
struct DataObject
{
    /// Who is to free it.
    enum class Owner : quint8 {
        Program,      ///< Until it passes the handle on.
        ProgramAlone, ///< HDATA_APPOWNED: also after it was passed on.
        Library,      ///< A callback has it for as long as it runs.
    };

    HDDEDATA handle = nullptr;
    DWORD instance = 0;
    QByteArray bytes;
    HSZ item = nullptr; ///< As it was created with; not counted, and perhaps no handle any more.
    UINT format = 0;
    Owner owner = Owner::Program;
    bool isPassedOn = false; ///< From then on nobody may change it.
};

/// The data handles of a thread.
class DataTable
{
public:
    /// Gives the object a handle, if it has none yet, by which it is found from now on.
    HDDEDATA add(const std::shared_ptr<DataObject> &object);

    std::shared_ptr<DataObject> find(HDDEDATA handle) const;
    void remove(HDDEDATA handle);
    void removeOf(DWORD instance);

    /// The program passes the handle on, to a transaction or out of a callback: its content is fixed, and the
    /// handle is invalid from now on unless the program alone owns it. Nothing if there is no such handle of
    /// the instance.
    std::shared_ptr<DataObject> passOn(HDDEDATA handle, DWORD instance);

private:
    std::unordered_map<HDDEDATA, std::shared_ptr<DataObject>> m_objects;
};

} // namespace tellwire::ddeml
