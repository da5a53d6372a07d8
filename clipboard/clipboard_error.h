// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/error.h"

#include <optional>

namespace tellwire {

/// Why a call of the exact face (ClipboardSession) failed, in Win32's words. Travels in
/// Error::applicationCode.
enum class ClipboardError : quint8 {
    AccessDenied = 1,        ///< Somebody else has the clipboard open. ErrorCode::Busy.
    NotOpen = 2,             ///< The caller does not have it open; for set: nobody has. ErrorCode::Refused.
    InvalidParameter = 3,    ///< ErrorCode::BadData.
    InvalidWindowHandle = 4, ///< No living program has such a window. ErrorCode::NoSuchItem.
    InsufficientBuffer = 5,  ///< ErrorCode::TooLarge.
    NoAccess = 6,            ///< An address that has to be given is null. ErrorCode::BadData.
};

/// An error of the exact face: "`attempt`: sentence".
TELLWIRE_EXPORT Error clipboardError(ClipboardError which, const QString &attempt);

/// Which of them it is; empty for errors of another kind (a full disk, for instance).
TELLWIRE_EXPORT std::optional<ClipboardError> clipboardErrorOf(const Error &error);

/// What GetLastError() says on Win32, e.g. 1418 for "clipboard not open".
TELLWIRE_EXPORT quint32 win32Number(ClipboardError which);

} // namespace tellwire
