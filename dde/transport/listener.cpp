// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/listener.h"

#include "dde/transport/handshake.h"
#include "dde/transport/layout.h"
#include "dde/transport/logging.h"
#include "dde/transport/peer_identity.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

Error failed(const char *what)
{
    return systemError(errno, QStringLiteral("%1 in the session directory").arg(QLatin1StringView(what)));
}

sockaddr_un addressOf(const QByteArray &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(),
                std::min(sizeof address.sun_path - 1, static_cast<std::size_t>(path.size())));
    return address;
}

using Call = SystemCalls::Call;

constexpr int socketKind = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

FileDescriptor newSocket(SystemCalls &system)
{
    return FileDescriptor{system.before(Call::Socket) == 0 ? socket(AF_UNIX, socketKind, 0) : -1};
}

Result<FileDescriptor> listenUnder(SystemCalls &system, const SessionDirectory &directory,
                                   const QByteArray &name)
{
    FileDescriptor listening = newSocket(system);
    const sockaddr_un address = addressOf(directory.socketPath("tmp", name));
    // The name gets the mode of the socket: should its directory be opened by mistake, it stays closed.
    if (!listening.isValid() || fchmod(listening.get(), S_IRUSR | S_IWUSR) != 0 ||
        system.before(Call::Bind) != 0 ||
        bind(listening.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return failed("make a socket");
    step("join.socket.bound");
    if (system.before(Call::Listen) != 0 || ::listen(listening.get(), SOMAXCONN) != 0) {
        const Error failure = failed("make a socket");
        unlinkat(directory.descriptor(), ("tmp/" + name).constData(), 0);
        return failure;
    }
    step("join.socket.listening");
    return listening;
}

/// Bound and listening under another name first, so that whoever sees the final one can connect. Somebody who
/// tidies up may take the first name away before that.
Result<FileDescriptor> listenAs(SystemCalls &system, const SessionDirectory &directory,
                                const QByteArray &name)
{
    constexpr int attempts = 100; // When hundreds come at once, each of them tidies up.
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Result<FileDescriptor> listening = listenUnder(system, directory, name);
        if (!listening)
            return listening;
        const int place = directory.descriptor();
        if (system.before(Call::Rename) == 0 &&
            renameat(place, ("tmp/" + name).constData(), place, ("peers/" + name).constData()) == 0) {
            step("join.socket.named");
            return listening;
        }
        if (errno != ENOENT)
            break;
    }
    const Error failure = failed("name a socket");
    unlinkat(directory.descriptor(), ("tmp/" + name).constData(), 0);
    return failure;
}

QByteArray descriptionOfThisProgram()
{
    const nlohmann::json description{
        {"pid", getpid()}, {"program", ownProgram().toStdString()}, {"minor", layoutMinor}};
    return QByteArray::fromStdString(
        description.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace

QByteArray peerName(PeerId peer)
{
    return QByteArray::number(static_cast<qulonglong>(peer), 16).rightJustified(16, '0') + ".sock";
}

QByteArray peerKey(PeerId peer)
{
    return "peer/" + QByteArray::number(static_cast<qulonglong>(peer), 16).rightJustified(16, '0');
}

LogChange joining(PeerId peer)
{
    return {.operation = LogOperation::Put,
            .key = peerKey(peer),
            .body = descriptionOfThisProgram(),
            .bound = true};
}

Result<std::unique_ptr<Listener>> Listener::open(Seat &seat)
{
    Result<FileDescriptor> listening = listenAs(seat.system(), seat.directory(), peerName(seat.id()));
    if (!listening)
        return listening.error();
    std::unique_ptr<Listener> listener{new Listener(seat, std::move(listening).value())};
    if (!seat.reactor().watch(listener->m_socket.get(), EPOLLIN,
                              [made = listener.get()](std::uint32_t) { made->accept(); }))
        return failed("watch a socket");
    return listener;
}

Listener::Listener(Seat &seat, FileDescriptor socket) : m_seat(seat), m_socket(std::move(socket)) {}

/// No descriptor, memory or room is left: who waits at the door stays there, and must not keep us awake
/// meanwhile. Nothing tells when that changes.
void Listener::pause()
{
    m_seat.reactor().change(m_socket.get(), 0);
    m_pause = m_seat.reactor().after(std::chrono::milliseconds{100},
                                     [this] { m_seat.reactor().change(m_socket.get(), EPOLLIN); });
}

Listener::~Listener()
{
    if (!m_socket.isValid())
        return;
    m_seat.reactor().cancel(m_pause);
    m_seat.reactor().remove(m_socket.get());
    endLife();
    removeSocketOf(m_seat.directory(), m_seat.id());
}

bool Listener::isNamed() const
{
    struct stat status
    {};
    const QByteArray name = "peers/" + peerName(m_seat.id());
    return fstatat(m_seat.directory().descriptor(), name.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void Listener::abandon()
{
    m_socket.reset();
    m_life.reset();
    m_shown.reset();
}

bool Listener::makeLife()
{
    std::array<int, 2> ends{-1, -1};
    if (m_seat.system().before(Call::Socket) != 0 || socketpair(AF_UNIX, socketKind, 0, ends.data()) != 0)
        return false;
    m_life.reset(ends[0]);
    m_shown.reset(ends[1]);
    // Whoever has the other end can end it for all; who watches then comes again.
    const bool isWatched =
        m_seat.reactor().watch(m_life.get(), EPOLLRDHUP, [this](std::uint32_t) { endLife(); });
    if (!isWatched)
        endLife();
    return isWatched;
}

void Listener::endLife()
{
    if (m_life.isValid())
        m_seat.reactor().remove(m_life.get());
    m_life.reset();
    m_shown.reset();
}

void Listener::showLife(int socket)
{
    if (!belongsToOwnUser(socket) || (!m_life.isValid() && !makeLife()))
        return;
    if (!sendLife(m_seat.system(), socket, m_shown.get()))
        qCInfo(logTransport) << "somebody could not be told how to see the end of this program";
}

void Listener::accept()
{
    constexpr int atOnce = 16;
    for (int accepted = 0; accepted < atOnce; ++accepted) {
        if (!m_seat.makeRoomAtTheDoor())
            return pause();
        FileDescriptor socket{m_seat.system().before(Call::Accept) == 0
                                  ? accept4(m_socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)
                                  : -1};
        if (socket.isValid()) {
            m_seat.adopt(std::move(socket));
            continue;
        }
        const bool isNobodyThere = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
        return isNobodyThere ? void() : pause();
    }
}

void removeSocketOf(const SessionDirectory &directory, PeerId peer)
{
    unlinkat(directory.descriptor(), ("peers/" + peerName(peer)).constData(), 0);
}

Result<FileDescriptor> connectToPeer(SystemCalls &system, const SessionDirectory &directory, PeerId peer)
{
    FileDescriptor socket = newSocket(system);
    if (!socket.isValid())
        return failed("make a socket");
    const sockaddr_un address = addressOf(directory.socketPath("peers", peerName(peer)));
    if (system.before(Call::Connect) == 0 &&
        connect(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
        // Before anything is handed over.
        if (belongsToOwnUser(socket.get()))
            return socket;
        return Error{ErrorCode::AccessDenied,
                     QStringLiteral("connect to a program: it belongs to another user")};
    }
    if (errno == EAGAIN || errno == EINTR)
        return Error{ErrorCode::Busy,
                     QStringLiteral("connect to a program: it has too many connections to answer")};
    if (errno == ECONNREFUSED || errno == ENOENT)
        return Error{ErrorCode::PeerGone, QStringLiteral("connect to a program: it has ended")};
    return failed("connect to a socket");
}

} // namespace tellwire::transport
