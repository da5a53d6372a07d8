// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "dde/transport/message.h"
#include "formats/result.h"

#include <QtEndian>

#include <utility>

namespace tellwire::protocol {

/// Takes a transport message apart, field by field. What is still there at the end should not be, so it is an
/// error too. After the first complaint everything reads as zero.
class MessageReader
{
public:
    /// What is read is taken from `message`, which outlives the reader.
    explicit MessageReader(transport::Message &message) : m_message(message), m_rest(message.head) {}

    // What travels outside the head.
    void id(std::uint32_t &id) { id = m_message.id; }
    void noId() { require(m_message.id == 0, "it has a number"); }
    void batchMark(bool &isMarked); ///< Before quality(), with which it shares a field.
    void sequence(std::uint32_t &sequence) { sequence = std::exchange(m_message.sequence, 0U); }
    void time(std::int64_t &time) { time = std::exchange(m_message.time, 0); }
    void quality(Quality &quality);
    void applicationCode(std::uint8_t &code);
    void payload(Bytes &payload) { payload = std::exchange(m_message.payload, Bytes{}); }
    void payload(QByteArray &payload) { payload = std::exchange(m_message.payload, Bytes{}).array(); }
    qsizetype payloadSize(const QByteArray &) const { return m_message.payload.size(); }

    // What makes up the head, in order.
    template <typename Number>
    void number(Number &number)
    {
        const QByteArrayView bytes = take(sizeof(Number));
        number = bytes.isEmpty() ? Number{0} : qFromLittleEndian<Number>(bytes.data());
    }
    template <typename Enumeration>
    void choice(Enumeration &value, Enumeration last)
    {
        std::uint8_t read = 0;
        number(read);
        require(read <= static_cast<std::uint8_t>(last), "a choice is unknown");
        value = static_cast<Enumeration>(read);
    }
    /// Up to eight, in one byte.
    template <typename... Choices>
    void choices(Choices &...chosen)
    {
        std::uint8_t bits = 0;
        number(bits);
        unsigned rest = bits;
        ((chosen = (rest & 1U) != 0, rest >>= 1U), ...);
        require(rest == 0, "a choice is unknown");
    }
    /// `readOne` reads an element. The count is checked before anything is made room for.
    template <typename Element, typename ReadOne>
    void list(QList<Element> &elements, qsizetype least, qsizetype most, ReadOne readOne)
    {
        std::uint16_t count = 0;
        number(count);
        require(count >= least && count <= most, "a list has too few or too many elements");
        if (!hasComplaint())
            elements.reserve(count);
        for (std::uint16_t index = 0; index < count && !hasComplaint(); ++index)
            readOne(elements.emplaceBack());
    }
    void text(QString &text, qsizetype maxSizeInBytes) { text = this->text(maxSizeInBytes); }
    void bytes(QByteArray &bytes, qsizetype maxSize);
    void reserved16();
    void error(Error &error);
    void errorIfAny(std::optional<Error> &error);

    template <typename AnyName>
    void name(AnyName &name)
    {
        nameIfAny(name);
        require(!name.isEmpty(), "a name is missing");
    }
    template <typename AnyName>
    void nameIfAny(AnyName &name)
    {
        const QString read = text(maxNameInBytes);
        if (read.isEmpty())
            return;
        if (Result<AnyName> checked = AnyName::fromUserText(read))
            name = std::move(checked).value();
        else
            complain(checked.error().detail);
    }

    void require(bool condition, const char *complaint);

    /// To be asked after the last field.
    Result<void> finish();

private:
    // A UTF-16 unit becomes three bytes at most.
    static constexpr qsizetype maxNameInBytes = 3 * maxNameLength;

    bool hasComplaint() const { return !m_complaint.isEmpty(); }
    void complain(const QString &complaint);
    QByteArrayView take(qsizetype size);
    QString text(qsizetype maxSizeInBytes);

    transport::Message &m_message;
    QByteArrayView m_rest; ///< Of the head.
    QString m_complaint;
};

} // namespace tellwire::protocol
