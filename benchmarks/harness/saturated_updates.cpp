// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/workloads.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace tellwire::comparison {
namespace {

/// Keeps the publisher within reach of the slowest subscriber, for a transport that does not do so itself.
class Credit
{
public:
    Credit(Peer &peer, Control &control) : m_peer(peer), m_control(control), m_window(peer.creditWindow()) {}

    void waitFor(std::uint64_t sequence)
    {
        const std::uint64_t step = m_window / 4;
        if (m_window == 0 || sequence % step != 0)
            return;
        while (!reaches(sequence + step) && m_control.quit.value() == 0) {
            m_peer.flush();
            m_peer.processPublisher();
            m_control.publisherSleeps.store(1);
            if (!reaches(sequence + step))
                m_peer.waitForReaders(20);
            m_control.publisherSleeps.store(0);
        }
    }

private:
    bool reaches(std::uint64_t sequence) const
    {
        const auto subscribers = std::span{m_control.credit}.first(m_peer.options().subscribers);
        return std::ranges::all_of(subscribers,
                                   [&](const auto &taken) { return sequence <= taken.load() + m_window; });
    }

    Peer &m_peer;
    Control &m_control;
    std::uint64_t m_window;
};

void publishInPlace(Peer &peer, const MessageHeader &header)
{
    const std::size_t size = peer.options().size;
    void *borrowed = peer.borrow(header.item, size);
    std::memcpy(borrowed, &header, sizeof header); // The rest was produced there.
    peer.commit(header.item, borrowed, size);
}

} // namespace

std::uint64_t publishSaturated(Peer &peer, Control &control)
{
    const Options &options = peer.options();
    const bool isRoundRobin = options.workload == "w7" && options.mode == "rr";
    const bool isInPlace = options.variant == "zerocopy";
    const std::uint64_t limit = options.count != 0 ? options.count : ~std::uint64_t{0};
    PayloadBuffer payload{options.size};
    Credit credit{peer, control};
    MessageHeader header;
    header.item = options.workload == "w7" ? options.items / 2 : 0;
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(options.seconds);
    for (; header.sequence < limit; ++header.sequence) {
        if (header.sequence % 64 == 0 && nanosecondsNow() > end)
            break;
        credit.waitFor(header.sequence);
        if (isRoundRobin)
            header.item = static_cast<std::uint32_t>(header.sequence % options.items);
        if (isInPlace) {
            publishInPlace(peer, header);
            continue;
        }
        payload.setHeader(header);
        peer.publish(header.item, payload.data(), payload.size());
    }
    peer.flush();
    return header.sequence;
}

} // namespace tellwire::comparison
