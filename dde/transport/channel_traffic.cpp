// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/channel.h"

#include "dde/transport/inbox.h"
#include "dde/transport/outbox.h"
#include "dde/transport/seat.h"
#include "dde/transport/shared_word.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

// What a channel does with messages. How it comes into being, and ends, is in channel.cpp.
namespace tellwire::transport {
namespace {

// Of the caller's own making; far below what hurts. Beyond what values may fill: when they are cut off, the
// receiver can still be told.
constexpr std::size_t maxControlMessages = 1U << 20;

Slot slotFor(const Message &message)
{
    Slot slot{};
    slot.type = message.type;
    slot.flags = message.flags;
    slot.id = message.id;
    slot.sequence = message.sequence;
    slot.time = message.time;
    slot.length = static_cast<std::uint32_t>(message.head.size() + message.payload.size());
    return slot;
}

bool fitsInline(const Slot &slot, const Message &message)
{
    return slot.length <= inlineLength && message.head.size() <= qsizetype{maxInlineHeadLength};
}

/// Fills the body; returns what there is no room for.
QByteArrayView putInline(Slot &slot, QByteArrayView bytes)
{
    const qsizetype here = std::min(bytes.size(), qsizetype{bodyLength});
    if (here != 0) // Where there are none, there may be no place either.
        std::memcpy(slot.body.data(), bytes.data(), static_cast<std::size_t>(here));
    return bytes.sliced(here);
}

/// The bytes of a short message in a row.
class ShortMessage
{
public:
    explicit ShortMessage(const Message &message)
    {
        append(message.head);
        append(message.payload.view());
    }

    QByteArrayView bytes() const { return QByteArrayView{m_bytes.data(), m_length}; }

private:
    void append(QByteArrayView more)
    {
        std::ranges::copy(more, m_bytes.begin() + m_length);
        m_length += more.size();
    }

