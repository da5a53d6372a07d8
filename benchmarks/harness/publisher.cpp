// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/process_figures.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/workloads.h"

#include <algorithm>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

/// A subscriber may connect late. So there are messages until each one has had one.
void warmUp(Peer &peer, Control &control, PayloadBuffer &payload)
{
    const Options &options = peer.options();
    payload.setHeader({.purpose = Purpose::Warming});
    const std::uint32_t lastSubscribed = options.workload == "w7" ? options.items - 1 : 0;
    const int pause = options.size > 1'000'000 ? 1000 : 20; // Milliseconds.
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(options.timeout);
    while (control.warm.value() < options.subscribers) {
        require(nanosecondsNow() < end, "the subscribers do not get warm");
        if (control.ready.value() > options.subscribers) {
            peer.publish(lastSubscribed, payload.data(), payload.size());
            peer.flush();
        }
        const std::uint64_t next = nanosecondsNow() + nanosecondsOf(pause / 1000.0);
        while (control.warm.value() < options.subscribers && nanosecondsNow() < next) {
            peer.processPublisher();
            control.warm.waitWhile(control.warm.value(), 1);
        }
    }
}

/// Repeated, since a transport may lose it.
void publishEnd(Peer &peer, Control &control)
{
    const Options &options = peer.options();
    const std::size_t size =
        peer.hasFixedSize() ? std::min(options.size, peer.largestMessage()) : sizeof(MessageHeader);
    PayloadBuffer payload{size};
    payload.setHeader({.purpose = Purpose::End});
    const std::uint32_t item = options.workload == "w7" ? options.items / 2 : 0;
    constexpr int attempts = 200;
    constexpr int pause = 100; // Milliseconds.
    for (int attempt = 0; attempt < attempts && control.done.value() < options.subscribers; ++attempt) {
        peer.publish(item, payload.data(), payload.size());
        peer.flush();
        const std::uint64_t next = nanosecondsNow() + nanosecondsOf(pause / 1000.0);
        while (control.done.value() < options.subscribers && nanosecondsNow() < next) {
            peer.processPublisher();
            peer.waitForReaders(pause / 10);
        }
    }
}

std::uint64_t publishData(Peer &peer, Control &control)
{
    const std::string &workload = peer.options().workload;
    if (workload == "w2")
        return publishPaced(peer);
    if (workload == "w4")
        return publishLarge(peer, control);
    return publishSaturated(peer, control);
}

} // namespace

void publishAll(Peer &peer, Control &control)
{
    // Made first: whoever connects must not wait for it.
    PayloadBuffer warming{std::min(peer.options().size, peer.largestMessage())};
    peer.openPublisher();
    control.privateBefore = memoryFigures(getpid()).anonymous;
    control.ready.raise();
    warmUp(peer, control, warming);
    control.ready.raise();
    require(control.go.waitUntil(1, peer.options().timeout), "the measurement does not begin");
    ActiveResult result{.startedAt = nanosecondsNow()};
    result.sent = publishData(peer, control);
    result.endedAt = nanosecondsNow();
    control.active = result;
    control.published.raise();
    publishEnd(peer, control);
    control.done.raise();
    control.quit.waitUntil(1, peer.options().timeout);
    peer.closePublisher();
}

void subscribe(Peer &peer, Control &control, unsigned index)
{
    Receiver receiver{control, peer.options(), index, peer.creditWindow()};
    const std::uint64_t start = nanosecondsNow();
    peer.openSubscriber(index);
    control.subscribers[index].setUpTime = nanosecondsNow() - start;
    control.ready.raise();
    peer.runSubscriber(receiver);
    receiver.finish();
    control.done.raise();
    control.tellPublisher();
    control.quit.waitUntil(1, peer.options().timeout);
    peer.closeSubscriber();
}

} // namespace tellwire::comparison
