// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/bare_wake_ups.h"
#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/measurement.h"
#include "benchmarks/limits/processor.h"
#include "benchmarks/limits/program.h"
#include "benchmarks/limits/require.h"
#include "benchmarks/limits/shared_samples.h"
#include "benchmarks/limits/statistics.h"
#include "benchmarks/limits/watching.h"
#include "conversations/conversation.h"

namespace tellwire::benchmark {
namespace {

using namespace std::chrono_literals;

constexpr qsizetype sizeInBytes = 64;

// Its last act is to accept the command to end.
void answer(const Parent &parent, Loop loop)
{
    stayOnProcessorOf(Side::Second);
    Program program{loop};
    Service service{program.session(), serviceName()};
    Topic &topic = service.topic(topicName());
    bool isDone = false;
    topic.setItem(itemName(), numbered(sizeInBytes, sizeInBytes));
    topic.onExecute([&isDone](const QString &) {
        isDone = true;
        return Result<void>{};
    });
    require(service.publish());
    parent.tellReady();
    program.serveUntil([&isDone] { return isDone; });
}

void ask(int count, SharedSamples &times)
{
    stayOnProcessorOf(Side::First);
    Program program{Loop::Blocking};
    Conversation conversation{program.session(), serviceName(), topicName()};
    valueOf(waitFor(conversation.request(itemName()), 10s)); // The conversation opens.
    for (int asked = 0; asked < count; ++asked) {
        const std::int64_t start = nanosecondsNow();
        const Update update = valueOf(waitFor(conversation.request(itemName()), 10s));
        times.addNanoseconds(nanosecondsNow() - start);
        require(numberOf(update.value) == sizeInBytes, "the answer is not the value");
    }
    require(waitFor(conversation.execute(QStringLiteral("end")), 10s));
}

std::vector<double> measure(Loop server, int count, bool isWatched)
{
    SharedSamples times{count};
    Child answering{"the server", [&](const Parent &parent) { answer(parent, server); }};
    answering.waitUntilReady();
    const std::unique_ptr<Child> watching = watcher(isWatched);
    Child asking{"the client", [&](const Parent &) { ask(count, times); }};
    asking.waitForEnd();
    dismiss(watching);
    answering.waitForEnd();
    return times.microseconds();
}

Measurement roundTrip(const std::string &name, Loop server, bool isWatched = false)
{
    return {name, [name, server, isWatched](const Scale &scale) {
                Row row{name, "us", {}, {}};
                for (int round = 0; round < scale.rounds; ++round) {
                    append(row.limit, bareRoundTrips(scale.samples));
                    append(row.tellwire, measure(server, scale.samples, isWatched));
                }
                return std::vector{row};
            }};
}

} // namespace

std::vector<Measurement> requestRoundTrips()
{
    return {roundTrip("request round trip, 64 B, blocking server", Loop::Blocking),
            roundTrip("request round trip, 64 B, Qt server", Loop::Qt),
            roundTrip("request round trip, 64 B, blocking server, monitored", Loop::Blocking, true)};
}

} // namespace tellwire::benchmark
