// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/peer_watch.h"

#include "dde/transport/handshake.h"
#include "dde/transport/listener.h"
#include "dde/transport/packet_socket.h"
#include "dde/transport/seat.h"

#include <algorithm>

#include <sys/epoll.h>

namespace tellwire::transport {

using namespace std::chrono_literals;

class PeerWatch::Private : public std::enable_shared_from_this<Private>
{
public:
    Private(Seat &seat, PeerId peer, std::function<void()> onEnd)
        : m_seat(seat),
          m_peer(peer),
          m_onEnd(std::move(onEnd))
    {}

    void start();
    void stop();

private:
    void tryToConnect();
    void tryLater();
    void use(FileDescriptor socket, std::uint32_t events, void (Private::*onEvent)());
    void onSocket();
    void onEndOfLife();

    Seat &m_seat;
    PeerId m_peer;
    std::function<void()> m_onEnd;
    FileDescriptor m_socket;
    Reactor::TimerId m_retry = 0;
    int m_attempts = 0;
};

void PeerWatch::Private::start()
{
    m_seat.reactor().post([self = weak_from_this()] {
        if (const std::shared_ptr<Private> watch = self.lock())
            watch->tryToConnect();
    });
}

void PeerWatch::Private::stop()
{
    m_seat.reactor().cancel(m_retry);
    if (m_socket.isValid())
        m_seat.reactor().remove(m_socket.get());
    m_socket.reset();
}

void PeerWatch::Private::tryToConnect()
{
    m_retry = 0;
    Result<FileDescriptor> socket = connectToPeer(m_seat.system(), m_seat.directory(), m_peer);
    if (!socket && socket.error().code == ErrorCode::PeerGone && !m_seat.isAlive(m_peer)) {
        const std::function<void()> onEnd = std::move(m_onEnd);
        return onEnd();
    }
    if (!socket || !sendWatch(m_seat.system(), socket->get()))
        return tryLater();
    use(std::move(socket).value(), EPOLLIN | EPOLLRDHUP, &Private::onSocket);
}

void PeerWatch::Private::use(FileDescriptor socket, std::uint32_t events, void (Private::*onEvent)())
{
    stop();
    const bool isWatched =
        m_seat.reactor().watch(socket.get(), events, [self = weak_from_this(), onEvent](std::uint32_t) {
            if (const std::shared_ptr<Private> watch = self.lock())
                ((*watch).*onEvent)();
        });
    if (!isWatched)
        return tryLater();
    m_socket = std::move(socket);
}

/// What makes a second attempt succeed announces itself by nothing: room in a queue of connections, or the
/// last step of a death, which closes one descriptor after the other.
void PeerWatch::Private::tryLater()
{
    const auto pause = std::min<Reactor::Clock::duration>(1ms * (1 << std::min(m_attempts++, 10)), 1s);
    m_retry = m_seat.reactor().after(pause, [self = weak_from_this()] {
        if (const std::shared_ptr<Private> watch = self.lock())
            watch->tryToConnect();
    });
}

void PeerWatch::Private::onSocket()
{
    ReceivedPacket packet = receivePacket(m_socket.get());
    if (isLife(packet) && belongsToOwnUser(packet.descriptors.front().get()))
        // Nothing is ever read there.
        return use(std::move(packet.descriptors.front()), EPOLLRDHUP, &Private::onEndOfLife);
    if (packet.outcome == ReceivedPacket::Outcome::End || packet.outcome == ReceivedPacket::Outcome::Lost)
        onEndOfLife(); // Anything else it may say is thrown away.
}

void PeerWatch::Private::onEndOfLife()
{
    stop();
    tryLater();
}

PeerWatch::PeerWatch(Seat &seat, PeerId peer, std::function<void()> onEnd)
    : m_seat(seat),
      m_data(std::make_shared<Private>(seat, peer, std::move(onEnd)))
{
    m_seat.m_watches.insert(this);
    m_data->start();
}

PeerWatch::~PeerWatch()
{
    m_seat.m_watches.erase(this);
    m_data->stop();
}

void PeerWatch::abandon() { m_data->stop(); }

} // namespace tellwire::transport
