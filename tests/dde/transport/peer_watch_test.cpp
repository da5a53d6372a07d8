// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include "dde/transport/handshake.h"
#include "dde/transport/listener.h"
#include "dde/transport/peer_watch.h"
#include "tests/support/peer.h"

#include <deque>
#include <filesystem>
#include <string>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;
using namespace tellwire::test;
using namespace std::chrono_literals;

// Is there, and says under which number.
TELLWIRE_PEER(Mortal)
{
    const std::shared_ptr<Seat> seat = Seat::join(QStringLiteral("test")).value();
    EXPECT_TRUE(seat->listen());
    peerIsReady();
    sayToTest(std::to_string(seat->id()));
    while (true)
        seat->wait(-1ms);
}

PeerId idOf(const Peer &peer) { return std::stoull(peer.hear().value_or("0")); }

/// Of this process, besides the three it was given.
int openSockets()
{
    int sockets = 0;
    for (const auto &entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (std::stoi(entry.path().filename()) > 2 && target.starts_with("socket:"))
            ++sockets;
    }
    return sockets;
}

class APeerWatch : public TwoPrograms
{
protected:
    int ends = 0;
    std::function<void()> count = [this] { ++ends; };
};

TEST_F(APeerWatch, TellsEverybodyThatAProgramWasKilled)
{
    Peer mortal{"Mortal"};
    const PeerId id = idOf(mortal);
    const PeerWatch watch{*client, id, count};
    client->process();

    mortal.killHard();
    ASSERT_TRUE(served([&] { return ends != 0; }));

    EXPECT_EQ(ends, 1);
    EXPECT_TRUE(served([&] { return !server->log().state().find(peerKey(id)); }));
}

TEST_F(APeerWatch, SeesTheEndOfAProgramThatWasStoppedBeforeItAnswered)
{
    Peer mortal{"Mortal"};
    const PeerId id = idOf(mortal);
    mortal.stop();
    const PeerWatch watch{*client, id, count};
    client->process();

    mortal.killHard();

    EXPECT_TRUE(served([&] { return ends == 1; }));
}

TEST_F(APeerWatch, TellsThatAProgramHasLeft)
{
    const PeerWatch watch{*client, server->id(), count};
    connected();

    serverEnd.reset();
    atServer->channels.clear();
    server.reset();

    EXPECT_TRUE(served([&] { return ends == 1; }));
}

TEST_F(APeerWatch, TellsOfAnEndLongAgoButNotAtOnce)
{
    const PeerWatch watch{*client, 0x1234, count};
    const int atOnce = ends;

    ASSERT_TRUE(served([&] { return ends != 0; }));

    EXPECT_EQ(atOnce, 0);
    EXPECT_EQ(ends, 1);
}

TEST_F(APeerWatch, IsNoChannel)
{
    const PeerWatch watch{*client, server->id(), count};
    client->process();

    connected();

    EXPECT_EQ(server->channels().size(), 1U);
    EXPECT_EQ(client->channels().size(), 1U);
    EXPECT_EQ(atServer->closed.size(), 0U);
    EXPECT_EQ(ends, 0);
}

TEST_F(APeerWatch, MayBeDestroyedByWhatItCalls)
{
    std::unique_ptr<PeerWatch> watch;
    watch = std::make_unique<PeerWatch>(*client, 0x1234, [&] {
        watch.reset();
        ++ends;
    });

    ASSERT_TRUE(served([&] { return ends != 0; }));

    EXPECT_EQ(watch, nullptr);
}

TEST_F(APeerWatch, IsSilentOnceItIsGone)
{
    {
        const PeerWatch gone{*client, 0x1234, count};
    }
    int others = 0;

    const PeerWatch watch{*client, 0x1234, [&] { ++others; }};

    EXPECT_TRUE(served([&] { return others == 1; }));
    EXPECT_EQ(ends, 0);
}

TEST_F(APeerWatch, LeavesNoSocketToAForkedChild)
{
    const PeerWatch watch{*client, server->id(), count};
    connected();

    const pid_t child = fork();
    if (child == 0)
        _exit(openSockets());
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);

    EXPECT_EQ(status, 0);
}

/// Counts how often somebody connects.
class CountsConnections final : public SystemCalls
{
public:
    int before(Call call) override
    {
        connections += call == Call::Connect ? 1 : 0;
        return 0;
    }
    int connections = 0;
};

TEST_F(APeerWatch, IsOneOfManyThatCostTheWatchedProgramNothingEach)
{
    constexpr int many = 300;
    CountsConnections calls;
    const std::shared_ptr<Seat> watcher = joined(calls);
    connected();
    const int before = openSockets();
    std::deque<PeerWatch> watches;

    for (int number = 0; number < many; ++number)
        watches.emplace_back(*watcher, server->id(), count);
    ASSERT_TRUE(served([&] { return openSockets() == before + many + 2; }));
    const int connections = calls.connections;
    serverEnd.reset();
    atServer->channels.clear();
    server.reset();

    EXPECT_EQ(connections, many);
    EXPECT_TRUE(served([&] { return ends == many; }));
}

TEST_F(APeerWatch, SeesTheEndThoughAnotherWatcherHasShutDownWhatTheyShare)
{
    const PeerWatch watch{*client, server->id(), count};
    const FileDescriptor other = connectToPeer(realSystemCalls(), server->directory(), server->id()).value();
    ASSERT_TRUE(sendWatch(realSystemCalls(), other.get()));
    ReceivedPacket packet;
    ASSERT_TRUE(served([&] {
        if (!isLife(packet))
            packet = receivePacket(other.get());
        return isLife(packet);
    }));

    ASSERT_EQ(shutdown(packet.descriptors.front().get(), SHUT_RDWR), 0);
    connected();
    const int early = ends;
    serverEnd.reset();
    atServer->channels.clear();
    server.reset();

    EXPECT_EQ(early, 0);
    EXPECT_TRUE(served([&] { return ends == 1; }));
}

} // namespace
