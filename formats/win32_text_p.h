// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QString>

namespace tellwire {

// The text formats of Win32 end with a zero character. What lies behind it means nothing, blocks of memory
// being larger than their text; a block without it is text to its end. Line ends stay as they are.

/// CF_UNICODETEXT: UTF-16, low byte first. BadData for half characters.
Result<QString> decodeUnicodeText(const QByteArray &bytes);

/// BadData for text with a zero character inside, which would be cut off there.
Result<QByteArray> encodeUnicodeText(const QString &text);

/// CF_TEXT, taken as Windows code page 1252. Every byte means something, so this cannot fail.
QString decodeCodePage1252(const QByteArray &bytes);

/// What the code page lacks becomes a question mark. BadData as for encodeUnicodeText().
Result<QByteArray> encodeCodePage1252(const QString &text);

} // namespace tellwire
