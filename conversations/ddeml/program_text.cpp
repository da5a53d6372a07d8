// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/program_text.h"

#include "dde/protocol/names.h"
#include "formats/win32_text_p.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace tellwire::ddeml {
namespace {

constexpr std::size_t mostCharacters = maxNameLength + 1;

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

} // namespace

QString textOf(const char *text, int codePage)
{
    return codePage == CP_WINUNICODE ? fromWide(text) : fromNarrow(text);
}

DWORD copyText(const QString &text, int codePage, char *place, DWORD room)
{
    if (codePage == CP_WINUNICODE)
        return copy(text.toStdU16String(), place, room);
    QByteArray narrow = encodeCodePage1252(text).value();
    narrow.chop(1); // Its terminator.
    return copy(narrow.toStdString(), place, room);
}

} // namespace tellwire::ddeml
