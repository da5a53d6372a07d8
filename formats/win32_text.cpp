// SPDX-License-Identifier: Apache-2.0
#include "formats/win32_text_p.h"

#include <QStringDecoder>
#include <QStringEncoder>

#include <algorithm>
#include <array>

namespace tellwire {
namespace {

/// Code page 1252 is Latin-1 but for these: what the bytes 0x80 to 0x9F mean. Five are not assigned; Windows
/// lets them stand for the control characters of the same number.
constexpr std::array<char16_t, 32> codePage1252Specials{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};
constexpr char32_t firstSpecial = 0x80;
constexpr char32_t lastSpecial = 0x9F;

char16_t characterOfByte(uchar byte)
{
    const bool isSpecial = byte >= firstSpecial && byte <= lastSpecial;
    return isSpecial ? codePage1252Specials[byte - firstSpecial] : char16_t{byte};
}

char byteOfCharacter(char32_t character)
{
    const bool isLatin1 = character < firstSpecial || (character > lastSpecial && character <= 0xFF);
    if (isLatin1)
        return static_cast<char>(character);
    const auto *special = std::ranges::find(codePage1252Specials, character);
    if (special == codePage1252Specials.end())
        return '?';
    return static_cast<char>(firstSpecial + static_cast<char32_t>(special - codePage1252Specials.begin()));
}

Result<void> hasNoZero(const QString &text)
{
    if (text.contains(QChar::Null))
        return Error{ErrorCode::BadData,
                     QStringLiteral("text with a zero character inside cannot be told whole")};
    return {};
}

/// Where the first unit of two zero bytes begins, or where the whole units end.
qsizetype lengthOfUnicodeText(const QByteArray &bytes)
{
    qsizetype length = 0;
    while (length + 1 < bytes.size() && (bytes[length] != '\0' || bytes[length + 1] != '\0'))
        length += 2;
    return length;
}

} // namespace

Result<QString> decodeUnicodeText(const QByteArray &bytes)
{
    const qsizetype length = lengthOfUnicodeText(bytes);
    const bool endsInsideUnit = length == bytes.size() - 1;
    QStringDecoder decoder{QStringDecoder::Utf16LE,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom};
    QString text = decoder.decode(QByteArrayView{bytes}.first(length));
    if (endsInsideUnit || decoder.hasError() || !text.isValidUtf16())
        return Error{ErrorCode::BadData, QStringLiteral("the text is not valid UTF-16")};
    return text;
}

Result<QByteArray> encodeUnicodeText(const QString &text)
{
    return hasNoZero(text).and_then([&text]() -> Result<QByteArray> {
        QStringEncoder encoder{QStringEncoder::Utf16LE};
        QByteArray bytes = encoder.encode(text);
        return bytes.append(2, '\0');
    });
}

QString decodeCodePage1252(const QByteArray &bytes)
{
    const qsizetype terminator = bytes.indexOf('\0');
    const QByteArrayView content = QByteArrayView{bytes}.first(terminator < 0 ? bytes.size() : terminator);
    QString text{content.size(), Qt::Uninitialized};
    std::ranges::transform(content, text.begin(),
                           [](char byte) { return QChar{characterOfByte(static_cast<uchar>(byte))}; });
    return text;
}

Result<QByteArray> encodeCodePage1252(const QString &text)
{
    return hasNoZero(text).and_then([&text]() -> Result<QByteArray> {
        QByteArray bytes;
        bytes.reserve(text.size() + 1);
        for (const char32_t character : text.toUcs4())
            bytes.append(byteOfCharacter(character));
        return bytes.append('\0');
    });
}

} // namespace tellwire
