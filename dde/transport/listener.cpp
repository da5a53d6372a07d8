// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/listener.h"

#include "dde/transport/layout.h"
#include "dde/transport/peer_identity.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
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

FileDescriptor newSocket()
{
    return FileDescriptor{socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
}

Result<FileDescriptor> listenUnder(const SessionDirectory &directory, const QByteArray &name)
{
    FileDescriptor listening = newSocket();
    const sockaddr_un address = addressOf(directory.socketPath("tmp", name));
    // The name gets the mode of the socket: should its directory be opened by mistake, it stays closed.
    if (!listening.isValid() || fchmod(listening.get(), S_IRUSR | S_IWUSR) != 0 ||
        bind(listening.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return failed("make a socket");
    step("join.socket.bound");
    if (::listen(listening.get(), SOMAXCONN) != 0)
        return failed("make a socket");
    step("join.socket.listening");
    return listening;
}

/// Bound and listening under another name first, so that whoever sees the final one can connect. Somebody who
/// tidies up may take the first name away before that.
Result<FileDescriptor> listenAs(const SessionDirectory &directory, const QByteArray &name)
{
    constexpr int attempts = 5;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Result<FileDescriptor> listening = listenUnder(directory, name);
        if (!listening)
            return listening;
        const int place = directory.descriptor();
        if (renameat(place, ("tmp/" + name).constData(), place, ("peers/" + name).constData()) == 0) {
            step("join.socket.named");
            return listening;
        }
        if (errno != ENOENT)
            break;
    }
    return failed("name a socket");
}

QByteArray descriptionOfThisProgram()
{
    const QString program = QFileInfo(QStringLiteral("/proc/self/exe")).symLinkTarget();
    const nlohmann::json description{
        {"pid", getpid()}, {"program", QFileInfo(program).fileName().toStdString()}, {"minor", layoutMinor}};
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
    Result<FileDescriptor> listening = listenAs(seat.directory(), peerName(seat.id()));
    if (!listening)
        return listening.error();
    return std::unique_ptr<Listener>{new Listener(seat, std::move(listening).value())};
}

Listener::Listener(Seat &seat, FileDescriptor socket) : m_seat(seat), m_socket(std::move(socket))
{
    m_seat.reactor().watch(m_socket.get(), EPOLLIN, [this](std::uint32_t) { accept(); });
}

/// Out of descriptors: who waits at the door stays there, and must not keep us awake meanwhile.
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
    for (const auto &[number, watcher] : m_watchers)
        m_seat.reactor().remove(number);
    removeSocketOf(m_seat.directory(), m_seat.id());
}

void Listener::abandon()
{
    m_socket.reset();
    m_watchers.clear();
}

void Listener::keepWatcher(FileDescriptor socket)
{
    constexpr std::size_t most = 256;
    if (m_watchers.size() >= most || !belongsToOwnUser(socket.get()))
        return;
    const int number = socket.get();
    m_watchers.emplace(number, std::move(socket));
    // Whatever comes now is its end, or nothing that a watcher says.
    m_seat.reactor().watch(number, EPOLLIN | EPOLLRDHUP, [this, number](std::uint32_t) {
        m_seat.reactor().remove(number);
        m_watchers.erase(number);
    });
}

void Listener::accept()
{
    constexpr int atOnce = 16;
    for (int accepted = 0; accepted < atOnce; ++accepted) {
        FileDescriptor socket{accept4(m_socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (!socket.isValid())
            return errno == EMFILE || errno == ENFILE ? pause() : void();
        m_seat.adopt(std::move(socket));
    }
}

void removeSocketOf(const SessionDirectory &directory, PeerId peer)
{
    unlinkat(directory.descriptor(), ("peers/" + peerName(peer)).constData(), 0);
}

Result<FileDescriptor> connectToPeer(const SessionDirectory &directory, PeerId peer)
{
    FileDescriptor socket = newSocket();
    if (!socket.isValid())
        return failed("make a socket");
    const sockaddr_un address = addressOf(directory.socketPath("peers", peerName(peer)));
    if (connect(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
        // Before anything is handed over.
        if (belongsToOwnUser(socket.get()))
            return socket;
        return Error{ErrorCode::AccessDenied,
                     QStringLiteral("connect to a program: it belongs to another user")};
    }
    if (errno == EAGAIN)
        return Error{ErrorCode::Busy,
                     QStringLiteral("connect to a program: it has too many connections to answer")};
    if (errno == ECONNREFUSED || errno == ENOENT)
        return Error{ErrorCode::PeerGone, QStringLiteral("connect to a program: it has ended")};
    return failed("connect to a socket");
}

} // namespace tellwire::transport
