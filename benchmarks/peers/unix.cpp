// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

constexpr std::size_t longestPacket = std::size_t{64} * 1024;

/// Unix domain sockets and nothing else: packets up to 64 KiB, above that a stream with the length before
/// each message. Variant `stream`: a stream for all sizes.
class UnixSockets final : public Peer
{
public:
    using Peer::Peer;

    const char *name() const override { return "unixsock"; }

    void openServer() override { listen(); }
    void runServer() override;
    void openClient() override
    {
        m_socket = connect();
        m_bytes.resize(options().size);
    }
    void closeClient() override { close(m_socket); }
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override;
    void publish(std::uint32_t, const void *payload, std::size_t size) override;

    void openSubscriber(unsigned) override;
    void runSubscriber(Receiver &receiver) override;

private:
    bool isStream() const { return options().size > longestPacket || options().variant == "stream"; }
    int flags() const { return options().spins() ? MSG_DONTWAIT : 0; }
    sockaddr_un address() const;
    int open() const
    {
        return socket(AF_UNIX, (isStream() ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, 0);
    }
    void listen();
    int connect() const;
    static void sendAll(int socket, const void *bytes, std::size_t size);
    bool receiveAll(int socket, void *bytes, std::size_t size) const;
    bool serve(int client); ///< False: it has quit.
    void takePackets(Receiver &receiver);
    void takeStream(Receiver &receiver);

    /// Takes the whole messages at the beginning; how many bytes that were, or nothing after the last one.
    static std::optional<std::size_t> takeWhole(const std::vector<unsigned char> &bytes, std::size_t size,
                                                Receiver &receiver);

    int m_socket = -1;
    std::vector<int> m_readers;
    std::vector<unsigned char> m_bytes;
};

sockaddr_un UnixSockets::address() const
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = options().endpoint + "/unix.sock";
    require(path.size() < sizeof address.sun_path, "the name of the directory is too long for a socket");
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
}

void UnixSockets::listen()
{
    const sockaddr_un here = address();
    unlink(here.sun_path);
    m_socket = open();
    require(bind(m_socket, reinterpret_cast<const sockaddr *>(&here), sizeof here) == 0 &&
                ::listen(m_socket, 128) == 0,
            "a socket cannot be bound");
}

int UnixSockets::connect() const
{
    constexpr int attempts = 2000;
    const sockaddr_un there = address();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const int socket = open();
        if (::connect(socket, reinterpret_cast<const sockaddr *>(&there), sizeof there) == 0)
            return socket;
        close(socket);
        usleep(2000);
    }
    throw std::runtime_error("there is nobody to connect to");
}

void UnixSockets::sendAll(int socket, const void *bytes, std::size_t size)
{
    const auto *at = static_cast<const unsigned char *>(bytes);
    while (size > 0) {
        const ssize_t sent = send(socket, at, size, MSG_NOSIGNAL);
        require(sent >= 0, "a socket cannot be written");
        at += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

bool UnixSockets::receiveAll(int socket, void *bytes, std::size_t size) const
{
    auto *at = static_cast<unsigned char *>(bytes);
    while (size > 0) {
        const ssize_t received = recv(socket, at, size, flags());
        if (received < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (received <= 0)
            return false;
        at += received;
        size -= static_cast<std::size_t>(received);
    }
    return true;
}

bool UnixSockets::serve(int client)
{
    Request request;
    while (receiveAll(client, &request, sizeof request)) {
        sendAll(client, makeReply(request), request.replySize);
        if (request.purpose == Purpose::Quit)
            return false;
    }
    return true;
}

void UnixSockets::runServer()
{
    for (bool goesOn = true; goesOn;) {
        const int client = accept(m_socket, nullptr, nullptr);
        goesOn = serve(client);
        close(client);
    }
}

void UnixSockets::request(const Request &request, const UseReply &use)
{
    sendAll(m_socket, &request, sizeof request);
    require(receiveAll(m_socket, m_bytes.data(), request.replySize), "the server is gone");
    use(m_bytes.data(), request.replySize);
}

void UnixSockets::openPublisher()
{
    listen();
    for (unsigned index = 0; index < options().subscribers; ++index)
        m_readers.push_back(accept(m_socket, nullptr, nullptr));
}

void UnixSockets::publish(std::uint32_t, const void *payload, std::size_t size)
{
    const std::uint64_t length = size;
    for (const int reader : m_readers) {
        if (!isStream()) {
            sendAll(reader, payload, size);
            continue;
        }
        std::array<iovec, 2> parts{iovec{const_cast<std::uint64_t *>(&length), sizeof length}, // NOLINT
                                   iovec{const_cast<void *>(payload), size}};                  // NOLINT
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const ssize_t sent = sendmsg(reader, &message, MSG_NOSIGNAL);
        require(sent >= static_cast<ssize_t>(sizeof length), "a socket cannot be written");
        const std::size_t done = static_cast<std::size_t>(sent) - sizeof length;
        sendAll(reader, static_cast<const unsigned char *>(payload) + done, size - done);
    }
}

void UnixSockets::openSubscriber(unsigned)
{
    m_socket = connect();
    const timeval limit{0, suseconds_t{Receiver::idleMilliseconds} * 1000};
    setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void UnixSockets::runSubscriber(Receiver &receiver)
{
    if (isStream())
        takeStream(receiver);
    else
        takePackets(receiver);
}

void UnixSockets::takePackets(Receiver &receiver)
{
    m_bytes.resize(options().size);
    for (std::uint64_t turn = 0;; ++turn) {
        const ssize_t size = recv(m_socket, m_bytes.data(), m_bytes.size(), flags());
        if (size == 0)
            return;
        if (size > 0) {
            if (!receiver.take(m_bytes.data(), static_cast<std::size_t>(size)))
                return;
        } else if ((!options().spins() || turn % (1 << 20) == 0) && !receiver.goesOnWaiting())
            return;
    }
}

std::optional<std::size_t> UnixSockets::takeWhole(const std::vector<unsigned char> &bytes, std::size_t size,
                                                  Receiver &receiver)
{
    std::size_t taken = 0;
    std::uint64_t length = 0;
    while (size - taken >= sizeof length) {
        std::memcpy(&length, bytes.data() + taken, sizeof length);
        if (size - taken - sizeof length < length)
            break;
        if (!receiver.take(bytes.data() + taken + sizeof length, length))
            return std::nullopt;
        taken += sizeof length + length;
    }
    return taken;
}

void UnixSockets::takeStream(Receiver &receiver)
{
    constexpr std::size_t least = std::size_t{256} * 1024; // So that one call takes many small ones.
    m_bytes.resize(std::max(least, options().size + sizeof(std::uint64_t)));
    std::size_t filled = 0;
    while (true) {
        const ssize_t size = recv(m_socket, m_bytes.data() + filled, m_bytes.size() - filled, 0);
        if (size == 0 || (size < 0 && !receiver.goesOnWaiting()))
            return;
        if (size < 0)
            continue;
        filled += static_cast<std::size_t>(size);
        const std::optional<std::size_t> taken = takeWhole(m_bytes, filled, receiver);
        if (!taken)
            return;
        filled -= *taken;
        std::memmove(m_bytes.data(), m_bytes.data() + *taken, filled);
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::UnixSockets>(argumentCount, arguments);
}
