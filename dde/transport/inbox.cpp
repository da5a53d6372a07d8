// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/inbox.h"

#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <cstring>
#include <new>
#include <optional>

namespace tellwire::transport {
namespace {

template <typename Body>
Body bodyOf(const Slot &slot)
{
    Body body;
    std::memcpy(&body, slot.body.data(), sizeof body);
    return body;
}

Inbox::Received violation(const char *what)
{
    return {.outcome = Inbox::Outcome::Violation, .violation = what};
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
    const std::optional<std::uint32_t> unread = m_lane->unread();
    if (!unread)
        return violation("claims to have written more than its lane can hold");
    if (*unread == 0)
        return {};
    const Slot slot = m_lane->take();
    Message message{
        .type = slot.type, .flags = slot.flags, .id = slot.id, .sequence = slot.sequence, .time = slot.time};
    switch (static_cast<Form>(slot.form & 3U)) {
    case Form::Inline:
        m_own.setConsumed(m_lane->taken());
        return inlineMessage(slot, std::move(message));
    case Form::Block:
        return blockMessage(slot, std::move(message), readSocket);
    case Form::Latest:
        return latestValue(slot, std::move(message), readSocket);
    }
    return violation("sent a message in an unknown form");
}

Inbox::Received Inbox::inlineMessage(const Slot &slot, Message message) const
{
    const unsigned headLength = slot.form >> 2U;
    if (slot.length > inlineLength || headLength > slot.length)
        return violation("sent a message longer than its place");
    const auto *bytes = reinterpret_cast<const char *>(slot.body.data());
    message.head = QByteArray(bytes, static_cast<qsizetype>(headLength));
    message.payload = QByteArray(bytes + headLength, static_cast<qsizetype>(slot.length - headLength));
    return {.outcome = Outcome::Message, .message = std::move(message)};
}

Inbox::Received Inbox::blockMessage(const Slot &slot, Message message, const ReadSocket &readSocket)
{
    const auto reference = bodyOf<BlockReference>(slot);
    if (m_arena->isUnknown(BlockWord{reference.word}.segment()) && !readSocket())
        return {};
    bool found = false;
    try {
        found = m_arena->read(reference, message, m_loans.get());
    } catch (const std::bad_alloc &) {
        return {.outcome = Outcome::NoMemory, .length = slot.length};
    }
    step(message.payload.isLent() ? "receive.block.lent" : "receive.block.copied");
    m_own.setConsumed(m_lane->taken());
    if (!found)
        return violation("sent a message whose bytes are not there");
    if (!message.payload.isLent())
        m_own.returnPin(reference.pin);
    return {.outcome = Outcome::Message, .message = std::move(message)};
}

Inbox::Received Inbox::latestValue(const Slot &slot, Message message, const ReadSocket &readSocket)
{
    const auto reference = bodyOf<LatestReference>(slot);
    // First say that the notice is read, then read the value: whoever replaces it later will send another
    // notice.
    m_own.setConsumed(m_lane->taken());
    fullFence();
    const std::optional<std::uint16_t> segment = m_arena->latestSegment(reference);
    if ((!segment || m_arena->isUnknown(*segment)) && !readSocket())
        return {};
    try {
        const bool isRead = m_arena->readLatest(reference, message);
        step("receive.latest.copied");
        return {.outcome = isRead ? Outcome::Message : Outcome::Unreadable, .message = std::move(message)};
    } catch (const std::bad_alloc &) {
        return {.outcome = Outcome::NoMemory, .length = slot.length};
    }
}

} // namespace tellwire::transport
