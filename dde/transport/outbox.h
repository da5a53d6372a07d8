// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/lane.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace tellwire::transport {

struct OutgoingLink;

/// One message on its way: its slot, the block that holds its bytes if they do not fit in there, and the link
/// whose value it is, if it is one.
struct Outgoing
{
    Slot slot = {};
    BlockPointer block = {};
    std::uint32_t headLength = 0;
    std::shared_ptr<OutgoingLink> link = {};
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

    /// The handshake is done: from now on messages go into the lane.
    void connect(PeerLane &peer, Announce announce);

    /// True if a message with so many bytes in a block may be sent: neither the number of queued messages nor
    /// the bytes that wait for this peer exceed their bounds. The bound in bytes is the quota, or four times
    /// the largest message so far, so that a single one of any size is let through, and small ones behind it
    /// are.
    bool accepts(std::uint64_t bytes, std::size_t queueLimit);

    void send(Outgoing message);

    /// Writes what fits by now. False if the peer claims the impossible.
    bool flush();

    /// True if flush() would get something done.
    bool canFlush();

    /// The socket can take descriptors again.
    void socketIsWritable() { m_awaitsSocket = false; }

    /// True if the slot at `position` has not been consumed yet. After a full fence only.
    bool isUnconsumed(std::uint64_t position);

    /// Forgets the queued values of a link that has ended.
    void forget(const std::shared_ptr<OutgoingLink> &link);

    std::size_t queued() const noexcept { return m_queue.size(); }
    std::uint64_t waitingBytes() const noexcept { return m_waitingBytes; }
    OwnLane &lane() noexcept { return *m_lane; }

    std::size_t linkCount = 0; ///< Kept by Publication; widens the queue.

private:
    Outbox(std::unique_ptr<OwnLane> lane, std::uint64_t quota);
    bool hasRoom();
    bool write(Outgoing &message);
    bool collectReturnedPins();

    std::unique_ptr<OwnLane> m_lane;
    std::uint64_t m_quota;
    PeerLane *m_peer = nullptr;
    Announce m_announce;
    bool m_valid = true;
    bool m_awaitsSocket = false;
    std::deque<Outgoing> m_queue;
    std::uint64_t m_waitingBytes = 0;
    std::vector<BlockPointer> m_pinned;
    std::vector<std::uint32_t> m_freePins;
};

/// One link as its publisher sees it. Shared by its publication and the queue of its channel.
struct OutgoingLink
{
    std::shared_ptr<class Channel> channel;
    std::uint32_t id = 0;
    bool newestOnly = false;
    bool ended = false;
    bool queued = false;                   ///< A notice of a newer value waits in the outbox.
    std::optional<std::uint64_t> noticeAt; ///< Where in the lane the last notice was written.
    std::function<void(const Error &)> onCut;
};

} // namespace tellwire::transport
