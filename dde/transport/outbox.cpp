// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/outbox.h"

#include "dde/transport/shared_word.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tellwire::transport {
namespace {

constexpr std::uint64_t mostForgottenBytes = 1U << 20; // Then a look through the whole queue is paid for.

std::uint64_t bytesOf(const Outgoing &message) { return message.block ? message.block->length() : 0; }

bool isForgotten(const Outgoing &message) { return message.link && message.link->ended; }

} // namespace

Result<std::unique_ptr<Outbox>> Outbox::create(SystemCalls &system, std::uint64_t quota)
{
    Result<std::unique_ptr<OwnLane>> lane = OwnLane::create(system);
    if (!lane)
        return lane.error();
    return std::unique_ptr<Outbox>{new Outbox(std::move(lane).value(), quota)};
}

Outbox::Outbox(std::unique_ptr<OwnLane> lane, std::uint64_t quota) : m_lane(std::move(lane)), m_quota(quota)
{}

void Outbox::connect(PeerLane &peer)
{
    m_peer = &peer;
    m_awaitsSocket = false;
}

bool Outbox::hasUnconsumed()
{
    const std::optional<std::uint64_t> consumed = m_peer->consumed(*m_lane);
    return !consumed || *consumed != m_lane->written();
}

std::uint64_t Outbox::waitingBytes()
{
    if (m_peer)
        collectReturnedPins(); // A lie among them ends the channel at its next flush().
    return m_waitingBytes;
}

bool Outbox::accepts(std::uint64_t bytes, std::size_t queueLimit)
{
    m_quota = std::max(m_quota, 4 * bytes);
    const auto fits = [&] { return bytes == 0 || m_waitingBytes + bytes <= m_quota; };
    if (!fits() && m_peer) // Whoever sends without pause has not looked yet at what was read meanwhile.
        collectReturnedPins();
    return queued() < queueLimit && fits();
}

void Outbox::send(Slot &slot, QByteArrayView rest, const BlockPointer &block,
                  const OutgoingLink::Pointer &link)
{
    const std::uint64_t bytes = block ? block->length() : 0;
    m_waitingBytes += bytes;
    if (m_queue.empty() && hasRoomFor(rest) && write(slot, rest, block, link.get()))
        return;
    if (link) {
        ++link->queuedMessages;
        link->queuedBytes += bytes;
    }
    m_queue.push_back({slot, rest.toByteArray(), block, link});
    m_lane->setWantSpace(true); // Who falls asleep looks for room once more, when others see this.
    m_valid = flush() && m_valid;
}

bool Outbox::flush()
{
    if (!m_peer || !collectReturnedPins())
        return m_peer == nullptr;
    seeConsumed();
    while (!m_queue.empty()) {
        Outgoing &next = m_queue.front();
        const std::uint64_t bytes = bytesOf(next);
        if (isForgotten(next)) {
            --m_forgottenMessages;
            m_forgottenBytes -= bytes;
        } else if (!hasRoomFor(next.rest) || !write(next.slot, next.rest, next.block, next.link.get())) {
            return m_valid;
        } else if (next.link) {
            --next.link->queuedMessages;
            next.link->queuedBytes -= bytes;
        }
        m_queue.pop_front();
    }
    m_lane->setWantSpace(false);
    return m_valid;
}

bool Outbox::canFlush()
{
    if (!m_peer || m_queue.empty() || m_awaitsSocket)
        return false;
    const Outgoing &next = m_queue.front();
    return isForgotten(next) ||
           (hasRoomFor(next.rest) && (!next.block || hasFreePin() || m_peer->hasReturnedPins()));
}

bool Outbox::hasRoomFor(QByteArrayView rest)
{
    const std::uint64_t slots = 1U + followingSlots(bodyLength + static_cast<std::uint32_t>(rest.size()));
    const auto fits = [&] { return m_lane->written() - m_consumed + slots <= slotCount; };
    if (!fits() && m_peer)
        seeConsumed();
    return fits();
}

void Outbox::seeConsumed()
{
    const std::optional<std::uint64_t> consumed = m_peer->consumed(*m_lane);
    m_valid = m_valid && consumed.has_value();
    m_consumed = consumed.value_or(m_consumed);
}

bool Outbox::isUnconsumed(std::uint64_t position)
{
    const std::optional<std::uint64_t> consumed = m_peer ? m_peer->consumed(*m_lane) : std::nullopt;
    return !consumed || position >= *consumed;
}

/// There is room. False if something else is missing: a pin, or the peer's knowledge of the segment.
bool Outbox::write(Slot &slot, QByteArrayView rest, const BlockPointer &block, OutgoingLink *link)
{
    if (block) {
        if (!hasFreePin() && (!m_peer || !collectReturnedPins() || !hasFreePin()))
            return false;
        m_awaitsSocket = !m_announce(block->word().segment());
        if (m_awaitsSocket)
            return false;
        const std::uint32_t pin = takePin();
        std::memcpy(slot.body.data() + offsetof(BlockReference, pin), &pin, sizeof pin);
        m_pinned[pin] = block;
    }
    if (link)
        link->noticeAt = m_lane->written();
    m_lane->write(slot, rest);
    return true;
}

bool Outbox::hasFreePin() const { return !m_freePins.empty() || m_pinned.size() < pinCount; }

// Numbered as they are needed: most channels never need many, and never touch the memory for more.
std::uint32_t Outbox::takePin()
{
    if (m_freePins.empty()) {
        m_pinned.emplace_back();
        return static_cast<std::uint32_t>(m_pinned.size() - 1);
    }
    const std::uint32_t pin = m_freePins.back();
    m_freePins.pop_back();
    return pin;
}

bool Outbox::collectReturnedPins()
{
    for (std::uint32_t count = 0; count <= releaseCount; ++count) {
        const std::optional<std::uint32_t> pin = m_peer->returnedPin();
        if (pin == PeerLane::none)
            return m_valid;
        if (!pin || *pin >= m_pinned.size() || !m_pinned[*pin]) {
            m_valid = false;
            return false;
        }
        m_waitingBytes -= m_pinned[*pin]->length();
        m_pinned[*pin].reset();
        m_freePins.push_back(*pin);
    }
    return m_valid;
}

void Outbox::forget(OutgoingLink &link)
{
    link.ended = true;
    m_waitingBytes -= link.queuedBytes;
    m_forgottenBytes += std::exchange(link.queuedBytes, 0);
    m_forgottenMessages += std::exchange(link.queuedMessages, 0);
    if (2 * m_forgottenMessages >= m_queue.size() || m_forgottenBytes > mostForgottenBytes)
        sweep();
}

void Outbox::sweep()
{
    std::erase_if(m_queue, isForgotten);
    m_forgottenMessages = 0;
    m_forgottenBytes = 0;
}

void SendWindow::acknowledge(std::uint32_t sequence, std::uint64_t newest)
{
    const std::uint32_t age = static_cast<std::uint32_t>(newest) - sequence;
    if (age > newest)
        return;
    std::erase_if(m_sent, [last = newest - age](std::uint64_t sent) { return sent <= last; });
}

} // namespace tellwire::transport
