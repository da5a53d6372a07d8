// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/bare_packets.h"

#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/limits/shared_samples.h"

#include <algorithm>
#include <array>
#include <deque>

#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::benchmark {
namespace {

using Packet = std::array<char, 32>;

class SocketPair
{
public:
    SocketPair()
    {
        require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, m_ends.data()) == 0,
                "there is no further pair of sockets");
    }
    ~SocketPair()
    {
        close(m_ends[0]);
        close(m_ends[1]);
    }
    SocketPair(const SocketPair &) = delete;
    SocketPair &operator=(const SocketPair &) = delete;

    int sender() const { return m_ends[0]; }
    int reader() const { return m_ends[1]; }

private:
    std::array<int, 2> m_ends{};
};

void sendPacket(int socket)
{
    constexpr Packet packet{};
    require(send(socket, packet.data(), packet.size(), MSG_NOSIGNAL) == ssize_t{packet.size()},
            "a packet cannot be sent");
}

void receivePacket(int socket)
{
    Packet packet;
    require(recv(socket, packet.data(), packet.size(), 0) == ssize_t{packet.size()}, "a packet was lost");
}

} // namespace

double barePackets(int count, int readers)
{
    const std::deque<SocketPair> sockets(static_cast<std::size_t>(readers));
    SharedWords ends{sockets.size()};
    std::deque<Child> children;
    for (std::size_t index = 0; index < sockets.size(); ++index)
        children.emplace_back("a reader of bare packets", [&, index](const Parent &parent) {
            parent.tellReady();
            for (int received = 0; received < count; ++received)
                receivePacket(sockets[index].reader());
            ends.store(index, nanosecondsNow());
        });
    for (const Child &child : children)
        child.waitUntilReady();

    SharedWords start{1};
    Child sender{"the sender of bare packets", [&](const Parent &) {
                     start.store(0, nanosecondsNow());
                     for (int sent = 0; sent < count; ++sent)
                         for (const SocketPair &pair : sockets)
                             sendPacket(pair.sender());
                 }};
    sender.waitForEnd();
    std::int64_t end = 0;
    for (std::size_t index = 0; index < children.size(); ++index) {
        children[index].waitForEnd();
        end = std::max(end, ends.load(index));
    }
    return static_cast<double>(end - start.load(0)) / 1000;
}

double bareAnsweredPackets(int count)
{
    const SocketPair sockets;
    Child answering{"the answering side of bare packets", [&](const Parent &) {
                        for (int received = 0; received < count; ++received) {
                            receivePacket(sockets.reader());
                            sendPacket(sockets.reader());
                        }
                    }};
    SharedSamples time{1};
    Child asking{"the asking side of bare packets", [&](const Parent &) {
                     const std::int64_t start = nanosecondsNow();
                     for (int asked = 0; asked < count; asked += 64) {
                         const int atOnce = std::min(64, count - asked);
                         for (int sent = 0; sent < atOnce; ++sent)
                             sendPacket(sockets.sender());
                         for (int received = 0; received < atOnce; ++received)
                             receivePacket(sockets.sender());
                     }
                     time.addNanoseconds(nanosecondsNow() - start);
                 }};
    asking.waitForEnd();
    answering.waitForEnd();
    return time.microseconds().front();
}

} // namespace tellwire::benchmark
