// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

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
    Error error()
    {
        const ErrorCode code = number(2) == 0 ? ErrorCode::Refused : ErrorCode::Overrun;
        return {code, text(0, 20), static_cast<quint8>(number(256))};
    }

    void fill(Initiate &message)
    {
        message = {word(), word(), {}, {}};
        if (number(4) != 0)
            message.service = name<ServiceName>();
        if (number(4) != 0)
            message.topic = name<TopicName>();
    }
    void fill(Terminate &message)
    {
        message = {word(), {}};
        if (number(2) != 0)
            message.reason = error();
    }
    void fill(Request &message) { message = {word(), word(), name<ItemName>(), formats()}; }
    void fill(Poke &message) { message = {word(), word(), name<ItemName>(), format(), bytes()}; }
    void fill(Execute &message) { message = {word(), word(), static_cast<FormatNumber>(number(3)), bytes()}; }
    void fill(Advise &message)
    {
        const auto pace = static_cast<LinkPace>(number(3));
        const auto window = static_cast<std::uint16_t>(pace == LinkPace::Acknowledged ? 1 + number(9) : 0);
        message = {word(), word(), name<ItemName>(), static_cast<LinkKind>(number(2)),
                   pace,   window, formats()};
    }
    void fill(Unadvise &message) { message = {word()}; }
    void fill(Fetch &message) { message = {word()}; }
    void fill(Cancel &message) { message = {word()}; }
    void fill(Received &message) { message = {word(), word()}; }
    void fill(Opened &message) { message = {word(), word(), name<ServiceName>(), name<TopicName>()}; }
    void fill(Refused &message) { message = {word(), error()}; }
    void fill(Answer &message) { message = {word(), quality(), word(), time(), format(), bytes()}; }
    void fill(Accepted &message) { message = {word(), static_cast<std::uint8_t>(number(256))}; }
    void fill(Declined &message) { message = {word(), error()}; }
    void fill(Advised &message) { message = {word(), format(), m_random()}; }
    void fill(Value &message) { message = {word(), quality(), word(), time(), bytes()}; }
    void fill(Changed &message) { message = {word(), word()}; }
    void fill(LinkEnded &message) { message = {word(), error()}; }

    std::mt19937_64 m_random;
};

} // namespace tellwire::protocol
