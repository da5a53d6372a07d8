// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/text_conversion.h"

#include "conversations/engine/format_numbers.h"
#include "dde/transport/seat.h"

namespace tellwire::ddeml {
namespace {

bool isText(UINT format) { return format == CF_TEXT || format == CF_UNICODETEXT; }

} // namespace

const FormatRegistry &standardConversions()
{
    static const FormatRegistry standard = FormatRegistry::withStandardConversions();
    return standard;
}

QList<FormatNumber> acceptableFor(transport::Seat &seat, UINT format)
{
    QList<FormatNumber> numbers{static_cast<FormatNumber>(format)};
    if (!isText(format))
        return numbers;
    numbers.append(format == CF_TEXT ? CF_UNICODETEXT : CF_TEXT);
    if (const Result<FormatNumber> text = seat.formatNames().number(Format::text()))
        numbers.append(*text);
    return numbers;
}

Result<QByteArray> toProgram(transport::Seat &seat, const QByteArray &bytes, FormatNumber from, UINT format)
{
    if (from == format)
        return bytes;
    const std::optional<Format> source = engine::formatOf(seat, from);
    const std::optional<Format> wanted = engine::formatOf(seat, static_cast<FormatNumber>(format));
    if (!source || !wanted)
        return Error{ErrorCode::FormatNotOffered, QStringLiteral("a format that nobody registered")};
    return standardConversions().convert(Payload{*source, bytes}, *wanted).transform([](const Payload &made) {
        return made.bytes();
    });
}

Result<NumberedData> toPartner(transport::Seat &seat, const QByteArray &bytes, UINT format)
{
    const auto number = static_cast<FormatNumber>(format);
    if (!isText(format))
        return NumberedData{number, bytes};
    const Result<FormatNumber> text = seat.formatNames().number(Format::text());
    if (!text)
        return text.error();
    const Payload given{formatWithFixedNumber(number).value(), bytes};
    return standardConversions().convert(given, Format::text()).transform([&](const Payload &made) {
        return NumberedData{*text, made.bytes()};
    });
}

} // namespace tellwire::ddeml
