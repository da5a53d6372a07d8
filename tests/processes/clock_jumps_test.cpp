// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <array>
#include <atomic>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

// The time of day is another one at each look, by years in both directions. Whoever waited by it would wait
// for ever, or not at all.

namespace {

constexpr std::array<time_t, 5> jumps{0, 946'080'000, -1'577'880'000, 3'600,
                                      -3'600}; // 30 years, 50 years, an hour
std::atomic<bool> clockJumps = false;
std::atomic<std::size_t> looks = 0;

bool isTimeOfDay(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

} // namespace

// These take the place of the C library's in this program, also for the libraries it is linked with.
extern "C" Q_DECL_EXPORT int clock_gettime(clockid_t clock, timespec *time) noexcept
{
    const auto outcome = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
    if (outcome == 0 && isTimeOfDay(clock) && clockJumps)
        time->tv_sec += jumps.at(++looks % jumps.size());
    return outcome;
}

extern "C" Q_DECL_EXPORT int gettimeofday(timeval *time, void *) noexcept
{
    timespec now{};
    const int outcome = clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, now.tv_nsec / 1'000};
    return outcome;
}

extern "C" Q_DECL_EXPORT time_t time(time_t *answer) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (answer != nullptr)
        *answer = now.tv_sec;
    return now.tv_sec;
}

namespace tellwire::test {
namespace {

constexpr int updates = 200;
constexpr auto shortly = 50ms;

struct JumpingClock
{
    JumpingClock() { clockJumps = true; }
    ~JumpingClock() { clockJumps = false; }
    JumpingClock(const JumpingClock &) = delete;
    JumpingClock &operator=(const JumpingClock &) = delete;
};

template <typename T>
void expectGood(const char *step, const Result<T> &outcome)
{
    EXPECT_TRUE(outcome) << step << ": " << outcome.error().detail.toStdString();
}

QByteArrayList numbersUpTo(int last)
{
    QByteArrayList numbers;
    for (int number = 0; number <= last; ++number)
        numbers.append(QByteArray::number(number));
    return numbers;
}

void expectEveryUpdate(Conversation &talk)
{
    AdviseLink link{talk, "number"_item, {.pace = LinkPace::EveryUpdate}};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));
    expectGood("execute", waitFor(talk.execute(QStringLiteral("[count]")), patience));
    EXPECT_TRUE(eventually([&] { return heard.updates.size() > updates; }, serveSessions));
    EXPECT_EQ(heard.values(), numbersUpTo(updates));
}

/// However often it is disturbed.
void expectPatience(const Session &session)
{
    int turns = 0;
    const bool isDone = serveUntil(
        [&] {
            session.seat().reactor().post([] {});
            return ++turns > 20;
        },
        patience);
    EXPECT_TRUE(isDone);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(serveUntil([] { return false; }, shortly));
    EXPECT_GE(std::chrono::steady_clock::now() - start, shortly);
}

void expectTimeLimits(Conversation &talk)
{
    const auto start = std::chrono::steady_clock::now();
    const Result<Update> silent = waitFor(talk.request("silent"_item, Format::text(), shortly), patience);
    EXPECT_EQ(codeOf(silent), ErrorCode::TimedOut);
    EXPECT_GE(std::chrono::steady_clock::now() - start, shortly);
    expectGood("request", waitFor(talk.request("number"_item), patience));
}

void expectClipboard(const Session &session)
{
    Clipboard clipboard{session};
    expectGood("put", clipboard.put(Offer{}.add(Payload::of(QStringLiteral("stored")))));
    expectGood("get", waitFor(clipboard.get(Format::text()), patience));
    const auto render = [] { return Payload::of(QStringLiteral("promised")); };
    expectGood("promise", clipboard.put(Offer{}.addDelayed(Format::text(), render)));
    const Result<Payload> got = waitFor(Clipboard{session}.get(Format::text()), patience);
    expectGood("get what was promised", got);
    EXPECT_EQ(got ? got->bytes() : QByteArray{}, "promised");
}

void expectReturn(const Conversation &talk, std::unique_ptr<Peer> &server)
{
    const auto isOpen = [&] { return talk.state() == Conversation::State::Open; };
    server.reset();
    EXPECT_TRUE(eventually([&] { return !isOpen(); }, serveSessions));
    server = std::make_unique<Peer>("ServesWhileItsClockJumps");
    EXPECT_TRUE(eventually(isOpen, serveSessions));
}

/// Until the log has been replaced twice.
void expectCompaction(const Session &session)
{
    transport::SessionLog &log = session.seat().log();
    const quint64 before = log.figures().generation;
    for (int number = 0; number < 2'000 && log.figures().generation < before + 2; ++number)
        expectGood("append", log.change({.operation = transport::LogOperation::Put,
                                         .key = "churn/" + QByteArray::number(number % 10),
                                         .body = QByteArray(3'000, 'x')}));
    EXPECT_GE(log.figures().generation, before + 2);
}

} // namespace

TELLWIRE_PEER(ServesWhileItsClockJumps)
{
    const JumpingClock clock;
    Session session = Session::join().value();
    Service service{session, "Timeless"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("number"_item, QStringLiteral("0"));
    ReplyPromise<Payload> never;
    topic.provideItem("silent"_item, {Format::text()}, [&](const Format &) { return never.reply(); });
    topic.onExecute([&](const QString &) {
        for (int number = 1; number <= updates; ++number)
            topic.setItem("number"_item, QString::number(number));
        return Result<void>{};
    });
    topic.onPoke([](const ItemName &, const Payload &) { return Result<void>{}; });
    expectGood("publish", service.publish());
    peerIsReady();
    while (!testing::Test::HasFailure())
        session.wait(-1ms);
    return 1;
}

TEST(AClockThatJumps, HarmsNobody)
{
    const FreshSession fresh;
    const JumpingClock clock;
    auto server = std::make_unique<Peer>("ServesWhileItsClockJumps");
    const Session session = Session::join().value();
    Conversation talk{session, "Timeless"_service, "data"_topic, {.reconnect = true}};

    expectPatience(session);
    expectTimeLimits(talk);
    expectEveryUpdate(talk);
    expectGood("poke", waitFor(talk.poke("number"_item, QStringLiteral("1")), patience));
    expectClipboard(session);
    expectCompaction(session);
    expectReturn(talk, server);
    expectTimeLimits(talk);

    EXPECT_GT(looks, 0U);
}

} // namespace tellwire::test
