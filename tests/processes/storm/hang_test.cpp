// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "conversations/service.h"
#include "dde/transport/listener.h"
#include "dde/transport/seat.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

namespace tellwire::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t fewUpdates = 20'000; ///< More than a queue holds.

/// Of this machine, and the same in all its processes.
std::uint64_t microsecondsNow()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

/// How long values were on their way, in microseconds: how many took less than 1, 2, 3 …
struct Latencies
{
    static constexpr std::size_t most = 20'000; ///< The last one counts all that took longer.
    std::array<Counter, most> counts;

    void clear()
    {
        for (Counter &count : counts)
            count = 0;
    }
    void add(std::uint64_t microseconds) { ++counts[std::min<std::uint64_t>(microseconds, most - 1)]; }
    std::size_t atMost(double part) const
    {
        std::uint64_t all = 0;
        for (const Counter &count : counts)
            all += count;
        std::uint64_t sum = 0;
        for (std::size_t time = 0; time < most; ++time)
            if ((sum += counts[time]) >= static_cast<std::uint64_t>(static_cast<double>(all) * part))
                return time;
        return most;
    }
};

struct Figures
{
    Counter published;
    Counter isCalm;      ///< The publisher is no longer to do all it can.
    Counter arenaBytes;  ///< Of the publisher, the most there were.
    Latencies latencies; ///< Of a reader of the newest that never stands still.
};

/// A publisher at full load, and two programs for each thing that one can do with it: number 0 may be
/// stopped.
class Hanging : public testing::TestWithParam<const char *>
{
protected:
    Hanging()
    {
        storm.allowWarning("ended: it did not introduce itself in time");
        storm.role("publisher", 1, [this](Participant &self) { publish(self, "Loaded"_service, true); });
        storm.role("other publisher", 1,
                   [this](Participant &self) { publish(self, "Other"_service, false); });
        const auto reader = [this](const char *name, const LinkOptions &options) {
            storm.role(name, 2, [this, options](Participant &self) { watch(self, options); });
        };
        reader("reader of every update", {.pace = LinkPace::EveryUpdate});
        reader("reader of the newest", {.pace = LinkPace::NewestOnly});
        reader("acknowledging reader", {.pace = LinkPace::Acknowledged});
        storm.role("requester", 2, [this](Participant &self) { transact(self, false); });
        storm.role("poker", 2, [this](Participant &self) { transact(self, true); });
        storm.role("other reader", 1, [this](Participant &self) { watchOther(self); });
        storm.role("idle participant", 2, [](Participant &self) { followLog(self); });
        storm.role("half connected program", 2, [this](Participant &self) { connectByHalf(self); });
    }

    static void followLog(Participant &self)
    {
        Session session = Session::join().value();
        while (!self.isOver()) {
            session.wait(10ms);
            self.progress();
        }
    }

    void publish(Participant &self, const ServiceName &name, bool isCounted)
    {
        Session session = Session::join().value();
        Service service{session, name};
        Topic &data = service.topic("data"_topic);
        data.onPoke([](const ItemName &, const Payload &) -> Result<void> { return {}; });
        const QByteArray filling(100, '.');
        const auto set = [&] {
            data.setItem(
                "time"_item,
                Payload{Format::text(), QByteArray::number(qulonglong{microsecondsNow()}) + ' ' + filling});
        };
        set();
        if (!service.publish())
            return;
        while (!self.isOver()) {
            for (int burst = 0; burst < 10; ++burst) {
                set();
                session.process();
            }
            session.wait(isCounted && figures->isCalm == 0 ? 0ms : 1ms);
            if (isCounted) {
                figures->published += 10;
                const std::uint64_t bytes = session.seat().arena().reservedBytes();
                if (bytes > figures->arenaBytes)
                    figures->arenaBytes = bytes;
            }
            self.progress();
        }
    }

