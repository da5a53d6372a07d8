// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/workloads.h"

#include <ctime>

namespace tellwire::comparison {
namespace {

void sleepUntil(std::uint64_t moment)
{
    const timespec wanted{static_cast<time_t>(moment / nanosecondsPerSecond),
                          static_cast<long>(moment % nanosecondsPerSecond)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wanted, nullptr);
}

} // namespace

std::uint64_t publishPaced(Peer &peer)
{
    constexpr std::uint64_t latest = 20; // Periods: beyond that, no bursts to catch up.
    const Options &options = peer.options();
    const std::uint64_t period = nanosecondsOf(1 / options.rate);
    const std::uint64_t count =
        options.count != 0 ? options.count : static_cast<std::uint64_t>(options.seconds * options.rate);
    PayloadBuffer payload{options.size};
    MessageHeader header;
    std::uint64_t next = nanosecondsNow() + period;
    for (; header.sequence < count; ++header.sequence) {
        sleepUntil(next);
        peer.processPublisher(); // Not after the update, where its receiver waits for the same processor.
        header.sentAt = nanosecondsNow();
        payload.setHeader(header);
        peer.publish(0, payload.data(), payload.size());
        next += period;
        if (const std::uint64_t now = nanosecondsNow(); now > next + latest * period)
            next = now;
    }
    return header.sequence;
}

} // namespace tellwire::comparison
