// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/lane.h"
#include "dde/transport/outgoing_link.h"

#include <QByteArray>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace tellwire::transport {

/// One message that waits: its slot, and what goes into the slots that follow it, or else the block that
/// holds its bytes; and the link whose value it is, if it is one.
struct Outgoing
{
    Slot slot;
    QByteArray rest;
    BlockPointer block;
    OutgoingLink::Pointer link;
};

/// What this program has to say to one peer: its lane, the blocks pinned for the peer, and the queue of what
/// does not fit yet. Everything goes through the one queue, so nothing overtakes anything.
class Outbox
{
public:
    /// Errors: OutOfSpace.
    static Result<std::unique_ptr<Outbox>> create(SystemCalls &system, std::uint64_t quota);

    /// Makes sure that the peer has, or is about to get, the descriptor of an arena segment; false if not
    /// now.
    using Announce = std::function<bool(std::uint16_t segment)>;

    void announceBy(Announce announce) { m_announce = std::move(announce); }

    /// The handshake is done: from now on room is made in the lane. What was sent before is there already, as
    /// far as it fits, so that the peer finds it as soon as it has the lane.
    void connect(PeerLane &peer);

    /// True if the peer has something to read. After a full fence only.
    bool hasUnconsumed();

    /// True if a message with so many bytes in a block may be sent: neither the number of queued messages nor
    /// the bytes that wait for this peer exceed their bounds. The bound in bytes is the quota, or four times
    /// the largest message so far, so that a single one of any size is let through, and small ones behind it
    /// are.
    bool accepts(std::uint64_t bytes, std::size_t queueLimit);

    /// `rest` is what the body of an Inline slot has no room for. `block` is null for such a slot; otherwise
    /// the slot has a BlockReference without a pin.
    void send(Slot &slot, QByteArrayView rest, const BlockPointer &block, const OutgoingLink::Pointer &link);

    /// Writes what fits by now. False if the peer claims the impossible.
    bool flush();

    /// True if flush() would get something done.
    bool canFlush();

    /// The socket can take descriptors again.
    void socketIsWritable() { m_awaitsSocket = false; }

    /// True if the slot at `position` has not been consumed yet. After a full fence only.
    bool isUnconsumed(std::uint64_t position);

    /// Forgets the queued messages of a link, which ends by this. Cheap however many links end one by one:
    /// what is forgotten leaves the queue when it has become half of it, or much memory.
    void forget(OutgoingLink &link);

    std::size_t queued() const noexcept { return m_queue.size() - m_forgottenMessages; }
    std::uint64_t waitingBytes(); ///< In blocks that the peer has not given back by now.
    OwnLane &lane() noexcept { return *m_lane; }

    std::size_t linkCount = 0; ///< Kept by Publication; widens the queue.

private:
    Outbox(std::unique_ptr<OwnLane> lane, std::uint64_t quota);
    bool hasRoomFor(QByteArrayView rest);
    void seeConsumed();
    bool write(Slot &slot, QByteArrayView rest, const BlockPointer &block, OutgoingLink *link);
    void sweep();
    bool hasFreePin() const;
    std::uint32_t takePin();
    bool collectReturnedPins();

    std::unique_ptr<OwnLane> m_lane;
    std::uint64_t m_quota;
    std::uint64_t m_consumed = 0; ///< By the peer, when that was last looked at.
    PeerLane *m_peer = nullptr;
    Announce m_announce;
    bool m_valid = true;
    bool m_awaitsSocket = false;
    std::deque<Outgoing> m_queue;
    std::size_t m_forgottenMessages = 0; ///< In the queue, of links that have ended.
    std::uint64_t m_forgottenBytes = 0;
    std::uint64_t m_waitingBytes = 0;
    std::vector<BlockPointer> m_pinned;
    std::vector<std::uint32_t> m_freePins;
};

} // namespace tellwire::transport
