// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/callback_arguments.h"
#include "dde/protocol/monitor_event.h"

#include <optional>

namespace tellwire::ddeml {

class Instance;
struct DataObject;

// What this program's instances tell monitors. Monitors themselves tell nothing, or they would be told of it.

/// A callback of the program, from before it is called until it has returned.
class CallbackReport
{
public:
    CallbackReport(const Instance &instance, const CallbackArguments &arguments);

    /// Does not look at the arguments any more: handles may be gone.
    void finish(HDDEDATA result);

private:
    MonitoredData dataOf(HDDEDATA handle) const;

    const Instance &m_instance;
    std::optional<MonitoredCallback> m_callback; ///< If anybody wants to know.
};

void reportError(const Instance &instance, UINT error);
void reportString(const Instance &instance, MonitoredString::Change change, HSZ string, const QString &text);

} // namespace tellwire::ddeml
