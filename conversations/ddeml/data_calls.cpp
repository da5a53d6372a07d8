// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace tellwire;
using namespace tellwire::ddeml;

// Source: ddeml-semantics.md B7.
namespace {

std::shared_ptr<DataObject> objectOf(HDDEDATA handle)
{
    ThreadInstances &thread = ThreadInstances::ofThisThread();
    std::shared_ptr<DataObject> found = thread.data().find(handle);
    if (!found)
        thread.setLastErrorOfAll(DMLERR_INVALIDPARAMETER);
    return found;
}

void setErrorOf(const DataObject &object, UINT error)
{
    if (const auto instance = ThreadInstances::ofThisThread().find(object.instance))
        instance->setLastError(error);
}

std::uint64_t mostBytes(const Instance &instance)
{
    return std::min<std::uint64_t>(instance.seat().configuration().payloadLimit,
                                   std::numeric_limits<DWORD>::max());
}

/// Puts the bytes at their place; what lies before it and was not there is zero.
void write(QByteArray &bytes, const BYTE *source, DWORD size, DWORD offset)
{
    const qsizetype end = qsizetype{offset} + size;
    if (bytes.size() < end)
        bytes.append(end - bytes.size(), '\0');
    if (source != nullptr && size > 0)
        std::memcpy(bytes.data() + offset, source, size);
}

} // namespace

HDDEDATA DdeCreateDataHandle(DWORD idInst, LPBYTE pSrc, DWORD cb, DWORD cbOff, HSZ hszItem, UINT wFmt,
                             UINT afCmd)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst, DMLERR_INVALIDPARAMETER);
    if (!instance)
        return nullptr;
    if ((afCmd & ~UINT{HDATA_APPOWNED}) != 0)
        return failed<HDDEDATA>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    if (std::uint64_t{cb} + cbOff > mostBytes(*instance))
        return failed<HDDEDATA>(*instance, DMLERR_MEMORY_ERROR, nullptr);
    const auto object = std::make_shared<DataObject>();
    object->instance = idInst;
    object->item = hszItem;
    object->format = wFmt;
    object->owner =
        (afCmd & HDATA_APPOWNED) != 0 ? DataObject::Owner::ProgramAlone : DataObject::Owner::Program;
    write(object->bytes, pSrc, cb, cbOff);
    return instance->thread().data().add(object);
}

HDDEDATA DdeAddData(HDDEDATA hData, LPBYTE pSrc, DWORD cb, DWORD cbOff)
{
    const std::shared_ptr<DataObject> object = objectOf(hData);
    if (!object)
        return nullptr;
    const std::shared_ptr<Instance> instance = ThreadInstances::ofThisThread().find(object->instance);
    if (object->isPassedOn || object->owner == DataObject::Owner::Library || (pSrc == nullptr && cb > 0))
        return failed<HDDEDATA>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    if (std::uint64_t{cb} + cbOff > mostBytes(*instance))
        return failed<HDDEDATA>(*instance, DMLERR_MEMORY_ERROR, nullptr);
    write(object->bytes, pSrc, cb, cbOff);
    return hData;
}

DWORD DdeGetData(HDDEDATA hData, LPBYTE pDst, DWORD cbMax, DWORD cbOff)
{
    const std::shared_ptr<DataObject> object = objectOf(hData);
    if (!object)
        return 0;
    const QByteArray &bytes = object->bytes;
    if (pDst == nullptr)
        return static_cast<DWORD>(bytes.size());
    if (cbOff >= bytes.size())
        return 0;
    const auto count = std::min<qsizetype>(bytes.size() - cbOff, cbMax);
    std::memcpy(pDst, bytes.constData() + cbOff, static_cast<std::size_t>(count));
    return static_cast<DWORD>(count);
}

// The bytes are the handle's own copy, so that what a receiver writes there is seen by nobody else.
LPBYTE DdeAccessData(HDDEDATA hData, LPDWORD pcbDataSize)
{
    const std::shared_ptr<DataObject> object = objectOf(hData);
    if (!object)
        return nullptr;
    if (pcbDataSize != nullptr)
        *pcbDataSize = static_cast<DWORD>(object->bytes.size());
    return reinterpret_cast<LPBYTE>(object->bytes.data());
}

BOOL DdeUnaccessData(HDDEDATA hData) { return objectOf(hData) ? TRUE : FALSE; }

BOOL DdeFreeDataHandle(HDDEDATA hData)
{
    if (hData == plainResult(TRUE)) // What a transaction without data returns.
        return TRUE;
    const std::shared_ptr<DataObject> object = objectOf(hData);
    if (!object)
        return FALSE;
    if (object->owner == DataObject::Owner::Library) {
        setErrorOf(*object, DMLERR_INVALIDPARAMETER);
        return FALSE;
    }
    ThreadInstances::ofThisThread().data().remove(hData);
    return TRUE;
}
