// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"

#include "dde/protocol/message_reader.h"
#include "dde/protocol/message_writer.h"

#include <QMetaEnum>

#include <utility>

namespace tellwire::protocol {

namespace {

// One list of fields for each message, in the order of the wire; `wire` is a MessageWriter or a
// MessageReader.

template <typename Wire>
void describe(Wire &wire, QList<FormatNumber> &formats)
{
    wire.list(formats, 1, maxFormatsPerMessage, [&wire](FormatNumber &format) { wire.number(format); });
}

template <typename Wire>
void describe(Wire &wire, std::optional<ConversationContext> &context)
{
    bool isThere = context.has_value();
    wire.choices(isThere);
    if (!isThere)
        return;
    if (!context)
        context.emplace();
    wire.number(context->instance);
    wire.require(context->instance != 0, "an instance of the exact face has no number");
    wire.choices(context->isWide, context->effectiveOnly);
    wire.number(context->flags);
    wire.number(context->country);
    wire.number(context->codePage);
    wire.number(context->language);
    wire.number(context->security);
    wire.number(context->impersonationLevel);
    wire.number(context->trackingMode);
}

template <typename Wire>
void describe(Wire &wire, Initiate &message)
{
    wire.id(message.conversation);
    wire.number(message.instance);
    wire.reserved16();
    wire.name(message.service);
    wire.name(message.topic);
    wire.number(message.found);
    describe(wire, message.context);
}

template <typename Wire>
void describe(Wire &wire, Terminate &message)
{
    wire.id(message.conversation);
    wire.errorIfAny(message.reason);
}

template <typename Wire>
void describe(Wire &wire, Request &message)
{
    wire.id(message.transaction);
    wire.number(message.conversation);
    wire.name(message.item);
    describe(wire, message.formats);
}

template <typename Wire>
void describe(Wire &wire, Poke &message)
{
    wire.id(message.transaction);
    wire.number(message.conversation);
    wire.name(message.item);
    wire.number(message.format);
    wire.require(message.format != anyFormat, "the value has no format");
    wire.number(message.ifSequence);
    wire.payload(message.value);
}

template <typename Wire>
void describe(Wire &wire, Execute &message)
{
    wire.id(message.transaction);
    wire.number(message.conversation);
    wire.number(message.format);
    wire.payload(message.command);
}

template <typename Wire>
void describe(Wire &wire, Advise &message)
{
    wire.id(message.link);
    wire.number(message.conversation);
    wire.name(message.item);
    wire.choice(message.kind, LinkKind::Warm);
    wire.choice(message.pace, LinkPace::Acknowledged);
    wire.number(message.window);
    wire.require((message.pace == LinkPace::Acknowledged) == (message.window > 0),
                 "the window does not fit the pace");
    describe(wire, message.formats);
    wire.choices(message.wholeBatches, message.finalValue, message.awaitItem);
    wire.require(!message.wholeBatches ||
                     (message.kind == LinkKind::Hot && message.pace == LinkPace::EveryUpdate),
                 "whole batches come on hot links for every update only");
    wire.require(!message.finalValue || message.kind == LinkKind::Warm, "a hot link has no final value");
}

template <typename Wire>
void describe(Wire &wire, Unadvise &message)
{
    wire.id(message.link);
    wire.number(message.transaction);
}

template <typename Wire>
void describe(Wire &wire, Fetch &message)
{
    wire.id(message.link);
}

template <typename Wire>
void describe(Wire &wire, Cancel &message)
{
    wire.id(message.transaction);
}

template <typename Wire>
void describe(Wire &wire, Received &message)
{
    wire.id(message.link);
    wire.sequence(message.sequence);
}

template <typename Wire>
void describe(Wire &wire, Find &message)
{
    wire.id(message.transaction);
    wire.nameIfAny(message.service);
    wire.nameIfAny(message.topic);
    describe(wire, message.context);
}

template <typename Wire>
void describe(Wire &wire, RequestMany &message)
{
    wire.id(message.transaction);
    wire.number(message.conversation);
    describe(wire, message.formats);
    wire.list(message.items, 1, maxItemsPerRequest, [&wire](ItemName &item) { wire.name(item); });
}

template <typename Wire>
void describe(Wire &wire, Browse &message)
{
    wire.id(message.transaction);
    wire.number(message.conversation);
    wire.number(message.limit);
    wire.require(message.limit > 0, "a page without items is asked for");
    wire.nameIfAny(message.prefix);
    wire.nameIfAny(message.after);
}

template <typename Wire>
void describe(Wire &wire, Opened &message)
{
    wire.id(message.conversation);
    wire.number(message.instance);
    wire.name(message.service);
    wire.name(message.topic);
    wire.number(message.exactPartner);
}

template <typename Wire>
void describe(Wire &wire, Refused &message)
{
    wire.id(message.conversation);
    wire.error(message.reason);
}

template <typename Wire>
void describe(Wire &wire, Answer &message)
{
    wire.id(message.transaction);
    wire.quality(message.quality);
    wire.time(message.time);
    wire.number(message.format);
    wire.require(message.format != anyFormat, "the value has no format");
    wire.number(message.sequence);
    wire.payload(message.value);
}

template <typename Wire>
void describe(Wire &wire, Accepted &message)
{
    wire.id(message.transaction);
    wire.applicationCode(message.applicationCode);
}

template <typename Wire>
void describe(Wire &wire, Declined &message)
{
    wire.id(message.transaction);
    wire.error(message.reason);
}

template <typename Wire>
void describe(Wire &wire, Advised &message)
{
    wire.id(message.link);
    wire.number(message.format);
    wire.require(message.format != anyFormat, "the link has no format");
    wire.number(message.sequence);
    wire.number(message.latestPlace);
    wire.number(message.publication);
}

template <typename Wire>
void describe(Wire &wire, Value &message)
{
    wire.id(message.link);
    wire.batchMark(message.partOfBatch);
    wire.quality(message.quality);
    wire.sequence(message.sequence);
    wire.time(message.time);
    wire.payload(message.value);
}

template <typename Wire>
void describe(Wire &wire, Changed &message)
{
    wire.id(message.link);
    wire.quality(message.quality);
    wire.sequence(message.sequence);
    wire.time(message.time);
}

template <typename Wire>
void describe(Wire &wire, LinkEnded &message)
{
    wire.id(message.link);
    wire.error(message.reason);
}

template <typename Wire>
void describe(Wire &wire, Found &message)
{
    wire.id(message.transaction);
    wire.choices(message.isComplete);
    wire.list(message.topics, 0, maxFoundTopics, [&wire](FoundTopic &found) {
        wire.number(found.instance);
        wire.name(found.service);
        wire.name(found.topic);
    });
}

template <typename Wire>
void describe(Wire &wire, AnswerPart &part)
{
    bool isRefused = part.refusal.has_value();
    wire.choices(isRefused);
    if (isRefused) {
        if (!part.refusal)
            part.refusal.emplace();
        return wire.error(*part.refusal);
    }
    wire.choice(part.quality, Quality::Stale);
    wire.number(part.sequence);
    wire.number(part.time);
    wire.number(part.format);
    wire.require(part.format != anyFormat, "the value has no format");
    wire.number(part.length);
}

template <typename Wire>
void describe(Wire &wire, AnswerMany &message)
{
    wire.id(message.transaction);
    std::uint64_t length = 0;
    wire.list(message.parts, 1, maxItemsPerRequest, [&](AnswerPart &part) {
        describe(wire, part);
        length += part.refusal ? 0 : part.length;
    });
    wire.require(length == static_cast<std::uint64_t>(wire.payloadSize(message.values)),
                 "the values have other lengths than it says");
    wire.payload(message.values);
}

template <typename Wire>
void describe(Wire &wire, BatchEnd &)
{
    wire.noId();
}

template <typename AnyMessage>
Error malformed(const Error &complaint)
{
    return Error{
        complaint.code,
        QStringLiteral("A malformed %1 arrived: %2").arg(toString(AnyMessage::type), complaint.detail)};
}

/// Reads the message where it stays.
template <typename Said, std::size_t index>
Result<Said> decodeAs(transport::Message &bytes)
{
    Result<Said> said{Said{std::in_place_index<index>}};
    MessageReader reader{bytes};
    describe(reader, std::get<index>(*said));
    if (const Result<void> finished = reader.finish(); !finished)
        said = malformed<std::variant_alternative_t<index, Said>>(finished.error());
    return said;
}

/// Tries the alternatives of `Said` from `index` on until the type fits.
template <typename Said, std::size_t index = 0>
Result<Said> decodeOneOf(transport::Message &bytes)
{
    if constexpr (index == std::variant_size_v<Said>) {
        return Error{ErrorCode::VersionMismatch,
                     QStringLiteral("A message of type %1 arrived, which this version does not "
                                    "expect from that side; it was skipped.")
                         .arg(toString(MessageType{bytes.type}))};
    } else if (MessageType{bytes.type} == std::variant_alternative_t<index, Said>::type) {
        return decodeAs<Said, index>(bytes);
    } else {
        return decodeOneOf<Said, index + 1>(bytes);
    }
}

} // namespace

QString toString(MessageType type)
{
    const auto number = static_cast<int>(type);
    const char *word = QMetaEnum::fromType<MessageType>().valueToKey(number);
    return word != nullptr ? QString::fromLatin1(word)
                           : QStringLiteral("0x%1").arg(number, 2, 16, QLatin1Char('0'));
}

template <typename AnyMessage>
transport::Message encode(AnyMessage message)
{
    MessageWriter writer{AnyMessage::type};
    describe(writer, message);
    return writer.take();
}

template transport::Message encode(Initiate);
template transport::Message encode(Terminate);
template transport::Message encode(Request);
template transport::Message encode(Poke);
template transport::Message encode(Execute);
template transport::Message encode(Advise);
template transport::Message encode(Unadvise);
template transport::Message encode(Fetch);
template transport::Message encode(Cancel);
template transport::Message encode(Received);
template transport::Message encode(Find);
template transport::Message encode(RequestMany);
template transport::Message encode(Browse);
template transport::Message encode(Opened);
template transport::Message encode(Refused);
template transport::Message encode(Answer);
template transport::Message encode(Accepted);
template transport::Message encode(Declined);
template transport::Message encode(Advised);
template transport::Message encode(Value);
template transport::Message encode(Changed);
template transport::Message encode(LinkEnded);
template transport::Message encode(Found);
template transport::Message encode(AnswerMany);
template transport::Message encode(BatchEnd);

Result<ClientMessage> decodeFromClient(transport::Message message)
{
    return decodeOneOf<ClientMessage>(message);
}

Result<ServerMessage> decodeFromServer(transport::Message message)
{
    return decodeOneOf<ServerMessage>(message);
}

} // namespace tellwire::protocol
