// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"
#include "formats/result.h"
#include "formats/standard_formats.h"

#include <QByteArray>

namespace tellwire::ddeml {

// Text is narrow (CF_TEXT, taken as code page 1252) or wide (CF_UNICODETEXT) here, and UTF-8 with partners
// who are not of the exact face.

/// What is asked of a program first when a partner wants text.
constexpr UINT textFormat(bool isWide) { return isWide ? CF_UNICODETEXT : CF_TEXT; }

constexpr bool isTextFormat(UINT format) { return format == CF_TEXT || format == CF_UNICODETEXT; }

/// UTF-8 of text in that format. Errors: BadData.
Result<QByteArray> toPlainText(const QByteArray &bytes, UINT format);

/// The reverse, with a terminator. What the format lacks becomes a question mark. Errors: BadData.
Result<QByteArray> fromPlainText(const QByteArray &text, UINT format);

/// A command string as the callback of a server gets it. `format` says what the client is: 1 narrow, 13 wide;
/// 0 of another face, whose commands are UTF-8. Errors: BadData, of commands in UTF-8 only.
/// Source: ddeml-semantics.md B6, the table of what Windows does.
Result<QByteArray> commandFor(bool isWideServer, const QByteArray &command, FormatNumber format);

} // namespace tellwire::ddeml
