// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/program_text.h"

using namespace tellwire;
using namespace tellwire::ddeml;

namespace {

HSZ create(DWORD id, const char *text, int codePage)
{
    const std::shared_ptr<Instance> instance = instanceOf(id, DMLERR_INVALIDPARAMETER);
    if (!instance)
        return nullptr;
    if (text == nullptr)
        return failed<HSZ>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    const HSZ made = instance->strings().add(textOf(text, codePage));
    return made != nullptr ? made : failed<HSZ>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
}

DWORD query(DWORD id, HSZ string, char *place, DWORD room, int codePage)
{
    const std::shared_ptr<Instance> instance = instanceOf(id);
    if (!instance)
        return 0;
    if (string == nullptr) { // Windows says 1 for what is empty.
        copyText({}, codePage, place, room);
        return 1;
    }
    const ItemName *name = instance->strings().find(string);
    if (name == nullptr)
        return failed<DWORD>(*instance, DMLERR_INVALIDPARAMETER, 0);
    return copyText(name->text(), codePage, place, room);
}

} // namespace

HSZ DdeCreateStringHandleA(DWORD idInst, LPCSTR psz, int iCodePage) { return create(idInst, psz, iCodePage); }

HSZ DdeCreateStringHandleW(DWORD idInst, LPCWSTR psz, int iCodePage)
{
    return create(idInst, reinterpret_cast<const char *>(psz), iCodePage);
}

DWORD DdeQueryStringA(DWORD idInst, HSZ hsz, LPSTR psz, DWORD cchMax, int iCodePage)
{
    return query(idInst, hsz, psz, cchMax, iCodePage);
}

DWORD DdeQueryStringW(DWORD idInst, HSZ hsz, LPWSTR psz, DWORD cchMax, int iCodePage)
{
    return query(idInst, hsz, reinterpret_cast<char *>(psz), cchMax, iCodePage);
}

BOOL DdeFreeStringHandle(DWORD idInst, HSZ hsz)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    if (!instance)
        return FALSE;
    return instance->strings().release(hsz) ? TRUE : failed(*instance, DMLERR_INVALIDPARAMETER, FALSE);
}

BOOL DdeKeepStringHandle(DWORD idInst, HSZ hsz)
{
    const std::shared_ptr<Instance> instance = instanceOf(idInst);
    if (!instance)
        return FALSE;
    return instance->strings().keep(hsz) ? TRUE : failed(*instance, DMLERR_INVALIDPARAMETER, FALSE);
}

// No string comes before any string.
int DdeCmpStringHandles(HSZ hsz1, HSZ hsz2)
{
    const ThreadInstances &thread = ThreadInstances::ofThisThread();
    const ItemName *first = thread.findString(hsz1);
    const ItemName *second = thread.findString(hsz2);
    if (first == nullptr || second == nullptr)
        return (first != nullptr ? 1 : 0) - (second != nullptr ? 1 : 0);
    const std::weak_ordering order = *first <=> *second;
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
}
