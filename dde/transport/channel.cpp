// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/channel.h"

#include "dde/transport/handshake.h"
#include "dde/transport/inbox.h"
#include "dde/transport/listener.h"
#include "dde/transport/logging.h"
#include "dde/transport/outbox.h"
#include "dde/transport/packet_socket.h"
#include "dde/transport/seat.h"
#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace tellwire::transport {
namespace {

using namespace std::chrono_literals;

Error peerGone(const PeerIdentity &identity, const char *how)
{
    return {ErrorCode::PeerGone,
            QStringLiteral("%1 (process %2) %3")
                .arg(identity.program.isEmpty() ? QStringLiteral("the other program") : identity.program)
                .arg(identity.pid)
                .arg(QLatin1StringView(how))};
}

} // namespace

Channel::Channel(Seat &seat, PeerId peer, bool isClient) : m_seat(seat), m_peer(peer), m_isClient(isClient) {}

Channel::~Channel() = default;

// Opening

void Channel::start()
{
    if (const Result<void> made = makeOutbox(); !made)
        return close(made.error());
    m_deadline = m_seat.reactor().after(m_seat.configuration().connectTimeout, [this] { expireIfNotOpen(); });
    tryToConnect();
}

void Channel::start(FileDescriptor accepted)
{
    m_deadline =
        m_seat.reactor().after(m_seat.configuration().handshakeTimeout, [this] { expireIfNotOpen(); });
    step("connect.accepted");
    useSocket(std::move(accepted));
    if (m_state == State::Greeting)
        readSocket(); // Who connects introduces himself in the same breath.
}

Result<void> Channel::makeOutbox()
{
    Result<std::unique_ptr<Outbox>> outbox =
        Outbox::create(m_seat.system(), m_seat.configuration().queueBytes);
    if (!outbox)
        return outbox.error();
    m_outbox = std::move(outbox).value();
    m_outbox->announceBy([this](std::uint16_t segment) { return announce(segment); });
    return {};
}

void Channel::tryToConnect()
{
    m_retry = 0;
    Result<FileDescriptor> socket = connectToPeer(m_seat.system(), m_seat.directory(), m_peer);
    if (socket) {
        step("connect.socket");
        useSocket(std::move(socket).value());
        return isClosed() ? void() : greet();
    }
    if (socket.error().code != ErrorCode::Busy)
        return close(socket.error());
    // A full queue of connections announces no room, so the wait is timed; it ends with the connect time-out.
    const auto pause = std::min<Reactor::Clock::duration>(1ms * (1 << std::min(m_attempts++, 6)), 50ms);
    m_retry = m_seat.reactor().after(pause, [this] { tryToConnect(); });
}

void Channel::useSocket(FileDescriptor socket)
{
    m_socket = std::move(socket);
    m_state = State::Greeting;
    const bool isWatched = m_seat.reactor().watch(
        m_socket.get(), EPOLLIN | EPOLLRDHUP, [self = weak_from_this()](std::uint32_t events) {
            if (const std::shared_ptr<Channel> channel = self.lock())
                channel->onSocket(events);
        });
    if (!isWatched)
        refuse(systemError(errno, QStringLiteral("watch the socket of another program")));
}

void Channel::greet()
{
    const int arena = m_seat.arena().descriptor(0);
    OwnBell bell = OwnBell::make(m_seat.system());
    const bool isHeard = bell.heard.isValid() &&
                         m_seat.reactor().watch(bell.heard.get(), EPOLLIN | EPOLLET, [](std::uint32_t) {});
    const OwnGreeting greeting{m_seat.id(), m_outbox->lane().descriptor(), arena,
                               isHeard ? bell.handedOver.get() : arena};
    if (isHeard)
        m_heardBell = std::move(bell.heard);
    if (!sendHello(m_seat.system(), m_socket.get(), greeting)) {
        const Error failure = systemError(errno, QStringLiteral("introduce ourselves to another program"));
        return close(failure.code == ErrorCode::OutOfSpace
                         ? failure
                         : peerGone(m_identity, "did not take our introduction"));
    }
    step(m_isClient ? "connect.hello.sent" : "connect.hello.answered");
    m_outbox->lane().handedOver();
    setAnnounced(0, true);
}

