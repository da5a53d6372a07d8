// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/payload.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

namespace tellwire {

/// How many arrays and objects may lie inside one another in JSON that is read.
inline constexpr int maxJsonDepth = 512;

/// Files that people write may contain comments; what programs say to each other may not.
enum class JsonComments : std::uint8_t { Refused, Skipped };

/// Reads JSON that anybody may have written: never throws, and needs a bounded stack however deep the
/// nesting. Error: BadData, with the place.
TELLWIRE_EXPORT Result<nlohmann::json> parseJson(const QByteArray &bytes,
                                                 JsonComments comments = JsonComments::Refused);

/// Writes compact JSON. Never throws: what is not UTF-8 in a string becomes U+FFFD.
TELLWIRE_EXPORT QByteArray printJson(const nlohmann::json &value);

/// A string literal as a template argument.
template <std::size_t Size>
struct Literal
{
    // NOLINTBEGIN(modernize-avoid-c-arrays): only a C array binds to a literal.
    char text[Size];
    consteval Literal(const char (&source)[Size]) { std::copy_n(source, Size, text); }
    // NOLINTEND(modernize-avoid-c-arrays)

    constexpr std::string_view view() const { return {text, Size - 1}; }
};

/// Carries T as JSON under the given format name. T needs nlohmann's to_json and from_json; whatever
/// from_json throws is BadData.
///
///     template <> struct tellwire::FormatOf<Quote> : JsonFormat<Quote, "application/x-quote+json"> {};
template <typename T, Literal name>
struct JsonFormat
{
    static Format format()
    {
        static const Format format{QString::fromUtf8(name.view().data(), qsizetype{name.view().size()})};
        return format;
    }

    static QByteArray encode(const T &value) { return printJson(nlohmann::json(value)); }

    static Result<T> decode(const QByteArray &bytes)
    {
        return parseJson(bytes).and_then([](const nlohmann::json &parsed) -> Result<T> {
            try {
                return parsed.get<T>();
            } catch (const std::exception &problem) {
                return Error{ErrorCode::BadData, QString::fromUtf8(problem.what())};
            }
        });
    }
};

/// JSON as it is, whatever it means.
template <>
struct FormatOf<nlohmann::json> : JsonFormat<nlohmann::json, "application/json">
{};

} // namespace tellwire
