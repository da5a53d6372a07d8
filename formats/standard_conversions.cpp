// SPDX-License-Identifier: Apache-2.0
#include "formats/format_registry.h"
#include "formats/html_text_p.h"
#include "formats/json_format.h"
#include "formats/standard_formats.h"
#include "formats/win32_text_p.h"

#include <QStringDecoder>
#include <QStringList>

namespace tellwire {
namespace {

using Text = FormatOf<QString>;

/// JSON is text already; so it stays as its author laid it out, with every digit.
Result<QByteArray> textOfJson(const QByteArray &json)
{
    return parseJson(json).transform([&json](const nlohmann::json &) { return json; });
}

/// UTF-8, unless a byte order mark says otherwise, as on some clipboards.
Result<QByteArray> textOfHtmlBytes(const QByteArray &html)
{
    const QStringConverter::Encoding encoding =
        QStringConverter::encodingForData(html).value_or(QStringConverter::Utf8);
    QStringDecoder decoder{encoding, QStringDecoder::Flag::Stateless};
    const QString source = decoder.decode(html);
    if (decoder.hasError())
        return Error{ErrorCode::BadData, QStringLiteral("the HTML is not valid Unicode")};
    return Text::encode(textOfHtml(source));
}

/// One address on each line. Comments are left out; RFC 2483 says that they mean nothing.
Result<QByteArray> textOfUriList(const QByteArray &uriList)
{
    return Text::decode(uriList).transform([](const QString &list) {
        QStringList addresses;
        for (const QStringView line : QStringView{list}.tokenize(u'\n', Qt::SkipEmptyParts)) {
            const QStringView address = line.trimmed();
            if (!address.isEmpty() && !address.startsWith(u'#'))
                addresses.append(address.toString());
        }
        return Text::encode(addresses.join(u'\n'));
    });
}

Result<QByteArray> unicodeTextOfText(const QByteArray &text)
{
    return Text::decode(text).and_then(encodeUnicodeText);
}

Result<QByteArray> textOfUnicodeText(const QByteArray &bytes)
{
    return decodeUnicodeText(bytes).transform(Text::encode);
}

Result<QByteArray> codePage1252OfText(const QByteArray &text)
{
    return Text::decode(text).and_then(encodeCodePage1252);
}

Result<QByteArray> textOfCodePage1252(const QByteArray &bytes)
{
    return Text::encode(decodeCodePage1252(bytes));
}

} // namespace

FormatRegistry FormatRegistry::withStandardConversions()
{
    const Format text = Format::text();
    const Format unicodeText = standardFormat(StandardFormat::UnicodeText);
    const Format windowsText = standardFormat(StandardFormat::Text);
    FormatRegistry registry;
    registry.addConversion(Format::json(), text, textOfJson);
    registry.addConversion(Format::uriList(), text, textOfUriList);
    registry.addConversion(Format::html(), text, textOfHtmlBytes, {.loss = Loss::Lossy});
    registry.addConversion(unicodeText, text, textOfUnicodeText);
    registry.addConversion(text, unicodeText, unicodeTextOfText);
    registry.addConversion(windowsText, text, textOfCodePage1252);
    registry.addConversion(text, windowsText, codePage1252OfText, {.loss = Loss::Lossy});
    return registry;
}

} // namespace tellwire
