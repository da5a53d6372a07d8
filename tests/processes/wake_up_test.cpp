// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include "tests/support/peer.h"

#include <algorithm>
#include <random>

namespace {

using namespace std::chrono_literals;
using namespace tellwire;
using namespace tellwire::transport;

constexpr auto pollLimit = 100ms;
constexpr auto clearlyEarlier = 50ms; // An answer that came just as the limit did proves nothing.

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Waits as a program does that looks every 100 ms by itself, and notices if it slept although something was
/// there.
class Sleeper
{
public:
    explicit Sleeper(Seat &seat) : m_seat(seat) {}

    /// `sentAt` is when the newest message that has arrived was sent.
    void turn(const std::int64_t &sentAt)
    {
        if (m_seat.wait(pollLimit))
            return;
        const std::int64_t woken = now();
        if (m_seat.process() && woken - sentAt > std::chrono::nanoseconds{clearlyEarlier}.count() &&
            sentAt != m_lastSent)
            ++overslept;
        m_lastSent = sentAt;
    }

    int overslept = 0;

private:
    Seat &m_seat;
    std::int64_t m_lastSent = 0;
};

TELLWIRE_PEER(Echo)
{
    const std::shared_ptr<Seat> seat = joined();
    bool isOver = false;
    std::int64_t sentAt = 0;
    seat->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &from, Message message) {
        isOver = message.type == 0x11;
        sentAt = message.time;
        message.type = 0x22;
        message.time = now();
        [[maybe_unused]] const Result<void> sent = from->send(message);
    };
    if (!seat->listen())
        return 1;
    test::peerIsReady();
    test::sayToTest(std::to_string(seat->id()));
    Sleeper sleeper{*seat};
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

    for (int count = 0; count < freshSessions; ++count) {
        const std::shared_ptr<Seat> seat = joined();
        bool isAnswered = false;
        std::int64_t sentAt = 0;
        seat->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &, const Message &message) {
            isAnswered = true;
            sentAt = message.time;
        };
        const std::shared_ptr<Channel> channel = seat->channelTo(server);
        Sleeper sleeper{*seat};
        for (int trip = 0; trip < roundTrips; ++trip) {
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
