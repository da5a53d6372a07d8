// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"
#include "formats/format_registry.h"
#include "formats/standard_formats.h"

namespace tellwire::pieces {
namespace {

// What is wanted first is not there, what is wanted last can be made.
Work negotiating()
{
    return {[registry = FormatRegistry::withStandardConversions(),
             wanted = QList{Format::png(), Format::html(), Format::text()},
             offered = QList{Format::json(), Format::uriList()}] {
        benchmark::require(registry.negotiate(wanted, offered).has_value(), "there is a way");
    }};
}

Work converting(const Payload &payload)
{
    const auto conversion = FormatRegistry::withStandardConversions().chain(payload.format(), Format::text());
    benchmark::require(conversion.has_value(), "there is a conversion");
    return {[conversion = *conversion, payload] {
        benchmark::require(conversion.apply(payload).has_value(), "it can be converted");
    }};
}

Work jsonToText()
{
    return converting({Format::json(), R"({"price": 12.75, "volume": 1200, "name": "ZAXX", "open": true})"});
}

Work htmlToText()
{
    return converting(
        {Format::html(), "<p>ZAXX is <b>12.75</b> &amp; rising</p><p>Since 9&nbsp;o'clock</p>"});
}

Work unicodeTextToText()
{
    return benchmark::valueOf(FormatRegistry::withStandardConversions()
                                  .convert(Payload::of(QStringLiteral("ZAXX is 12.75 and rising since 9")),
                                           standardFormat(StandardFormat::UnicodeText))
                                  .transform(converting));
}

} // namespace

std::vector<Piece> formatPieces()
{
    constexpr int inARow = 64;
    return {{"formats/negotiate", negotiating, inARow, true},
            {"convert/json_to_text", jsonToText, inARow, true},
            {"convert/html_to_text", htmlToText, inARow, true},
            {"convert/unicode_text_to_text", unicodeTextToText, inARow, true}};
}

} // namespace tellwire::pieces