void Channel::onHello(ReceivedPacket packet)
{
    if (!m_isClient && isWatch(packet))
        return becomeWatcher();
    if (!m_isClient && !m_seat.hasRoomForPeer())
        return refuse({ErrorCode::Busy, QStringLiteral("connect to another program: there are %1 already, "
                                                       "the most that are allowed (maxPeers)")
                                            .arg(m_seat.configuration().maxPeers)});
    if (m_isClient && isNoRoom(packet)) {
        m_identity = identityOf(m_socket.get()).value_or(PeerIdentity{});
        return closeForWantOfRoom();
    }
    Result<PeerGreeting> checked =
        checkHello(m_seat.system(), m_socket.get(), std::move(packet), m_seat.configuration().payloadLimit);
    if (!checked)
        return refuse(checked.error());
    PeerGreeting greeting = std::move(checked).value();
    if (m_isClient && greeting.peer != m_peer)
        return violated("introduced itself as somebody else");
    m_peer = greeting.peer;
    m_identity = std::move(greeting.identity);
    m_bell = Bell(greeting.bell, m_socket.get());
    if (!m_isClient) {
        if (const Result<void> made = makeOutbox(); !made)
            return refuse(made.error());
        greet();
    }
    if (m_state == State::Closed)
        return;
    m_state = State::Open;
    m_seat.reactor().cancel(m_deadline);
    m_inbox = std::make_unique<Inbox>(std::move(greeting.lane), std::move(greeting.arena), m_outbox->lane(),
                                      std::make_shared<Loans>(m_seat.loanReturns(),
                                                              m_seat.configuration().arenaLimit / 2,
                                                              [this](std::uint32_t pin) { giveBack(pin); }));
    m_outbox->connect(m_inbox->lane());
    step("connect.open");
    flush();
    fullFence(); // The peer has read what we wrote before it could be rung, or is rung for it.
    if (m_outbox->hasUnconsumed())
        m_seat.touched(*this);
}

/// The other side wants no channel, only to see the end of this socket.
void Channel::becomeWatcher()
{
    m_state = State::Closed;
    m_seat.reactor().cancel(m_deadline);
    m_seat.reactor().remove(m_socket.get());
    m_seat.watched(*this, m_socket);
    m_socket.reset();
}

void Channel::expireIfNotOpen()
{
    if (m_state == State::Connecting || m_state == State::Greeting)
        close({ErrorCode::TimedOut,
               QStringLiteral("connect to a program: it does not answer; it may be stopped or hang")});
}

// The socket

void Channel::onSocket(std::uint32_t events)
{
    if ((events & EPOLLOUT) != 0) {
        m_seat.reactor().change(m_socket.get(), EPOLLIN | EPOLLRDHUP);
        m_outbox->socketIsWritable();
        flush();
    }
    readSocket();
}

void Channel::readSocket()
{
    if (!readPackets())
        onEnd();
}

/// False at the end of the socket. Runs no user code.
bool Channel::readPackets()
{
    constexpr int atOnce = 64;
    for (int count = 0; count < atOnce && m_state != State::Closed; ++count) {
        ReceivedPacket packet = receivePacket(m_socket.get());
        switch (packet.outcome) {
        case ReceivedPacket::Outcome::Nothing:
            return true;
        case ReceivedPacket::Outcome::End:
            return false;
        case ReceivedPacket::Outcome::Damaged:
            violated("sent a packet that no version of ours sends");
            break;
        case ReceivedPacket::Outcome::Lost:
            refuse({ErrorCode::OutOfSpace,
                    QStringLiteral("take descriptors from another program: this program has too many open "
                                   "files; raise its limit (ulimit -n)")});
            break;
        case ReceivedPacket::Outcome::Packet:
            m_state == State::Greeting ? onHello(std::move(packet)) : onPacket(std::move(packet));
        }
    }
    return true;
}

void Channel::onPacket(ReceivedPacket packet)
{
    if (packet.length == 1)
        return; // It only woke us.
    Packet content{};
    if (packet.length != sizeof content)
        return violated("sent a packet of a wrong length");
    std::memcpy(&content, packet.bytes.data(), sizeof content);
    const auto segment = static_cast<std::uint16_t>(content.segment);
    switch (static_cast<PacketKind>(content.kind)) {
    case PacketKind::Segment: {
        if (packet.descriptors.size() != 1 || content.segment == 0 || content.segment > 0xFFFF)
            return violated("announced a segment wrongly");
        if (const Result<void> added = m_inbox->arena().add(segment, std::move(packet.descriptors.front()));
            !added)
            refuse(added.error());
        return;
    }
    case PacketKind::SegmentGone:
        return m_inbox->arena().drop(segment);
    case PacketKind::Bye:
        m_saidGoodbye = true;
        return;
    case PacketKind::NoRoom:
        return closeForWantOfRoom();
    case PacketKind::Watch:
    case PacketKind::Life:
        return; // Only ever a first packet.
    }
    // Kinds of later versions are skipped.
}

void Channel::onEnd()
{
    const std::shared_ptr<Channel> self = shared_from_this();
    // What a dying program wrote before its end is still there and still true.
    for (std::uint32_t count = 0; count < maxSlotCount && m_state == State::Open && receiveOne(self);
         ++count) {
    }
    close(peerGone(m_identity, m_saidGoodbye
                                   ? "has ended"
                                   : "ended without a word: it crashed, was killed, or cut us off"));
}

