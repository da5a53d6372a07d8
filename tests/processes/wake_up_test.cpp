// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include "tests/support/peer.h"

#include <algorithm>
#include <random>

#include <poll.h>

namespace {

using namespace std::chrono_literals;
using namespace tellwire;
using namespace tellwire::transport;

constexpr auto sleepLimit = 2s;
constexpr auto clearlyEarlier = 1s; // An answer that came just as the limit did proves nothing.

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Waits as a program does that looks every two seconds by itself, and notices if it slept although something
/// was there. Seat::wait() would not tell: it looks once more at its end.
class Sleeper
{
public:
    explicit Sleeper(Seat &seat) : m_seat(seat) {}

    /// `sentAt` is when the newest message that has arrived was sent.
    void turn(const std::int64_t &sentAt)
    {
        const std::int64_t sentBefore = sentAt;
        m_seat.prepareToSleep();
        pollfd bell{m_seat.fd(), POLLIN, 0};
        const bool isWoken = poll(&bell, 1, std::chrono::milliseconds{sleepLimit}.count()) != 0;
        const std::int64_t woken = now();
        m_seat.process();
        if (!isWoken && sentAt != sentBefore &&
            woken - sentAt > std::chrono::nanoseconds{clearlyEarlier}.count())
            ++overslept;
    }

    int overslept = 0;

private:
    Seat &m_seat;
};

TELLWIRE_PEER(Echo)
{
    const std::shared_ptr<Seat> seat = joined();
    Sleeper sleeper{*seat};
    bool isOver = false;
    std::int64_t sentAt = 0;
    seat->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &from, Message message) {
        isOver = message.type == 0x11;
        sentAt = message.time;
        message.type = 0x22;
        message.flags = sleeper.overslept != 0 ? 1 : 0;
        message.time = now();
        [[maybe_unused]] const Result<void> sent = from->send(message);
    };
    if (!seat->listen())
        return 1;
    test::peerIsReady();
    test::sayToTest(std::to_string(seat->id()));
    while (!isOver)
        sleeper.turn(sentAt);
    test::sayToTest(std::to_string(sleeper.overslept));
    return 0;
}

/// Polls for a random while before it sleeps, so that messages arrive in every state of the receiver.
void pollFor(Seat &seat, std::chrono::nanoseconds time, const bool &isDone)
{
    const auto end = std::chrono::steady_clock::now() + time;
    while (!isDone && std::chrono::steady_clock::now() < end)
        seat.process();
}

TEST(ASleepingProgram, IsAlwaysWokenAlsoInTheFirstMomentsOfItsSession)
{
    constexpr int freshSessions = 1500;
    constexpr int roundTrips = 20;
    const test::FreshSession session;
    test::Peer echo{"Echo"};
    const PeerId server = std::stoull(echo.hear().value_or("0"));
    std::mt19937 random{17}; // NOLINT(cert-msc51-cpp): the same ones in every run.
    int overslept = 0;

    for (int count = 0; count < freshSessions && overslept == 0; ++count) {
        const std::shared_ptr<Seat> seat = joined();
        bool isAnswered = false;
        std::int64_t sentAt = 0;
        seat->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &, const Message &message) {
            isAnswered = true;
            sentAt = message.time;
            overslept += message.flags;
        };
        const std::shared_ptr<Channel> channel = seat->channelTo(server);
        Sleeper sleeper{*seat};
        for (int trip = 0; trip < roundTrips && overslept == 0; ++trip) {
            isAnswered = false;
            ASSERT_TRUE(channel->send({.type = 0x10, .time = now()}));
            pollFor(*seat, std::chrono::microseconds{random() % 40}, isAnswered);
            while (!isAnswered)
                sleeper.turn(sentAt);
        }
        overslept += sleeper.overslept;
    }

    EXPECT_EQ(overslept, 0);
    const std::shared_ptr<Seat> last = joined();
    last->handler<Recorder>();
    ASSERT_TRUE(last->channelTo(server)->send({.type = 0x11}));
    ASSERT_TRUE(served([&] { return !last->handler<Recorder>().messages.empty(); }));
    EXPECT_EQ(echo.hear().value_or("no answer"), "0");
    EXPECT_EQ(echo.waitForExit(), 0);
}

} // namespace
