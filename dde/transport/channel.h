// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/bell.h"
#include "dde/transport/file_descriptor.h"
#include "dde/transport/message.h"
#include "dde/transport/outgoing_link.h"
#include "dde/transport/peer_identity.h"
#include "dde/transport/reactor.h"
#include "formats/result.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace tellwire::transport {

class Inbox;
class Outbox;
class Seat;
struct ReceivedPacket;

/// Random, never used again; names a program in the session for as long as it sits there.
using PeerId = std::uint64_t;

/// The connection of two programs: a socket that proves who it is, carries descriptors and reports death; a
/// lane in each direction; and each other's arenas. The side that asked for it is the client of all
/// conversations on it.
///
/// A program may have a channel to itself; it is like any other.
///
/// Thread: that of its seat.
class Channel : public std::enable_shared_from_this<Channel>
{
public:
    Channel(Seat &seat, PeerId peer, bool isClient);
    ~Channel();
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    Seat &seat() const noexcept { return m_seat; }
    bool isClient() const noexcept { return m_isClient; } ///< True if this program asked for the channel.
    bool isOpen() const noexcept { return m_state == State::Open; }
    /// A client of this program that has not introduced itself yet.
    bool isAtTheDoor() const noexcept { return !m_isClient && m_state == State::Greeting; }
    Reactor::Clock::time_point since() const noexcept { return m_since; }
    bool isClosed() const noexcept { return m_state == State::Closed; }
    PeerId peer() const noexcept { return m_peer; }
    const PeerIdentity &identity() const noexcept { return m_identity; }

    /// Sends in order, behind everything sent before; never blocks. What is sent before the channel is open
    /// waits. Errors: Busy (too much waits for this peer already), TooLarge, OutOfSpace, PeerGone.
    /// `kept`, if there is one, is the block that holds the bytes of just this message, to be sent from
    /// there; or null, and then becomes it if the message needs one.
    Result<void> send(const Message &message, BlockPointer *kept = nullptr);

    /// Whether a message with so many bytes could be sent now; for those who would have to make it first.
    /// Errors: those of send(), but for OutOfSpace.
    Result<void> hasRoomFor(std::uint64_t headBytes, std::uint64_t payloadBytes);

    /// Ends the channel. Handlers are told by onClosed, from the session's event processing.
    void close(const Error &reason);

    /// Copies the newest value of a publication of the other side, of which it has told where that is kept;
    /// it need not be running for this. Runs no user code, never blocks, and is bounded however often the
    /// value is replaced meanwhile. False if there is none, if its publisher kept replacing it, or lies.
    /// Still works inside MessageHandler::onClosed: the memory of a program that has died is intact until
    /// then.
    bool readLatest(const LatestReference &reference, Message &message);

    std::size_t queuedMessages() const; ///< That did not fit into the lane yet.
    std::uint64_t waitingBytes() const; ///< In blocks that the peer has not read yet.

    // For Publication, and for links that are fed without one: their messages name no link, so that they are
    // sent even if it ends.
    /// `block` holds the bytes of `value`, or is null if they are few enough to go with the slot. False if
    /// the link's receiver is too far behind.
    bool sendValue(const OutgoingLink::Pointer &link, Slot slot, QByteArrayView value,
                   const BlockPointer &block);
    bool sendValue(const Message &value, const BlockPointer &block);
    /// Nothing is sent while the link's last notice is unread. After a full fence only.
    void sendNotice(const OutgoingLink::Pointer &link, Slot notice);
    bool announce(std::uint16_t segment);
    void addLink();
    void removeLink(OutgoingLink &link); ///< Forgets what is queued for it.
    void removeLink();

    // For Seat.
    void start();                        ///< Client: connects.
    void start(FileDescriptor accepted); ///< Server: waits for the client's introduction.
    int receive(int budget);             ///< Handles messages, so many at most; says how many.
    void flush();
    bool hasWork();
    void ring();
    void segmentGone(std::uint16_t segment);
    void sayGoodbye();
    void abandonMemory();   ///< Gives back what a closed channel holds.
    void abandon();         ///< In a forked child.
    bool isTouched = false; ///< Listed for a bell.

private:
    enum class State : std::uint8_t { Connecting, Greeting, Open, Closed };

    void tryToConnect();
    void useSocket(FileDescriptor socket);
    Result<void> makeOutbox();
    void greet();
    void onSocket(std::uint32_t events);
    void onPacket(ReceivedPacket packet);
    void onHello(ReceivedPacket packet);
    void onEnd();
    void readSocket();
    bool readPackets();
    void becomeWatcher();
    std::size_t mostValues() const;
    void sendInline(Slot &slot, const Message &message);
    Result<void> store(const Message &message, BlockPointer &block);
    void send(Slot &slot, QByteArrayView rest, const BlockPointer &block,
              const OutgoingLink::Pointer &link);
    bool receiveOne(const std::shared_ptr<Channel> &self);
    void finishConsuming();
    bool isAnnounced(std::uint16_t segment) const;
    void setAnnounced(std::uint16_t segment, bool announced);
    void giveBack(std::uint32_t pin);
    bool sendOrKeep(const struct Packet &packet, int descriptor);
    void refuse(const Error &reason);
    void violated(const char *what);
    void closeForWantOfRoom();
    void expireIfNotOpen();

    Seat &m_seat;
    PeerId m_peer;
    bool m_isClient;
    State m_state = State::Connecting;
    const Reactor::Clock::time_point m_since = Reactor::Clock::now();
    PeerIdentity m_identity;
    FileDescriptor m_socket;
    std::unique_ptr<Outbox> m_outbox;
    std::unique_ptr<Inbox> m_inbox;
    FileDescriptor m_heardBell;    ///< Our own, for this peer.
    Bell m_bell;                   ///< The peer's.
    std::vector<bool> m_announced; ///< Segments of ours that the peer has; as long as need be.
    Reactor::TimerId m_deadline = 0;
    Reactor::TimerId m_retry = 0;
    int m_attempts = 0;
    bool m_saidGoodbye = false;
};

} // namespace tellwire::transport
