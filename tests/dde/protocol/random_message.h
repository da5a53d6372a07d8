// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

#include <chrono>
#include <random>

namespace tellwire::protocol {

/// Makes up legal messages; the same ones for the same seed.
class RandomMessage
{
public:
    explicit RandomMessage(unsigned seed) : m_random(seed) {}

    /// Below `limit`.
    unsigned number(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }

    template <typename Message>
    Message make()
    {
        Message message;
        fill(message);
        return message;
    }

private:
    std::uint32_t word() { return static_cast<std::uint32_t>(m_random()); }
    FormatNumber format() { return static_cast<FormatNumber>(1 + number(0xFFFF)); }
    std::int64_t time() { return static_cast<std::int64_t>(m_random() << 32U | m_random()); }
    Quality quality() { return static_cast<Quality>(number(4)); }
    QByteArray bytes()
    {
        return QByteArray(static_cast<qsizetype>(number(20)), static_cast<char>(number(256)));
    }

    QString text(unsigned shortest, unsigned longest)
    {
        static constexpr QStringView alphabet = u"aB| !\u00e9\u20ac\ufeff";
        QString result;
        const unsigned length = shortest + number(longest - shortest + 1);
        for (unsigned index = 0; index < length; ++index)
            result += alphabet[static_cast<qsizetype>(number(static_cast<unsigned>(alphabet.size())))];
        return result;
    }
    template <typename AnyName>
    AnyName name()
    {
        return AnyName{text(1, 12)};
    }
    QList<FormatNumber> formats()
    {
        QList<FormatNumber> result(1 + static_cast<qsizetype>(number(4)));
        for (FormatNumber &next : result)
            next = static_cast<FormatNumber>(number(0x10000));
        return result;
    }
    template <typename AnyName>
    AnyName nameIfAny()
    {
        return number(4) == 0 ? AnyName{} : name<AnyName>();
    }
    Error error()
    {
        const ErrorCode code = number(2) == 0 ? ErrorCode::Refused : ErrorCode::Overrun;
        return {code, text(0, 20), static_cast<quint8>(number(256)), std::chrono::milliseconds{word()}};
    }

    AnswerPart answerPart()
    {
        if (number(3) == 0)
            return {.refusal = error()};
        return {.quality = quality(),
                .sequence = m_random(),
                .time = time(),
                .format = format(),
                .length = number(20)};
    }

    std::optional<ConversationContext> context()
    {
        if (number(2) == 0)
            return std::nullopt;
        const auto codePage = static_cast<std::int32_t>(word());
        const auto tracking = static_cast<std::uint8_t>(number(256));
        return ConversationContext{1U + word(), number(2) != 0, word(), word(),   codePage,
                                   word(),      word(),         word(), tracking, number(2) != 0};
    }

    void fill(Initiate &message)
    {
        message = {word(), word(), name<ServiceName>(), name<TopicName>(), word(), context()};
    }
    void fill(Terminate &message)
    {
        message = {word(), {}};
        if (number(2) != 0)
            message.reason = error();
    }
    void fill(Request &message) { message = {word(), word(), name<ItemName>(), formats()}; }
    void fill(Poke &message) { message = {word(), word(), name<ItemName>(), format(), bytes(), m_random()}; }
    void fill(Execute &message) { message = {word(), word(), static_cast<FormatNumber>(number(3)), bytes()}; }
    void fill(Advise &message)
    {
        const auto pace = static_cast<LinkPace>(number(3));
        const auto window = static_cast<std::uint16_t>(pace == LinkPace::Acknowledged ? 1 + number(9) : 0);
        message = {word(), word(), name<ItemName>(), static_cast<LinkKind>(number(2)),
                   pace,   window, formats()};
        message.wholeBatches =
            message.kind == LinkKind::Hot && pace == LinkPace::EveryUpdate && number(2) != 0;
        message.finalValue = message.kind == LinkKind::Warm && number(2) != 0;
        message.awaitItem = number(2) != 0;
    }
    void fill(Unadvise &message) { message = {word(), word()}; }
    void fill(Fetch &message) { message = {word()}; }
    void fill(Cancel &message) { message = {word()}; }
    void fill(Received &message) { message = {word(), word()}; }
    void fill(Find &message)
    {
        message = {word(), nameIfAny<ServiceName>(), nameIfAny<TopicName>(), context()};
    }
    void fill(RequestMany &message)
    {
        message = {word(), word(), formats(), {}};
        for (unsigned left = 1 + number(4); left > 0; --left)
            message.items.append(name<ItemName>());
    }
    void fill(Browse &message)
    {
        message = {word(), word(), static_cast<std::uint16_t>(1 + number(0xFFFF)), nameIfAny<ItemName>(),
                   nameIfAny<ItemName>()};
    }
    void fill(Opened &message) { message = {word(), word(), name<ServiceName>(), name<TopicName>(), word()}; }
    void fill(Refused &message) { message = {word(), error()}; }
    void fill(Answer &message) { message = {word(), quality(), m_random(), time(), format(), bytes()}; }
    void fill(Accepted &message) { message = {word(), static_cast<std::uint8_t>(number(256))}; }
    void fill(Declined &message) { message = {word(), error()}; }
    void fill(Advised &message) { message = {word(), format(), m_random(), m_random(), word()}; }
    void fill(Value &message) { message = {word(), quality(), word(), time(), bytes(), number(2) != 0}; }
    void fill(Changed &message) { message = {word(), quality(), word(), time()}; }
    void fill(LinkEnded &message) { message = {word(), error()}; }
    void fill(Found &message)
    {
        message = {word(), number(2) != 0, {}};
        for (unsigned left = number(4); left > 0; --left)
            message.topics.append({word(), name<ServiceName>(), name<TopicName>()});
    }
    void fill(AnswerMany &message)
    {
        message.transaction = word();
        for (unsigned left = 1 + number(4); left > 0; --left) {
            message.parts.append(answerPart());
            message.values.append(static_cast<qsizetype>(message.parts.last().length), 'v');
        }
    }
    void fill(BatchEnd &) {}

    std::mt19937_64 m_random;
};

} // namespace tellwire::protocol
