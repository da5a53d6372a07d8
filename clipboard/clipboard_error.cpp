// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard_error.h"

#include <algorithm>
#include <array>

namespace tellwire {
namespace {

struct Row
{
    ClipboardError which;
    ErrorCode code;
    quint32 win32Number;
    const char *sentence;
};

constexpr std::array table{
    Row{ClipboardError::AccessDenied, ErrorCode::Busy, 5, "another window has the clipboard open"},
    Row{ClipboardError::NotOpen, ErrorCode::Refused, 1418, "the clipboard is not open"},
    Row{ClipboardError::InvalidParameter, ErrorCode::BadData, 87, "a parameter is not valid"},
    Row{ClipboardError::InvalidWindowHandle, ErrorCode::NoSuchItem, 1400, "there is no such window"},
    Row{ClipboardError::InsufficientBuffer, ErrorCode::TooLarge, 122, "the buffer is too small"},
    Row{ClipboardError::NoAccess, ErrorCode::BadData, 998, "an address is missing"},
};

const Row &rowOf(ClipboardError which)
{
    return *std::find_if(table.begin(), table.end(), [which](const Row &row) { return row.which == which; });
}

} // namespace

Error clipboardError(ClipboardError which, const QString &attempt)
{
    const Row &row = rowOf(which);
    return {.code = row.code,
            .detail = attempt + QStringLiteral(": ") + QLatin1String{row.sentence},
            .applicationCode = static_cast<quint8>(which)};
}

std::optional<ClipboardError> clipboardErrorOf(const Error &error)
{
    for (const Row &row : table)
        if (static_cast<quint8>(row.which) == error.applicationCode && row.code == error.code)
            return row.which;
    return std::nullopt;
}

quint32 win32Number(ClipboardError which) { return rowOf(which).win32Number; }

} // namespace tellwire
