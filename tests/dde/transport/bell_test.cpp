// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/bell.h"

#include "dde/transport/system_calls.h"

#include <gtest/gtest.h>

#include <array>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

/// Both sides of one bell, and the socket for where there is none.
class ABell : public testing::Test
{
protected:
    ABell()
    {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
        socket.reset(ends[0]);
        peersSocket.reset(ends[1]);
        epoll_event wanted{.events = EPOLLIN | EPOLLET, .data = {}};
        EXPECT_EQ(epoll_ctl(sleeper.get(), EPOLL_CTL_ADD, own.heard.get(), &wanted), 0);
    }

    bool isWoken()
    {
        epoll_event event{};
        return epoll_wait(sleeper.get(), &event, 1, 0) == 1;
    }

    bool isWokenBySocket()
    {
        char heard = 0;
        return recv(peersSocket.get(), &heard, 1, 0) == 1 && heard == Bell::wakeByte;
    }

    /// Its owner may do that with either end.
    void fill()
    {
        const std::array<char, 4096> bytes{};
        while (write(own.handedOver.get(), bytes.data(), bytes.size()) > 0) {
        }
    }

    FileDescriptor socket;
    FileDescriptor peersSocket;
    FileDescriptor sleeper{epoll_create1(EPOLL_CLOEXEC)};
    OwnBell own = OwnBell::make(realSystemCalls());
    Bell bell{own.handedOver, socket.get()};
};

TEST_F(ABell, RingsOnceForEachSleep)
{
    bell.ring(1);
    const bool wakesFirst = isWoken();
    bell.ring(1);
    bell.ring(2);
    const bool wakesAgain = isWoken();
    bell.ring(3);

    EXPECT_TRUE(wakesFirst);
    EXPECT_FALSE(wakesAgain);
    EXPECT_TRUE(isWoken());
    EXPECT_FALSE(isWokenBySocket());
}

TEST_F(ABell, RingsHoweverOftenItHasRung)
{
    constexpr std::uint32_t rings = 200'000; // Three times what a pipe holds.
    std::uint32_t heard = 0;
    for (std::uint32_t sleep = 1; sleep < 2 * rings; sleep += 2) {
        bell.ring(sleep);
        heard += isWoken() ? 1 : 0;
    }

    EXPECT_EQ(heard, rings);
}

TEST_F(ABell, DoesNotWaitForAPeerThatFilledItAndMadeItBlock)
{
    fill();
    for (const int end : {own.heard.get(), own.handedOver.get()})
        ASSERT_EQ(fcntl(end, F_SETFL, 0), 0);
    isWoken();

    bell.ring(1);

    EXPECT_TRUE(isWoken());
}

TEST_F(ABell, RingsIntoTheVoidWhenItsOwnerIsGone)
{
    own = {};

    bell.ring(1);
    bell.ring(3);

    EXPECT_FALSE(isWokenBySocket());
}

TEST_F(ABell, RingsOverTheSocketWhereItWasGivenNoPipe)
{
    for (const FileDescriptor &other :
         {FileDescriptor{eventfd(0, EFD_CLOEXEC)}, FileDescriptor{open("/", O_PATH | O_CLOEXEC)},
          FileDescriptor{open("/dev/zero", O_RDWR | O_CLOEXEC)}, FileDescriptor{}}) {
        Bell either{other, socket.get()};

        either.ring(1);

        EXPECT_TRUE(isWokenBySocket());
    }
}

} // namespace
} // namespace tellwire::transport
