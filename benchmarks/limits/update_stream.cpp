// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/bare_packets.h"
#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/measurement.h"
#include "benchmarks/limits/program.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/limits/shared_samples.h"
#include "benchmarks/limits/watching.h"
#include "conversations/advise_link.h"

#include <algorithm>
#include <deque>

namespace tellwire::benchmark {
namespace {

constexpr qsizetype sizeInBytes = 32;

// A reader that falls 4,096 updates behind loses its link. So each one says how far it is, and the publisher
// keeps within reach of the slowest.
constexpr int creditStep = 1000;
constexpr int furthestAhead = 3000;
constexpr int takeCreditEvery = 256;

ItemName creditOf(int reader) { return ItemName{QStringLiteral("Reader%1").arg(reader)}; }

void publish(const Parent &parent, int count, int readers, SharedWords &start)
{
    Program program{Loop::Blocking};
    Service service{program.session(), serviceName()};
    Topic &topic = service.topic(topicName());
    topic.setItem(itemName(), numbered(0, sizeInBytes));
    std::vector<std::int64_t> taken(static_cast<std::size_t>(readers));
    for (int reader = 0; reader < readers; ++reader)
        topic.onPoke(creditOf(reader), [&at = taken[static_cast<std::size_t>(reader)]](const Payload &value) {
            at = numberOf(value);
            return Result<void>{};
        });
    require(service.publish());
    parent.tellReady();
    program.serveUntilGo(parent);

    start.store(0, nanosecondsNow());
    for (int number = 1; number <= count; ++number) {
        const auto isWithinReach = [&] { return number - std::ranges::min(taken) <= furthestAhead; };
        if (!isWithinReach())
            program.serveUntil(isWithinReach);
        else if (number % takeCreditEvery == 0)
            program.session().process();
        topic.setItem(itemName(), numbered(number, sizeInBytes));
    }
    program.serveUntilGo(parent);
}

void read(const Parent &parent, int count, int reader, SharedWords &ends)
{
    Program program{Loop::Blocking};
    Conversation conversation{program.session(), serviceName(), topicName()};
    AdviseLink link{conversation, itemName(), {.pace = LinkPace::EveryUpdate}};
    const ItemName credit = creditOf(reader);
    std::int64_t expected = 0;
    link.onUpdate(&link, [&](const Update &update) {
        const std::int64_t number = numberOf(update.value);
        require(number == expected && update.missed == 0 &&
                    update.sequence == static_cast<quint64>(number) + 1,
                "an update was lost");
        if (expected++ == 0)
            parent.tellReady();
        else if (number % creditStep == 0)
            conversation.poke(credit, numbered(number, sizeInBytes));
    });
    program.serveUntil([&] { return link.state() == AdviseLink::State::Ended || expected > count; });
    ends.store(static_cast<std::size_t>(reader), nanosecondsNow());
    require(link.state() == AdviseLink::State::Active, "the link has ended early");
}

// The time of one update, from the first call until the last reader has the last value.
double measure(int count, int readers, bool isWatched)
{
    SharedWords start{1};
    SharedWords ends{static_cast<std::size_t>(readers)};
    Child publisher{"the publisher of the stream",
                    [&](const Parent &parent) { publish(parent, count, readers, start); }};
    publisher.waitUntilReady();
    const std::unique_ptr<Child> watching = watcher(isWatched);
    std::deque<Child> children;
    for (int reader = 0; reader < readers; ++reader)
        children
            .emplace_back("a reader of the stream",
                          [&, reader](const Parent &parent) { read(parent, count, reader, ends); })
            .waitUntilReady();
    publisher.go();
    std::int64_t end = 0;
    for (std::size_t reader = 0; reader < children.size(); ++reader) {
        children[reader].waitForEnd();
        end = std::max(end, ends.load(reader));
    }
    publisher.go();
    publisher.waitForEnd();
    dismiss(watching);
    return static_cast<double>(end - start.load(0)) / 1000 / count;
}

Measurement stream(const std::string &name, int readers, bool isWatched = false)
{
    return {name, [name, readers, isWatched](const Scale &scale) {
                Row row{name, "us", {}, {}, true};
                const int count = scale.streamUpdates / readers;
                for (int round = 0; round < scale.rounds; ++round) {
                    row.limit.push_back(barePackets(count, readers) / count);
                    row.tellwire.push_back(measure(count, readers, isWatched));
                }
                return std::vector{row};
            }};
}

} // namespace

std::vector<Measurement> updateStreams()
{
    return {stream("stream of updates, 32 B, every update, 1 reader", 1),
            stream("stream of updates, 32 B, every update, 8 readers", 8),
            stream("stream of updates, 32 B, every update, 1 reader, monitored", 1, true)};
}

} // namespace tellwire::benchmark
