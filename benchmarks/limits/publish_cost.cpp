// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/measurement.h"
#include "benchmarks/limits/program.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/limits/shared_samples.h"
#include "benchmarks/limits/statistics.h"
#include "conversations/advise_link.h"

#include <sched.h>

namespace tellwire::benchmark {
namespace {

constexpr qsizetype sizeInBytes = 32;

// Spins, and lets others run: there may be fewer processors than programs.
void spinUntil(const std::function<bool()> &isDone)
{
    constexpr std::int64_t patience = 20'000'000'000;
    for (const std::int64_t end = nanosecondsNow() + patience; !isDone(); sched_yield())
        require(nanosecondsNow() < end, "the other side does not come forward");
}

// The least that publishing can be: 32 bytes and a number that says that they are there.
std::vector<double> bareStores(int count)
{
    SharedWords memory{sizeInBytes / sizeof(std::int64_t) + 1};
    SharedSamples times{count};
    for (int number = 1; number <= count; ++number) {
        const std::int64_t start = nanosecondsNow();
        for (std::size_t index = memory.size(); index > 0; --index)
            memory.store(index - 1, number);
        times.addNanoseconds(nanosecondsNow() - start);
    }
    return times.microseconds();
}

void publish(const Parent &parent, int count, bool hasReader, SharedWords &taken, SharedSamples &times)
{
    Program program{Loop::Blocking};
    Service service{program.session(), serviceName()};
    Topic &topic = service.topic(topicName());
    topic.setItem(itemName(), numbered(0, sizeInBytes));
    require(service.publish());
    parent.tellReady();
    program.serveUntilGo(parent);
    for (int number = 1; number <= count; ++number) {
        const Payload value = numbered(number, sizeInBytes);
        const std::int64_t start = nanosecondsNow();
        topic.setItem(itemName(), value);
        times.addNanoseconds(nanosecondsNow() - start);
        if (hasReader)
            spinUntil([&] { return taken.load(0) == number; });
    }
    program.serveUntilGo(parent);
}

// Never sleeps, so nobody needs to wake it.
void readAwake(const Parent &parent, int count, SharedWords &taken)
{
    Program program{Loop::Blocking};
    Conversation conversation{program.session(), serviceName(), topicName()};
    AdviseLink link{conversation, itemName(), {.pace = LinkPace::EveryUpdate}};
    link.onUpdate(&link, [&](const Update &update) {
        if (update.sequence == 1)
            parent.tellReady();
        taken.store(0, numberOf(update.value));
    });
    spinUntil([&] {
        program.session().process();
        return taken.load(0) == count;
    });
}

std::vector<double> measure(int count, bool hasReader)
{
    SharedWords taken{1};
    SharedSamples times{count};
    Child publisher{"the publisher",
                    [&](const Parent &parent) { publish(parent, count, hasReader, taken, times); }};
    publisher.waitUntilReady();
    std::optional<Child> reader;
    if (hasReader) {
        reader.emplace("the awake reader", [&](const Parent &parent) { readAwake(parent, count, taken); });
        reader->waitUntilReady();
    }
    publisher.go();
    if (reader)
        reader->waitForEnd();
    publisher.go();
    publisher.waitForEnd();
    return times.microseconds();
}

Measurement cost(const std::string &name, bool hasReader)
{
    return {name, [name, hasReader](const Scale &scale) {
                Row row{name, "us", {}, {}};
                for (int round = 0; round < scale.rounds; ++round) {
                    append(row.limit, bareStores(scale.samples));
                    append(row.tellwire, measure(scale.samples, hasReader));
                }
                return std::vector{row};
            }};
}

} // namespace

std::vector<Measurement> publishCosts()
{
    return {cost("setItem(), 32 B, no link", false), cost("setItem(), 32 B, 1 awake reader", true)};
}

} // namespace tellwire::benchmark
