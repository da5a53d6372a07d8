// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/bell.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

/// One counter, as the peer and whoever rings it share it.
class ABell : public testing::Test
{
protected:
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    FileDescriptor owner{event};
    Bell bell{FileDescriptor{fcntl(event, F_DUPFD_CLOEXEC, 0)}, -1};

    std::uint64_t rings() const
    {
        eventfd_t count = 0;
        eventfd_read(event, &count);
        return count;
    }
};

TEST_F(ABell, RingsOnceForEachSleep)
{
    bell.ring(1);
    bell.ring(1);
    bell.ring(2);

    EXPECT_EQ(rings(), 1U);
    bell.ring(3);
    EXPECT_EQ(rings(), 1U);
}

TEST_F(ABell, DoesNotWaitForAPeerThatFilledItAndMadeItBlock)
{
    constexpr std::uint64_t full = std::numeric_limits<std::uint64_t>::max() - 1;
    ASSERT_EQ(eventfd_write(event, full), 0);
    ASSERT_EQ(fcntl(event, F_SETFL, 0), 0);

    bell.ring(1);

    EXPECT_EQ(rings(), full);
}

TEST_F(ABell, RingsOverTheSocketWhereTheEventWouldMakeItWait)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    const FileDescriptor own{ends[0]};
    const FileDescriptor peers{ends[1]};
    Bell either{FileDescriptor{fcntl(event, F_DUPFD_CLOEXEC, 0)}, own.get()};
    ASSERT_EQ(fcntl(event, F_SETFL, 0), 0);

    either.ring(1);

    char heard = 0;
    EXPECT_EQ(recv(peers.get(), &heard, 1, 0), 1);
    EXPECT_EQ(heard, Bell::wakeByte);
}

} // namespace
} // namespace tellwire::transport
