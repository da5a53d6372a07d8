// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/checked_reply.h"
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/workloads.h"

#include <algorithm>

namespace tellwire::comparison {
namespace {

constexpr double patienceForReplies = 20; // Seconds.

void warmUp(Peer &peer, CheckedReply &reply)
{
    const double seconds = std::min(0.3, peer.options().seconds / 2);
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(seconds);
    do
        reply.ask(peer);
    while (nanosecondsNow() < end);
}

} // namespace

void askRepeatedly(Peer &peer, Control &control)
{
    const Options &options = peer.options();
    peer.openClient();
    CheckedReply reply{options.size};
    std::vector<std::uint64_t> times = roomForSamples();
    warmUp(peer, reply);
    reply.forgetBytes();
    control.ready.raise();
    require(control.go.waitUntil(1, patienceForReplies), "the measurement does not begin");

    ActiveResult result{.startedAt = nanosecondsNow()};
    const std::uint64_t end = result.startedAt + nanosecondsOf(options.seconds);
    std::uint64_t now = result.startedAt;
    while (now < end && (options.count == 0 || result.sent < options.count)) {
        const std::uint64_t start = nanosecondsNow();
        reply.ask(peer);
        now = nanosecondsNow();
        if (times.size() < Control::mostSamples)
            times.push_back(now - start);
        ++result.sent;
    }
    result.endedAt = now;
    result.bad = reply.bad();
    control.active = result;
    control.bytes = reply.bytes();
    control.keep(times);
    control.done.raise();
    control.quit.waitUntil(1, options.timeout);
    peer.endServer(reply.sequence() + 1);
    peer.closeClient();
}

} // namespace tellwire::comparison
