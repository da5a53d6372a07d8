// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "dde/transport/message.h"

#include <QtEndian>

#include <array>
#include <cstring>
#include <utility>

namespace tellwire::protocol {

/// Fills a transport message, field by field. Has the same functions as MessageReader, so that one list of
/// fields describes both directions.
class MessageWriter
{
public:
    explicit MessageWriter(std::uint8_t type) { m_message.type = type; }
    explicit MessageWriter(MessageType type) : MessageWriter(static_cast<std::uint8_t>(type)) {}

    // What travels outside the head.
    void id(std::uint32_t id) { m_message.id = id; }
    void noId() {}
    void batchMark(bool isMarked) { m_message.flags = isMarked ? batchFlag : std::uint16_t{0}; }
    void sequence(std::uint32_t sequence) { m_message.sequence = sequence; }
    void time(std::int64_t time) { m_message.time = time; }
    void quality(Quality quality) { m_message.flags |= static_cast<std::uint16_t>(quality); }
    void applicationCode(std::uint8_t code) { m_message.flags = code; }
    void payload(Bytes &payload) { m_message.payload = std::move(payload); }
    void payload(QByteArray &payload) { m_message.payload = std::move(payload); }
    qsizetype payloadSize(const QByteArray &payload) const { return payload.size(); }

    // What makes up the head, in order.
    template <typename Number>
    void number(Number number)
    {
        const Number littleEndian = qToLittleEndian(number);
        append(&littleEndian, sizeof(Number));
    }
    template <typename Enumeration>
    void choice(Enumeration value, Enumeration)
    {
        number(static_cast<std::uint8_t>(value));
    }
    template <typename... Choices>
    void choices(Choices... chosen)
    {
        unsigned bits = 0;
        unsigned place = 0;
        ((bits |= static_cast<unsigned>(chosen) << place++), ...);
        number(static_cast<std::uint8_t>(bits));
    }
    template <typename Element, typename WriteOne>
    void list(QList<Element> &elements, qsizetype least, qsizetype most, WriteOne writeOne)
    {
        require(elements.size() >= least && elements.size() <= most,
                "a list has too few or too many elements");
        number(static_cast<std::uint16_t>(elements.size()));
        for (Element &element : elements)
            writeOne(element);
    }
    void text(const QString &text, qsizetype maxSizeInBytes); ///< Cuts off what is beyond.
    void bytes(const QByteArray &bytes, qsizetype maxSize);   ///< Likewise.
    void reserved16() { number(std::uint16_t{0}); }
    void error(const Error &error);
    void errorIfAny(const std::optional<Error> &error);

    template <typename AnyName>
    void name(const AnyName &name)
    {
        require(!name.isEmpty(), "a name is missing");
        nameIfAny(name);
    }
    template <typename AnyName>
    void nameIfAny(const AnyName &name)
    {
        text(name.text());
    }

    void require(bool condition, const char *complaint)
    {
        Q_ASSERT_X(condition, "encode", complaint);
        Q_UNUSED(condition)
        Q_UNUSED(complaint)
    }

    transport::Message take()
    {
        moveToHead();
        return std::move(m_message);
    }

private:
    void text(QStringView text); ///< Whole.
    void text(QByteArrayView utf8);
    void append(const void *bytes, std::size_t size)
    {
        if (m_size + size > m_latest.size())
            return appendMuch(bytes, size);
        if (size != 0) // An empty text may lie nowhere.
            std::memcpy(m_latest.data() + m_size, bytes, size);
        m_size += size;
    }
    void appendMuch(const void *bytes, std::size_t size);
    void moveToHead();

    transport::Message m_message;
    std::array<char, 128> m_latest{}; ///< Of the head; most are not longer than this.
    std::size_t m_size = 0;
};

} // namespace tellwire::protocol