    void watch(Participant &self, const LinkOptions &options)
    {
        Session session = Session::join().value();
        const bool isMeasured = options.pace == LinkPace::NewestOnly && self.number() == 1;
        while (!self.isOver()) {
            Conversation talk{session, "Loaded"_service, "data"_topic};
            AdviseLink link{talk, "time"_item, options};
            std::optional<Error> end;
            std::uint64_t sequence = 0;
            QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
                if (update.sequence <= std::exchange(sequence, update.sequence))
                    self.complain(regressions, "from an update to an older one");
                if (isMeasured)
                    figures->latencies.add(microsecondsNow() -
                                           update.value.bytes().split(' ')[0].toULongLong());
                self.progress();
            });
            QObject::connect(&link, &AdviseLink::ended, [&](const Error &reason) { end = reason; });
            while (!self.isOver() && !end)
                session.wait(10ms);
            if (end && end->code == ErrorCode::Overrun)
                ++overruns;
            else if (end)
                note(self, session, *end);
        }
    }

    void watchOther(Participant &self)
    {
        Session session = Session::join().value();
        Conversation talk{session, "Other"_service, "data"_topic, {.reconnect = true}};
        AdviseLink link{talk, "time"_item, {.pace = LinkPace::EveryUpdate}};
        QObject::connect(&link, &AdviseLink::updated, [&](const Update &) { self.progress(); });
        while (!self.isOver())
            session.wait(10ms);
    }

    void transact(Participant &self, bool isPoke)
    {
        Session session = Session::join().value();
        while (!self.isOver()) {
            Conversation talk{session, "Loaded"_service, "data"_topic};
            std::optional<Error> error;
            while (!self.isOver() && !error) {
                if (isPoke) {
                    const Result<void> done =
                        waitFor(talk.poke("any"_item, QStringLiteral("value")), stormPatience);
                    error = done ? std::nullopt : std::optional{done.error()};
                } else {
                    const Result<Update> value = waitFor(talk.request("time"_item), stormPatience);
                    error = value ? std::nullopt : std::optional{value.error()};
                }
                if (!error)
                    self.progress();
            }
            if (error)
                note(self, session, *error);
        }
    }

    /// Knocks at the publisher's door, says nothing, and does it again when it is sent away.
    void connectByHalf(Participant &self)
    {
        Session session = Session::join().value();
        transport::Seat &seat = session.seat();
        while (!self.isOver()) {
            std::vector<transport::FileDescriptor> sockets;
            for (const transport::LogEntry &entry : seat.log().state().withPrefix("service/"))
                if (auto socket = transport::connectToPeer(seat.system(), seat.directory(), entry.peer))
                    sockets.push_back(std::move(socket).value());
            session.wait(10ms);
            self.progress();
        }
    }

    /// A publisher that is stopped looks like one that does not answer in time.
    void note(Participant &self, Session &session, const Error &error)
    {
        session.wait(10ms);
        if (error.code == ErrorCode::TimedOut)
            ++timeouts;
        else if (error.code != ErrorCode::NoSuchService) // not published yet
            self.complain(oddEnds, errorName(error.code).toStdString() + ": " + error.detail.toStdString());
    }

    void printLatency(const char *when)
    {
        std::printf("%12zu  median latency %s (us); %zu p99\n", figures->latencies.atMost(0.5), when,
                    figures->latencies.atMost(0.99));
        figures->latencies.clear();
    }

    /// Again and again for as long as a program is to stand still; once at least. So each step has the
    /// patience for a stuck program to itself.
    template <typename Step>
    bool untilItHasHungEnough(Step step)
    {
        const auto start = std::chrono::steady_clock::now();
        const auto hang = stormOptions().hang.value_or(0s);
        bool isDone = step();
        while (isDone && std::chrono::steady_clock::now() - start < hang)
            isDone = step();
        return isDone;
    }

    bool awaitUpdates(std::uint64_t count)
    {
        const std::uint64_t before = figures->published;
        return untilItHasHungEnough([&] { return awaitCount(figures->published + 1000); }) &&
               awaitCount(before + count);
    }

    bool awaitOtherReader()
    {
        return untilItHasHungEnough([&] {
            const std::uint64_t goal = storm.progressOf("other reader") + 1000;
            return storm.await("the other publisher's reader gets on",
                               [&] { return storm.progressOf("other reader") >= goal; });
        });
    }

    bool awaitCount(std::uint64_t count)
    {
        return storm.await("the publisher gets on", [&] { return figures->published >= count; });
    }

    FreshSession fresh;
    Storm storm;
    SharedArea<Figures> figures;
    Counter &overruns = storm.counts("links cut for being slow");
    Counter &timeouts = storm.counts("transactions and openings that took too long");
    Counter &regressions = storm.neverHappens("values out of order");
    Counter &oddEnds = storm.neverHappens("ends for no known reason");
};

TEST_P(Hanging, HindersNobodyElse)
{
    const std::string stopped = GetParam();
    const bool isLoadStopped = stopped == "publisher";
    storm.start();
    storm.settle();
    figures->latencies.clear();
    awaitCount(figures->published + fewUpdates);
    printLatency("with nobody stopped");

    storm.stop(stopped);
    if (isLoadStopped)
        awaitOtherReader();
    else
        awaitUpdates(fewUpdates);
    for (const char *other : {"reader of every update", "reader of the newest", "acknowledging reader",
                              "requester", "poker", "idle participant"})
        if (!isLoadStopped)
            storm.await(
                std::string{other} + " gets on while another one is stopped",
                [&, goal = storm.progressOf(other, 1) + 20] { return storm.progressOf(other, 1) >= goal; });
    printLatency("with one stopped");
    storm.resume(stopped);
    storm.settle();
    figures->isCalm = 1; // Under full load the kernel may take minutes to end an inotify instance.
    storm.end();

    std::printf("%12llu  shared memory of the publisher at most (bytes)\n",
                static_cast<unsigned long long>(figures->arenaBytes));
    storm.report();
    EXPECT_LT(figures->arenaBytes, std::uint64_t{64} << 20);
    if (stopped == "reader of every update") {
        EXPECT_GT(overruns, 0U);
    }
}

std::string nameOfTest(const testing::TestParamInfo<const char *> &stopped)
{
    std::string name{stopped.param};
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(AProgram, Hanging,
                         testing::Values("publisher", "reader of every update", "reader of the newest",
                                         "acknowledging reader", "requester", "poker", "idle participant",
                                         "half connected program"),
                         nameOfTest);

} // namespace
} // namespace tellwire::test
