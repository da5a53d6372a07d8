// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/server_text.h"

#include "conversations/ddeml/text_conversion.h"

#include <QString>

namespace tellwire::ddeml {

namespace {

Format textFormatOf(UINT format)
{
    return standardFormat(format == CF_UNICODETEXT ? StandardFormat::UnicodeText : StandardFormat::Text);
}

Result<QByteArray> convert(const QByteArray &bytes, const Format &from, const Format &to)
{
    return standardConversions().convert(Payload{from, bytes}, to).transform([](const Payload &made) {
        return made.bytes();
    });
}

/// Wide text none of whose units is beyond a byte: every second byte is zero. A terminated narrow text of one
/// character is not taken for it.
bool isPlainlyWide(const QByteArray &bytes)
{
    if (bytes.size() < 4 || bytes.size() % 2 != 0)
        return false;
    for (qsizetype place = 1; place < bytes.size(); place += 2)
        if (bytes[place] != '\0')
            return false;
    return true;
}

/// Ends with a wide terminator, as no narrow text does.
bool isTerminatedWide(const QByteArray &bytes)
{
    return bytes.size() >= 4 && bytes.size() % 2 == 0 && bytes.endsWith(QByteArrayView{"\0\0", 2});
}

/// Up to its first zero byte.
QByteArray widened(const QByteArray &narrow)
{
    return convert(narrow, textFormatOf(CF_TEXT), textFormatOf(CF_UNICODETEXT)).value_or(narrow);
}

QByteArray narrowed(const QByteArray &wide)
{
    return convert(wide, textFormatOf(CF_UNICODETEXT), textFormatOf(CF_TEXT)).value_or(wide);
}

} // namespace

Result<QByteArray> toPlainText(const QByteArray &bytes, UINT format)
{
    return convert(bytes, textFormatOf(format), Format::text());
}

Result<QByteArray> fromPlainText(const QByteArray &text, UINT format)
{
    return convert(text, Format::text(), textFormatOf(format));
}

Result<QByteArray> commandFor(bool isWideServer, const QByteArray &command, FormatNumber format)
{
    const bool isFromWideClient = format == CF_UNICODETEXT;
    if (!isTextFormat(format))
        return fromPlainText(command, textFormat(isWideServer));
    if (isFromWideClient && !isWideServer)
        return narrowed(command);
    if (!isWideServer)
        return isPlainlyWide(command) ? narrowed(command) : command;
    const bool isWide = isPlainlyWide(command) || (isFromWideClient && isTerminatedWide(command));
    return isWide ? command : widened(command);
}

} // namespace tellwire::ddeml
