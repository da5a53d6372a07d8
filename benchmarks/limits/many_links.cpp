// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/child.h"
#include "benchmarks/limits/clock.h"
#include "benchmarks/limits/link_rows.h"
#include "benchmarks/limits/memory_of_process.h"
#include "benchmarks/limits/program.h"
#include "benchmarks/limits/require.h"
#include "conversations/advise_link.h"

#include <array>
#include <memory>

namespace tellwire::benchmark {
namespace {

using namespace std::chrono_literals;

constexpr qsizetype sizeInBytes = 32;

std::vector<ItemName> itemNames(int count)
{
    std::vector<ItemName> names;
    for (int index = 0; index < count; ++index)
        names.emplace_back(QStringLiteral("Value%1").arg(index));
    return names;
}

void publish(const Parent &parent, int count, SharedWords &words)
{
    Program program{Loop::Blocking};
    const std::vector<ItemName> names = itemNames(count);
    Service service{program.session(), serviceName()};
    Topic &topic = service.topic(topicName());
    for (const ItemName &name : names)
        topic.setItem(name, numbered(1, sizeInBytes));
    require(service.publish());
    const MemoryOfProcess before = MemoryOfProcess::now();
    parent.tellReady();
    program.serveUntilGo(parent);

    const MemoryOfProcess after = MemoryOfProcess::now();
    words.store(ServerMemory, after.all - before.all);
    words.store(ServerShared, after.shared - before.shared);
    words.store(UpdatesBegin, nanosecondsNow());
    for (const ItemName &name : names)
        topic.setItem(name, numbered(2, sizeInBytes));
    program.serveUntilGo(parent);
}

void watch(const Parent &parent, int count, SharedWords &words)
{
    Program program{Loop::Blocking};
    const std::vector<ItemName> names = itemNames(count);
    Conversation conversation{program.session(), serviceName(), topicName()};
    valueOf(waitFor(conversation.request(names.front()), 10s)); // The conversation opens.
    const std::int64_t before = MemoryOfProcess::now().all;
    std::vector<std::unique_ptr<AdviseLink>> links;
    std::array<int, 3> arrived{};
    const auto onUpdate = [&](const Update &update) { ++arrived.at(update.sequence); };

    words.store(LinksBegin, nanosecondsNow());
    for (const ItemName &name : names)
        links.emplace_back(std::make_unique<AdviseLink>(conversation, name))
            ->onUpdate(&conversation, onUpdate);
    program.serveUntil([&] { return arrived[1] == count; });
    words.store(LinksEnd, nanosecondsNow());
    words.store(ClientMemory, MemoryOfProcess::now().all - before);
    parent.tellReady();
    program.serveUntil([&] { return arrived[2] == count; });
    words.store(UpdatesEnd, nanosecondsNow());
    for (const auto &link : links)
        require(numberOf(link->latest()->value) == 2, "a link has not the last value");
}

void measure(int count, SharedWords &words)
{
    Child publisher{"the publisher of many items",
                    [&](const Parent &parent) { publish(parent, count, words); }};
    publisher.waitUntilReady();
    Child watcher{"the watcher of many items", [&](const Parent &parent) { watch(parent, count, words); }};
    watcher.waitUntilReady();
    publisher.go();
    watcher.waitForEnd();
    publisher.go();
    publisher.waitForEnd();
}

} // namespace

std::vector<Measurement> manyLinks() { return linkMeasurements("links", "until all have a value", measure); }

} // namespace tellwire::benchmark
