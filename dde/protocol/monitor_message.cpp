// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/monitor_message.h"

#include "dde/protocol/message_reader.h"
#include "dde/protocol/message_writer.h"

#include <chrono>
#include <utility>

namespace tellwire::protocol {

namespace {

constexpr qsizetype maxTextInBytes = 3 * maxNameLength; ///< A UTF-16 unit becomes three bytes at most.

// One list of fields for both directions, as in message_codec.cpp.

template <typename Wire>
void describe(Wire &wire, MonitorKinds &kinds)
{
    auto bits = static_cast<std::uint32_t>(kinds);
    wire.number(bits);
    kinds = MonitorKinds::fromInt(bits);
}

template <typename Wire>
void describe(Wire &wire, std::optional<Error> &reason)
{
    bool isThere = reason.has_value();
    wire.choices(isThere);
    if (!isThere)
        return;
    if (!reason)
        reason.emplace(Error{ErrorCode::Refused, {}});
    wire.error(*reason);
}

template <typename Wire>
void describe(Wire &wire, MonitoredProgram &program)
{
    wire.number(program.peer);
    wire.number(program.pid);
    wire.text(program.name, maxMonitoredProgramInBytes);
}

template <typename Wire>
void describe(Wire &wire, MonitoredData &data)
{
    wire.number(data.size);
    wire.bytes(data.beginning, MonitoredData::most);
    wire.require(static_cast<quint64>(data.beginning.size()) <= data.size,
                 "data begins with more than it has");
}

template <typename Wire>
void describe(Wire &wire, MonitoredConversation &conversation)
{
    wire.choice(conversation.change, MonitoredConversation::Change::Ended);
    describe(wire, conversation.reason);
}

template <typename Wire>
void describe(Wire &wire, MonitoredLink &link)
{
    wire.choice(link.change, MonitoredLink::Change::Ended);
    wire.number(link.number);
    wire.choice(link.kind, LinkKind::Warm);
    wire.choice(link.pace, LinkPace::Acknowledged);
    wire.choices(link.endedByServer);
    describe(wire, link.reason);
}

template <typename Wire>
void describe(Wire &wire, MonitoredTransaction &transaction)
{
    wire.choice(transaction.verb, MonitoredTransaction::Verb::Find);
    auto nanoseconds = static_cast<std::int64_t>(transaction.latency.count());
    wire.number(nanoseconds);
    wire.require(nanoseconds >= 0, "it took less than no time");
    transaction.latency = std::chrono::nanoseconds{nanoseconds};
    describe(wire, transaction.data);
    describe(wire, transaction.refusal);
}

template <typename Wire>
void describe(Wire &wire, MonitoredUpdate &update)
{
    wire.number(update.link);
    wire.choice(update.kind, LinkKind::Warm);
    wire.number(update.sequence);
    describe(wire, update.data);
}

template <typename Wire>
void describe(Wire &wire, MonitoredError &error)
{
    wire.choice(error.what, MonitoredError::What::ExactFace);
    wire.number(error.exactCode);
    wire.error(error.reason);
}

template <typename Wire>
void describe(Wire &wire, MonitoredMessage &message)
{
    wire.number(message.type);
    wire.choices(message.fromClient);
    wire.number(message.number);
    describe(wire, message.data);
}

template <typename Wire>
void describe(Wire &wire, MonitoredCallback &callback)
{
    wire.number(callback.type);
    wire.number(callback.format);
    wire.number(callback.conversation);
    wire.text(callback.string1, maxTextInBytes);
    wire.text(callback.string2, maxTextInBytes);
    wire.number(callback.dataHandle);
    wire.number(callback.data1);
    wire.number(callback.data2);
    wire.number(callback.result);
    wire.number(callback.context.flags);
    wire.number(callback.context.country);
    wire.number(callback.context.codePage);
    wire.number(callback.context.language);
    wire.number(callback.context.security);
    describe(wire, callback.data);
}

template <typename Wire>
void describe(Wire &wire, MonitoredString &string)
{
    wire.choice(string.change, MonitoredString::Change::CleanedUp);
    wire.number(string.handle);
    wire.text(string.text, maxTextInBytes);
}

/// Makes the alternative of that number, from `index` on.
template <std::size_t index = 0>
MonitorEvent::What alternative(std::size_t number)
{
    if constexpr (index + 1 < std::variant_size_v<MonitorEvent::What>)
        if (number != index)
            return alternative<index + 1>(number);
    return MonitorEvent::What{std::in_place_index<index>};
}

template <typename Wire>
void describe(Wire &wire, MonitorEvent::What &what)
{
    auto number = static_cast<std::uint8_t>(what.index());
    wire.number(number);
    wire.require(number < std::variant_size_v<MonitorEvent::What>, "its kind is unknown");
    if (number != what.index())
        what = alternative(number);
    std::visit([&wire](auto &is) { describe(wire, is); }, what);
}

template <typename Wire>
void describe(Wire &wire, Observe &message)
{
    wire.noId();
    describe(wire, message.kinds);
}

template <typename Wire>
void describe(Wire &wire, Observed &message)
{
    wire.noId();
    describe(wire, message.kinds);
}

// A stranger's clock may say anything. Beyond these moments, what counts in nanoseconds overflows.
constexpr std::int64_t firstTime =
    std::chrono::ceil<std::chrono::microseconds>(std::chrono::nanoseconds::min()).count();
constexpr std::int64_t lastTime =
    std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds::max()).count();

template <typename Wire>
void describe(Wire &wire, Event &message)
{
    MonitorEvent &event = message.event;
    auto time = static_cast<std::int64_t>(event.time.time_since_epoch().count());
    wire.time(time);
    wire.require(firstTime <= time && time <= lastTime, "its time is beyond any clock");
    event.time = decltype(event.time){std::chrono::microseconds{time}};
    wire.id(event.conversation);
    wire.sequence(message.lost);
    describe(wire, event.client);
    wire.nameIfAny(event.service);
    wire.nameIfAny(event.topic);
    wire.nameIfAny(event.item);
    wire.text(event.format, maxTextInBytes);
    wire.number(event.queuedMessages);
    wire.number(event.waitingBytes);
    describe(wire, event.what);
}

template <typename AnyMessage>
transport::Message write(AnyMessage &message)
{
    MessageWriter writer{static_cast<std::uint8_t>(AnyMessage::type)};
    describe(writer, message);
    return writer.take();
}

template <typename AnyMessage>
Result<AnyMessage> read(transport::Message bytes, const char *name)
{
    AnyMessage message;
    MessageReader reader{bytes};
    describe(reader, message);
    if (const Result<void> finished = reader.finish(); !finished)
        return Error{finished.error().code, QStringLiteral("A malformed %1 arrived: %2")
                                                .arg(QLatin1StringView{name}, finished.error().detail)};
    return message;
}

Error unexpected(std::uint8_t type)
{
    return {ErrorCode::VersionMismatch,
            QStringLiteral("A message of type 0x%1 arrived, which this version does not expect from that "
                           "side; it was skipped.")
                .arg(type, 2, 16, QLatin1Char{'0'})};
}

} // namespace

transport::Message encode(Observe message) { return write(message); }

transport::Message encode(Observed message) { return write(message); }

transport::Message encode(Event message) { return write(message); }

Result<Observe> decodeFromMonitor(transport::Message message)
{
    if (MonitorMessageType{message.type} != Observe::type)
        return unexpected(message.type);
    return read<Observe>(std::move(message), "Observe");
}

Result<MonitorMessage> decodeForMonitor(transport::Message message)
{
    const auto asMonitorMessage = [](auto &&read) { return MonitorMessage{std::move(read)}; };
    switch (MonitorMessageType{message.type}) {
    case Observed::type:
        return read<Observed>(std::move(message), "Observed").transform(asMonitorMessage);
    case Event::type:
        return read<Event>(std::move(message), "Event").transform(asMonitorMessage);
    default:
        return unexpected(message.type);
    }
}

} // namespace tellwire::protocol
