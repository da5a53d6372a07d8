// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/inbox.h"

#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <span>

namespace tellwire::transport {
namespace {

template <typename Body>
Body bodyOf(const Slot &slot)
{
    Body body;
    std::memcpy(&body, slot.body.data(), sizeof body);
    return body;
}

Inbox::Outcome violation(Inbox::Received &received, const char *what)
{
    received.violation = what;
    return Inbox::Outcome::Violation;
}

} // namespace

Inbox::Inbox(std::unique_ptr<PeerLane> lane, std::unique_ptr<ForeignArena> arena, OwnLane &own,
             std::shared_ptr<Loans> loans)
    : m_lane(std::move(lane)),
      m_arena(std::move(arena)),
      m_own(own),
      m_loans(std::move(loans))
{}

Inbox::~Inbox() = default;

bool Inbox::hasUnread() const
{
    const std::optional<std::uint32_t> unread = m_lane->unread();
    return !unread || *unread != 0;
}

bool Inbox::peerWantsSpace() const { return m_lane->wantsSpace(); }

Inbox::Received Inbox::take(const ReadSocket &readSocket)
{
    Received received;
    received.outcome = take(received, readSocket);
    return received;
}

Inbox::Outcome Inbox::take(Received &received, const ReadSocket &readSocket)
{
    const std::optional<std::uint32_t> unread = m_lane->unread();
    if (!unread)
        return violation(received, "claims to have written more than its lane can hold");
    if (*unread == 0)
        return Outcome::Nothing;
    const Slot slot = m_lane->take();
    received.length = slot.length;
    Message &message = received.message;
    message.type = slot.type;
    message.flags = slot.flags;
    message.id = slot.id;
    message.sequence = slot.sequence;
    message.time = slot.time;
    switch (static_cast<Form>(slot.form & 3U)) {
    case Form::Inline:
        return inlineMessage(slot, *unread - 1, received);
    case Form::Block:
        return blockMessage(slot, received, readSocket);
    case Form::Latest:
        return latestValue(slot, received, readSocket);
    }
    return violation(received, "sent a message in an unknown form");
}

Inbox::Outcome Inbox::inlineMessage(const Slot &slot, std::uint32_t unreadBehind, Received &received)
{
    const unsigned headLength = slot.form >> 2U;
    if (slot.length > inlineLength || headLength > slot.length || followingSlots(slot.length) > unreadBehind)
        return violation(received, "sent a message longer than its place");
    std::array<char, inlineLength> bytes; // NOLINT(*-member-init): what is used of it is written first.
    std::memcpy(bytes.data(), slot.body.data(), slot.body.size());
    for (std::size_t end = bodyLength; end < slot.length; end += slotLength)
        m_lane->takeBytes(std::span{bytes}.subspan(end).first<slotLength>());
    m_own.setConsumed(m_lane->taken());
    received.message.head = QByteArray(bytes.data(), static_cast<qsizetype>(headLength));
    received.message.payload =
        QByteArray(bytes.data() + headLength, static_cast<qsizetype>(slot.length - headLength));
    return Outcome::Message;
}

Inbox::Outcome Inbox::blockMessage(const Slot &slot, Received &received, const ReadSocket &readSocket)
{
    const auto reference = bodyOf<BlockReference>(slot);
    if (m_arena->isUnknown(BlockWord{reference.word}.segment()) && !readSocket())
        return Outcome::Nothing;
    bool found = false;
    try {
        found = m_arena->read(reference, received.message, m_loans.get());
    } catch (const std::bad_alloc &) {
        return Outcome::NoMemory;
    }
    step(received.message.payload.isLent() ? "receive.block.lent" : "receive.block.copied");
    m_own.setConsumed(m_lane->taken());
    if (!found)
        return violation(received, "sent a message whose bytes are not there");
    if (!received.message.payload.isLent())
        m_own.returnPin(reference.pin);
    return Outcome::Message;
}

Inbox::Outcome Inbox::latestValue(const Slot &slot, Received &received, const ReadSocket &readSocket)
{
    const auto reference = bodyOf<LatestReference>(slot);
    // First say that the notice is read, then read the value: whoever replaces it later will send another
    // notice.
    m_own.setConsumed(m_lane->taken());
    fullFence();
    const std::optional<std::uint16_t> segment = m_arena->latestSegment(reference);
    if ((!segment || m_arena->isUnknown(*segment)) && !readSocket())
        return Outcome::Nothing;
    try {
        const bool isRead = m_arena->readLatest(reference, received.message);
        step("receive.latest.copied");
        return isRead ? Outcome::Message : Outcome::Unreadable;
    } catch (const std::bad_alloc &) {
        return Outcome::NoMemory;
    }
}

} // namespace tellwire::transport
