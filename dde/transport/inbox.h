// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/foreign_arena.h"
#include "dde/transport/lane.h"
#include "dde/transport/loans.h"
#include "dde/transport/message.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace tellwire::transport {

/// What one peer says to this program: its lane and its arena, read without trust, and made into messages of
/// our own.
class Inbox
{
public:
    /// `own`, the lane in the other direction, outlives the inbox: it says how far we have read. Without
    /// `loans` everything is copied.
    Inbox(std::unique_ptr<PeerLane> lane, std::unique_ptr<ForeignArena> arena, OwnLane &own,
          std::shared_ptr<Loans> loans = nullptr);
    ~Inbox();

    enum class Outcome : std::uint8_t {
        Nothing,
        Message,
        Unreadable, ///< A newest value that could not be read in place; type and id say of what.
        NoMemory,   ///< Here, for a message of `length` bytes, which is left unread.
        Violation,  ///< The peer broke the rules.
    };
    struct Received
    {
        Outcome outcome = Outcome::Nothing;
        transport::Message message = {};
        const char *violation = nullptr; ///< Goes on after "it".
        std::uint32_t length = 0;
    };

    /// Brings the descriptors of new segments, which were sent before what names them. False if the channel
    /// ended by that.
    using ReadSocket = std::function<bool()>;

    /// The next message. It counts as consumed, and the peer can see that, before this returns.
    Received take(const ReadSocket &readSocket);

    bool hasUnread() const;      ///< True also if take() would find a violation.
    bool peerWantsSpace() const; ///< The peer wants to be woken when something was consumed.

    PeerLane &lane() noexcept { return *m_lane; }
    ForeignArena &arena() noexcept { return *m_arena; }
    Loans *loans() noexcept { return m_loans.get(); } ///< May be null.

private:
    Outcome take(Received &received, const ReadSocket &readSocket);
    Outcome inlineMessage(const Slot &slot, std::uint32_t unreadBehind, Received &received);
    Outcome blockMessage(const Slot &slot, Received &received, const ReadSocket &readSocket);
    Outcome latestValue(const Slot &slot, Received &received, const ReadSocket &readSocket);

    std::unique_ptr<PeerLane> m_lane;
    std::unique_ptr<ForeignArena> m_arena;
    OwnLane &m_own;
    std::shared_ptr<Loans> m_loans;
};

} // namespace tellwire::transport
