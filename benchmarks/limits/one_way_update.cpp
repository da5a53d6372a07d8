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
#include "conversations/advise_link.h"

namespace tellwire::benchmark {
namespace {

struct Variation
{
    Loop receiver;
    LinkPace pace;
    qsizetype sizeInBytes;

    std::string name() const
    {
        return std::string{"one-way update, "} + (sizeInBytes == 32 ? "32 B" : "64 KiB") +
               (pace == LinkPace::NewestOnly ? ", newest only" : ", every update") +
               (receiver == Loop::Qt ? ", Qt receiver" : ", blocking receiver");
    }
};

void publish(const Parent &parent, const Variation &variation, int count)
{
    stayOnProcessorOf(Side::First);
    Program program{Loop::Blocking};
    Service service{program.session(), serviceName()};
    Topic &topic = service.topic(topicName());
    topic.setItem(itemName(), numbered(0, variation.sizeInBytes));
    require(service.publish());
    parent.tellReady();
    program.serveUntilGo(parent);

    Pacer pacer{std::chrono::milliseconds{1}};
    for (int published = 0; published < count; ++published) {
        pacer.sleepUntilNext();
        QByteArray bytes(variation.sizeInBytes, '\0');
        topic.setItem(itemName(), numbered(nanosecondsNow(), std::move(bytes)));
        program.session().process();
    }
    program.serveUntilGo(parent);
}

void receive(const Parent &parent, const Variation &variation, int count, SharedSamples &delays)
{
    stayOnProcessorOf(Side::Second);
    Program program{variation.receiver};
    Conversation conversation{program.session(), serviceName(), topicName()};
    AdviseLink link{conversation, itemName(), {.pace = variation.pace}};
    const quint64 lastSequence = static_cast<quint64>(count) + 1; // The present value came first.
    quint64 missed = 0;
    link.onUpdate(&link, [&](const Update &update) {
        const std::int64_t now = nanosecondsNow();
        missed += update.missed;
        if (update.sequence > 1)
            delays.addNanoseconds(now - numberOf(update.value));
        else
            parent.tellReady();
    });
    program.serveUntil([&] {
        return link.state() == AdviseLink::State::Ended ||
               (link.latest() && link.latest()->sequence == lastSequence);
    });
    require(link.state() == AdviseLink::State::Active, "the link has ended early");
    require(missed == 0 || variation.pace == LinkPace::NewestOnly, "an update was lost");
}

std::vector<double> measure(const Variation &variation, int count)
{
    SharedSamples delays{count};
    Child publisher{"the publisher of updates",
                    [&](const Parent &parent) { publish(parent, variation, count); }};
    publisher.waitUntilReady();
    Child receiver{"the receiver of updates",
                   [&](const Parent &parent) { receive(parent, variation, count, delays); }};
    receiver.waitUntilReady();
    publisher.go();
    receiver.waitForEnd();
    publisher.go();
    publisher.waitForEnd();
    std::vector<double> all = delays.microseconds();
    require(variation.pace == LinkPace::NewestOnly || all.size() == static_cast<std::size_t>(count),
            "an update was lost");
    return all;
}

std::vector<Row> run(const Variation &variation, const Scale &scale)
{
    Row row{variation.name(), "us", {}, {}};
    for (int round = 0; round < scale.rounds; ++round) {
        append(row.limit, bareWakeUps(scale.samples));
        append(row.tellwire, measure(variation, scale.samples));
    }
    return {row};
}

} // namespace

std::vector<Measurement> oneWayUpdates()
{
    std::vector<Measurement> all;
    for (const qsizetype size : {32, 64 * 1024})
        for (const LinkPace pace : {LinkPace::NewestOnly, LinkPace::EveryUpdate})
            for (const Loop receiver : {Loop::Blocking, Loop::Qt}) {
                const Variation variation{receiver, pace, size};
                all.push_back(
                    {variation.name(), [variation](const Scale &scale) { return run(variation, scale); }});
            }
    return all;
}

} // namespace tellwire::benchmark
