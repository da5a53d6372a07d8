// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/harness/workloads.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace tellwire::comparison {
namespace {

/// The data lies in the publisher's private memory, and is cut into pieces if the transport wants that.
class Copied
{
public:
    explicit Copied(Peer &peer) : m_peer(peer), m_piece(std::min(peer.options().size, peer.largestMessage()))
    {
        for (std::size_t offset = 0; offset < m_payload.size(); offset += m_piece)
            m_sums.push_back(sumOfBody(m_payload.data() + offset, length(offset)));
    }

    void publish(MessageHeader header)
    {
        header.sentAt = nanosecondsNow();
        header.pieces = static_cast<std::uint32_t>(m_sums.size());
        for (; header.piece < header.pieces; ++header.piece) {
            const std::size_t offset = header.piece * m_piece;
            header.sum = m_sums[header.piece];
            m_payload.setHeader(header, offset);
            m_peer.publish(0, m_payload.data() + offset, length(offset));
        }
    }

private:
    std::size_t length(std::size_t offset) const { return std::min(m_piece, m_payload.size() - offset); }

    Peer &m_peer;
    std::size_t m_piece;
    PayloadBuffer m_payload{m_peer.options().size};
    std::vector<std::uint64_t> m_sums;
};

/// The program has produced the data in memory of the transport; that is no part of the time.
class InPlace
{
public:
    explicit InPlace(Peer &peer) : m_peer(peer) {}

    void publish(MessageHeader header)
    {
        header.sentAt = nanosecondsNow();
        void *borrowed = m_peer.borrow(0, m_content.size());
        if (m_filled.insert(borrowed).second) {
            std::memcpy(borrowed, m_content.data(), m_content.size());
            header.sentAt = nanosecondsNow();
        }
        header.sum = m_sum;
        std::memcpy(borrowed, &header, sizeof header);
        m_peer.commit(0, borrowed, m_content.size());
    }

private:
    Peer &m_peer;
    PayloadBuffer m_content{m_peer.options().size};
    std::uint64_t m_sum = sumOfBody(m_content.data(), m_content.size());
    std::set<void *> m_filled;
};

void waitUntilTaken(Peer &peer, Control &control, std::uint32_t wanted)
{
    constexpr double patience = 30; // Seconds.
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(patience);
    while (control.acknowledged.load() < wanted) {
        require(nanosecondsNow() < end, "a large update is not taken");
        peer.processPublisher();
        if (control.acknowledged.load() < wanted)
            peer.waitForReaders(20);
    }
}

template <typename Way>
std::uint64_t publishOneByOne(Peer &peer, Control &control)
{
    constexpr std::uint64_t least = 5; // The first two take new memory from the kernel.
    const Options &options = peer.options();
    const std::uint64_t count = options.count != 0 ? options.count : 10;
    Way way{peer};
    MessageHeader header;
    header.total = options.size;
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(options.seconds);
    while (header.sequence < count && (header.sequence < least || nanosecondsNow() < end)) {
        const std::uint32_t before = control.acknowledged.load();
        way.publish(header);
        peer.flush();
        waitUntilTaken(peer, control, before + options.subscribers);
        ++header.sequence;
    }
    return header.sequence;
}

} // namespace

std::uint64_t publishLarge(Peer &peer, Control &control)
{
    return peer.options().variant == "zerocopy" ? publishOneByOne<InPlace>(peer, control)
                                                : publishOneByOne<Copied>(peer, control);
}

} // namespace tellwire::comparison