bool Channel::sendOrKeep(const Packet &packet, int descriptor)
{
    const std::span<const int> descriptors{&descriptor, descriptor >= 0 ? 1U : 0U};
    if (sendPacket(m_seat.system(), m_socket.get(), std::as_bytes(std::span{&packet, 1}), descriptors))
        return true;
    if (errno == EAGAIN)
        m_seat.reactor().change(m_socket.get(), EPOLLIN | EPOLLRDHUP | EPOLLOUT);
    else if (errno != EPIPE && errno != ECONNRESET) // Its end, which is read as such.
        close(systemError(
            errno,
            QStringLiteral("hand memory to %1 (process %2)").arg(m_identity.program).arg(m_identity.pid)));
    return false;
}

bool Channel::isAnnounced(std::uint16_t segment) const
{
    return segment < m_announced.size() && m_announced[segment];
}

void Channel::setAnnounced(std::uint16_t segment, bool announced)
{
    if (segment >= m_announced.size())
        m_announced.resize(std::size_t{segment} + 1);
    m_announced[segment] = announced;
}

bool Channel::announce(std::uint16_t segment)
{
    if (isAnnounced(segment) || m_state != State::Open)
        return m_state == State::Open;
    const Packet packet{static_cast<std::uint32_t>(PacketKind::Segment), segment, 0};
    const bool sent = sendOrKeep(packet, m_seat.arena().descriptor(segment));
    step("arena.segment.announced");
    setAnnounced(segment, sent);
    return sent;
}

void Channel::segmentGone(std::uint16_t segment)
{
    if (m_state != State::Open || !isAnnounced(segment))
        return;
    // Lost if the socket is full: the peer then keeps the old memory until it gets a new segment of this
    // number.
    setAnnounced(segment, false);
    sendOrKeep({static_cast<std::uint32_t>(PacketKind::SegmentGone), segment, 0}, -1);
}

void Channel::sayGoodbye()
{
    if (m_state == State::Open)
        sendOrKeep({static_cast<std::uint32_t>(PacketKind::Bye), 0, 0}, -1);
    step("leave.goodbye.said");
}

// Closing

void Channel::violated(const char *what)
{
    qCWarning(logTransport) << "channel to process" << m_identity.pid << m_identity.program << "ended: it"
                            << what;
    close({ErrorCode::Corrupted, QStringLiteral("%1 (process %2) was cut off: it %3")
                                     .arg(m_identity.program)
                                     .arg(m_identity.pid)
                                     .arg(QLatin1StringView(what))});
}

/// What the peer has handed over cannot be used, or there is no room for it: only then is it told why.
void Channel::refuse(const Error &reason)
{
    qCWarning(logTransport).noquote()
        << "channel to process" << m_identity.pid << m_identity.program << "ended:" << reason.detail;
    const bool isForWantOfRoom = reason.code == ErrorCode::OutOfSpace || reason.code == ErrorCode::Busy;
    if (isForWantOfRoom && m_socket.isValid())
        sendNoRoom(m_seat.system(), m_socket.get());
    close(reason);
}

void Channel::closeForWantOfRoom()
{
    close({ErrorCode::Busy,
           QStringLiteral("%1 (process %2) has no room for one more connection or value: it "
                          "has as many as it may (maxPeers), or too little memory or open files")
               .arg(m_identity.program)
               .arg(m_identity.pid)});
}

void Channel::close(const Error &reason)
{
    if (m_state == State::Closed)
        return;
    const std::shared_ptr<Channel> self = shared_from_this();
    m_state = State::Closed;
    m_seat.reactor().cancel(m_deadline);
    m_seat.reactor().cancel(m_retry);
    if (m_socket.isValid())
        m_seat.reactor().remove(m_socket.get());
    if (m_heardBell.isValid())
        m_seat.reactor().remove(m_heardBell.get());
    m_heardBell.reset();
    if (m_inbox)
        m_inbox->loans()->end(m_saidGoodbye); // Before the peer sees the end, and uses its memory again.
    m_socket.reset();
    m_seat.reactor().post([self, reason] { self->m_seat.closed(self, reason); });
}

void Channel::abandonMemory()
{
    m_state = State::Closed;
    if (m_inbox)
        m_inbox->loans()->end(m_saidGoodbye);
    m_socket.reset();
    m_heardBell.reset();
    m_inbox.reset();
    m_outbox.reset();
}

void Channel::abandon()
{
    m_state = State::Closed;
    m_socket.reset();
    m_heardBell.reset();
    if (m_inbox)
        m_inbox->loans()->abandon();
    if (m_outbox)
        m_outbox->lane().abandon();
}

std::size_t Channel::queuedMessages() const { return m_outbox ? m_outbox->queued() : 0; }
std::uint64_t Channel::waitingBytes() const { return m_outbox ? m_outbox->waitingBytes() : 0; }

} // namespace tellwire::transport