    std::array<char, inlineLength> m_bytes; // NOLINT(*-member-init): so long as m_length says.
    qsizetype m_length = 0;
};

void refer(Slot &slot, const BlockPointer &block, qsizetype headLength)
{
    slot.form = static_cast<std::uint8_t>(Form::Block);
    const BlockReference reference{block->word().value, 0, static_cast<std::uint32_t>(headLength)};
    std::memcpy(slot.body.data(), &reference, sizeof reference);
}

} // namespace

// Sending

Result<void> Channel::hasRoomFor(std::uint64_t headBytes, std::uint64_t payloadBytes)
{
    if (m_seat.isDead())
        return Error{ErrorCode::Closed,
                     QStringLiteral("send from a process that was forked from the one that "
                                    "joined; join again in the new one")};
    if (m_state == State::Closed || !m_outbox)
        return Error{ErrorCode::PeerGone, QStringLiteral("send to a program that has ended")};
    const std::uint64_t bytes = headBytes + payloadBytes;
    if (payloadBytes > m_seat.configuration().payloadLimit || headBytes > maxHeadLength)
        return Error{ErrorCode::TooLarge, QStringLiteral("send %1 bytes: one value has at most %2")
                                              .arg(bytes)
                                              .arg(m_seat.configuration().payloadLimit)};
    // Control messages have a bound in number only: a large value that waits must not stand in their way.
    if (!m_outbox->accepts(payloadBytes == 0 ? 0 : bytes, mostValues() + maxControlMessages))
        return Error{
            ErrorCode::Busy,
            QStringLiteral("send %1 bytes: the other program is not reading, and %2 bytes wait for it")
                .arg(bytes)
                .arg(m_outbox->waitingBytes())};
    return {};
}

Result<void> Channel::send(const Message &message, BlockPointer *kept)
{
    if (const Result<void> room = hasRoomFor(static_cast<std::uint64_t>(message.head.size()),
                                             static_cast<std::uint64_t>(message.payload.size()));
        !room)
        return room;
    Slot slot = slotFor(message);
    if (fitsInline(slot, message)) {
        sendInline(slot, message);
        return {};
    }
    BlockPointer own;
    BlockPointer &block = kept != nullptr ? *kept : own;
    if (const Result<void> stored = block ? Result<void>{} : store(message, block); !stored)
        return stored;
    refer(slot, block, message.head.size());
    send(slot, {}, block, {});
    return {};
}

Result<void> Channel::store(const Message &message, BlockPointer &block)
{
    const BlockHeader fields{.time = message.time, .sequence = message.sequence, .flags = message.flags};
    Result<BlockPointer> stored = m_seat.arena().store(fields, message.head, message.payload.view());
    if (!stored)
        return stored.error();
    block = std::move(stored).value();
    return {};
}

void Channel::sendInline(Slot &slot, const Message &message)
{
    slot.form = static_cast<std::uint8_t>(static_cast<unsigned>(message.head.size()) << 2U);
    const ShortMessage inARow{message};
    send(slot, putInline(slot, inARow.bytes()), {}, {});
}

void Channel::send(Slot &slot, QByteArrayView rest, const BlockPointer &block,
                   const OutgoingLink::Pointer &link)
{
    m_outbox->send(slot, rest, block, link);
    m_seat.touched(*this);
}

/// That may wait in the queue.
std::size_t Channel::mostValues() const
{
    return std::max<std::size_t>(m_seat.configuration().queueUpdates, 2 * m_outbox->linkCount);
}

bool Channel::sendValue(const Message &value, const BlockPointer &block)
{
    return sendValue({}, slotFor(value), value.payload.view(), block);
}

bool Channel::sendValue(const OutgoingLink::Pointer &link, Slot slot, QByteArrayView value,
                        const BlockPointer &block)
{
    if (m_state == State::Closed || !m_outbox)
        return true; // Nobody is there to fall behind.
    if (!m_outbox->accepts(block ? block->length() : 0, mostValues()))
        return false;
    QByteArrayView rest;
    if (block)
        refer(slot, block, 0);
    else
        rest = putInline(slot, value);
    Q_ASSERT(rest.size() <= qsizetype{inlineLength - bodyLength});
    send(slot, rest, block, link);
    return true;
}

void Channel::sendNotice(const OutgoingLink::Pointer &link, Slot notice)
{
    if (m_state == State::Closed || !m_outbox)
        return;
    const bool wasSent = link->noticeAt != OutgoingLink::never;
    if (link->queuedMessages != 0 || (wasSent && m_outbox->isUnconsumed(link->noticeAt)))
        return; // The notice that is under way already will find the newer value.
    send(notice, {}, {}, link);
}

void Channel::addLink()
{
    if (m_outbox)
        ++m_outbox->linkCount;
}

void Channel::removeLink(OutgoingLink &link)
{
    if (!m_outbox)
        return;
    --m_outbox->linkCount;
    m_outbox->forget(link);
}

void Channel::removeLink()
{
    if (m_outbox)
        --m_outbox->linkCount;
}

void Channel::flush()
{
    if (m_state == State::Closed || !m_outbox)
        return;
    const std::size_t before = m_outbox->queued();
    if (!m_outbox->flush())
        return violated("claims to have read what was never written");
    if (m_outbox->queued() != before)
        m_seat.touched(*this);
}

void Channel::ring()
{
    if (m_state == State::Open)
        m_bell.ring(m_inbox->arena().sleepEpoch());
}

// Receiving

bool Channel::hasWork()
{
    if (m_state != State::Open)
        return false;
    return m_inbox->hasUnread() || m_outbox->canFlush();
}

int Channel::receive(int budget)
{
    const std::shared_ptr<Channel> self = shared_from_this();
    int handled = 0;
    while (handled < budget && m_state == State::Open && receiveOne(self))
        ++handled;
    if (handled > 0)
        finishConsuming();
    return handled;
}

void Channel::finishConsuming()
{
    fullFence(); // The peer either sees how far we have read, or we see that it waits for it.
    if (m_state == State::Open && m_inbox->peerWantsSpace())
        m_seat.touched(*this);
}

/// A block of the peer is not looked at any more.
void Channel::giveBack(std::uint32_t pin)
{
    m_outbox->lane().returnPin(pin);
    finishConsuming();
}

bool Channel::receiveOne(const std::shared_ptr<Channel> &self)
{
    // Its end is left for later: whoever reads it finds it again.
    Inbox::Received received = m_inbox->take([this] {
        readPackets();
        return m_state == State::Open;
    });
    switch (received.outcome) {
    case Inbox::Outcome::Nothing:
        return false;
    case Inbox::Outcome::Message:
        m_seat.deliver(self, std::move(received.message));
        return true;
    case Inbox::Outcome::Unreadable:
        m_seat.reportUnreadable(self, received.message.type, received.message.id);
        return true;
    case Inbox::Outcome::NoMemory:
        refuse({ErrorCode::OutOfSpace, QStringLiteral("receive %1 bytes from %2 (process %3): this program "
                                                      "has no memory for them")
                                           .arg(received.length)
                                           .arg(m_identity.program)
                                           .arg(m_identity.pid)});
        return false;
    case Inbox::Outcome::Violation:
        violated(received.violation);
        return false;
    }
    return false;
}

bool Channel::readLatest(const LatestReference &reference, Message &message)
{
    if (!m_inbox)
        return false;
    const ForeignArena &arena = m_inbox->arena();
    const std::optional<std::uint16_t> segment = arena.latestSegment(reference);
    if (m_state == State::Open && (!segment || arena.isUnknown(*segment)))
        readPackets();
    try {
        return arena.readLatest(reference, message);
    } catch (const std::bad_alloc &) {
        return false;
    }
}

} // namespace tellwire::transport
