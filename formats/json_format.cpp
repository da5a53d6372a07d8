// SPDX-License-Identifier: Apache-2.0
#include "formats/json_format.h"

namespace tellwire {
namespace {

/// Long enough for nlohmann's sentence, too short for a whole token of the input inside it.
constexpr qsizetype maxProblemLength = 200;

/// The last character of the comment that begins at `start`; `start` if none does.
qsizetype endOfComment(QByteArrayView bytes, qsizetype start)
{
    const QByteArrayView rest = bytes.sliced(start);
    const bool isBlock = rest.startsWith("/*");
    if (!isBlock && !rest.startsWith("//"))
        return start;
    const qsizetype end = isBlock ? rest.indexOf("*/", 2) : rest.indexOf('\n');
    return end < 0 ? bytes.size() - 1 : start + end + (isBlock ? 1 : 0);
}

/// Looks at brackets outside strings and comments only; whether they match is the parser's business.
bool nestsTooDeeply(const QByteArray &bytes, JsonComments comments)
{
    int depth = 0;
    bool inString = false;
    bool escaped = false;
    for (qsizetype place = 0; place < bytes.size(); ++place) {
        const char character = bytes.at(place);
        if (inString) {
            inString = character != '"' || escaped;
            escaped = character == '\\' && !escaped;
        } else if (character == '/' && comments == JsonComments::Skipped) {
            place = endOfComment(bytes, place);
        } else if (character == '"') {
            inString = true;
        } else if (character == '[' || character == '{') {
            if (++depth > maxJsonDepth)
                return true;
        } else if ((character == ']' || character == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<nlohmann::json> parseJson(const QByteArray &bytes, JsonComments comments)
{
    // The parser takes a zero byte for the end, and would accept whatever stands behind it.
    if (const qsizetype zero = bytes.indexOf('\0'); zero >= 0)
        return Error{ErrorCode::BadData, QStringLiteral("the JSON has a zero byte at position %1").arg(zero)};
    // Parsing needs no stack, but copying and printing what was parsed do.
    if (nestsTooDeeply(bytes, comments))
        return Error{ErrorCode::BadData,
                     QStringLiteral("the JSON nests more than %1 levels deep").arg(maxJsonDepth)};
    try {
        return nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, true,
                                     comments == JsonComments::Skipped);
    } catch (const nlohmann::json::exception &problem) {
        return Error{ErrorCode::BadData, QString::fromUtf8(problem.what()).left(maxProblemLength)};
    }
}

QByteArray printJson(const nlohmann::json &value)
{
    using nlohmann::json;
    return QByteArray::fromStdString(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

} // namespace tellwire
