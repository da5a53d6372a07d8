// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "formats/win32_text_p.h"

#include <algorithm>
#include <cstring>
#include <string>

using namespace tellwire;
using namespace tellwire::ddeml;

// The code page decides whether characters are narrow or wide, and not which of the two functions is called.
// Source: ddeml-semantics.md A2.
namespace {

constexpr std::size_t mostCharacters =
    maxNameLength + 1; // One more than is allowed shows that it is too much.

/// Narrow text is code page 1252, like CF_TEXT.
QString fromNarrow(const char *text)
{
    return decodeCodePage1252(QByteArray{text, static_cast<qsizetype>(strnlen(text, mostCharacters))});
}

/// The bytes may lie anywhere.
QString fromWide(const char *text)
{
    QString result;
    for (std::size_t index = 0; index < mostCharacters; ++index) {
        char16_t unit = 0;
        std::memcpy(&unit, text + index * sizeof(unit), sizeof(unit));
        if (unit == 0)
            break;
        result.append(QChar{unit});
    }
    return result;
}

HSZ create(DWORD id, const char *text, int codePage)
{
    const std::shared_ptr<Instance> instance = instanceOf(id, DMLERR_INVALIDPARAMETER);
    if (!instance)
        return nullptr;
    if (text == nullptr)
        return failed<HSZ>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    const HSZ made = instance->strings().add(codePage == CP_WINUNICODE ? fromWide(text) : fromNarrow(text));
    return made != nullptr ? made : failed<HSZ>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
}

/// As many characters as there is room for, and a zero behind them; without a place, how many there are.
template <typename Character>
DWORD copy(const std::basic_string<Character> &text, char *place, DWORD room)
{
    if (place == nullptr)
        return static_cast<DWORD>(text.size());
    if (room == 0)
        return 0;
    const std::size_t count = std::min<std::size_t>(text.size(), room - 1);
    std::memcpy(place, text.c_str(), count * sizeof(Character));
    std::memset(place + count * sizeof(Character), 0, sizeof(Character));
    return static_cast<DWORD>(count);
}

DWORD copyAs(int codePage, const QString &text, char *place, DWORD room)
{
    if (codePage == CP_WINUNICODE)
        return copy(text.toStdU16String(), place, room);
    QByteArray narrow = encodeCodePage1252(text).value();
    narrow.chop(1); // Its terminator.
    return copy(narrow.toStdString(), place, room);
}

DWORD query(DWORD id, HSZ string, char *place, DWORD room, int codePage)
{
    const std::shared_ptr<Instance> instance = instanceOf(id);
    if (!instance)
        return 0;
    if (string == nullptr) { // Windows says 1 for what is empty.
        copyAs(codePage, {}, place, room);
        return 1;
    }
    const ItemName *name = instance->strings().find(string);
    if (name == nullptr)
        return failed<DWORD>(*instance, DMLERR_INVALIDPARAMETER, 0);
    return copyAs(codePage, name->text(), place, room);
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
