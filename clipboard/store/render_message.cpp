// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/render_message.h"

#include "clipboard/store/byte_reader.h"
#include "clipboard/store/byte_writer.h"

#include <algorithm>
#include <limits>

namespace tellwire::store {
namespace {

constexpr qsizetype maxNameBytes = 3 * Format::maxNameLength;
constexpr qsizetype maxDetailBytes = 1024;
constexpr quint16 liesOnBoard = 1; ///< In the flags of Rendered.

transport::Message message(RenderMessage type, quint32 transaction)
{
    return {.type = static_cast<quint8>(type), .id = transaction};
}

/// What none of these messages has a use for.
void requireRest(ByteReader &reader, const transport::Message &message)
{
    reader.require(message.sequence == 0 && message.time == 0, "a field is not zero that has no use");
    reader.require(message.flags == 0 || message.type == static_cast<quint8>(RenderMessage::Rendered),
                   "its flags are not zero");
    reader.require(message.payload.isEmpty() || message.type == static_cast<quint8>(RenderMessage::Rendered),
                   "it carries a payload");
}

Error bounded(Error error)
{
    error.detail.replace(QChar::Null, QLatin1Char(' '));
    while (error.detail.toUtf8().size() > maxDetailBytes)
        error.detail.chop(1 + (error.detail.size() / 8));
    return error;
}

} // namespace

transport::Message encodeRender(quint32 transaction, const Asking &asking)
{
    ByteWriter head;
    head.number(asking.content);
    head.text(asking.format.name());
    transport::Message result = message(RenderMessage::Render, transaction);
    result.head = head.take();
    return result;
}

transport::Message encodeRendered(quint32 transaction, const std::optional<QByteArray> &bytes)
{
    transport::Message result = message(RenderMessage::Rendered, transaction);
    result.flags = bytes ? quint16{0} : liesOnBoard;
    result.payload = bytes.value_or(QByteArray{});
    return result;
}

transport::Message encodeRefused(quint32 transaction, const Error &reason)
{
    const Error said = bounded(reason);
    constexpr auto longest = std::chrono::milliseconds{std::numeric_limits<quint32>::max()};
    ByteWriter head;
    head.number(static_cast<quint16>(said.code));
    head.number(said.applicationCode);
    head.number(quint8{0});
    head.number(
        static_cast<quint32>(std::clamp(said.retryAfter, std::chrono::milliseconds{0}, longest).count()));
    head.text(said.detail);
    transport::Message result = message(RenderMessage::Refused, transaction);
    result.head = head.take();
    return result;
}

Result<Asking> decodeRender(const transport::Message &message)
{
    ByteReader reader{message.head};
    requireRest(reader, message);
    Asking asking;
    reader.number(asking.content);
    Result<Format> format = Format::fromName(reader.text(maxNameBytes));
    reader.require(format.has_value(), "the format has no legal name");
    if (Result<void> finished = reader.finish(); !finished)
        return std::move(finished).error();
    asking.format = *std::move(format);
    return asking;
}

Result<std::optional<QByteArray>> decodeRendered(const transport::Message &message)
{
    ByteReader reader{message.head};
    requireRest(reader, message);
    reader.require(message.flags <= liesOnBoard, "a flag is unknown");
    reader.require(message.flags == 0 || message.payload.isEmpty(), "it carries a payload");
    if (Result<void> finished = reader.finish(); !finished)
        return std::move(finished).error();
    return message.flags == 0 ? std::optional{message.payload.array()} : std::nullopt;
}

Result<void> decodeRefused(const transport::Message &message, Error &reason)
{
    ByteReader reader{message.head};
    requireRest(reader, message);
    const std::optional<ErrorCode> code = errorCodeFromNumber(reader.number<quint16>());
    reader.require(code.has_value(), "the error code is unknown");
    reader.number(reason.applicationCode);
    reader.require(reader.number<quint8>() == 0, "a reserved field is not zero");
    reason.retryAfter = std::chrono::milliseconds{reader.number<quint32>()};
    reason.detail = reader.text(maxDetailBytes);
    reason.code = code.value_or(ErrorCode::Refused);
    return reader.finish();
}

} // namespace tellwire::store
