// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/peer.h"
#include "benchmarks/limit/wake_up.h"

#include <atomic>

namespace tellwire::comparison {

/// No product: what a wake-up and a copy take, and nothing else. One message at a time, in memory that both
/// processes inherit; nothing is looked for, nothing is queued. Variant `spin` spins on a cache line instead
/// of sleeping.
class LimitPeer final : public Peer
{
public:
    explicit LimitPeer(const Options &options);
    ~LimitPeer() override;

    const char *name() const override { return "limit"; }

    void openServer() override {}
    void runServer() override;
    void openClient() override {}
    void request(const Request &request, const UseReply &use) override;

    void openPublisher() override {}
    void publish(std::uint32_t item, const void *payload, std::size_t size) override;
    void openSubscriber(unsigned) override {}
    void runSubscriber(Receiver &receiver) override;

private:
    struct Page; // The beginning of the memory; the payload comes after it.

    /// Waits until the number is not `last` any more. False: it is, after so many milliseconds.
    bool waitForNext(const std::atomic<std::uint64_t> &number, std::uint64_t last, const WakeUp &wakeUp,
                     int milliseconds) const;
    void announce(std::atomic<std::uint64_t> &number, const WakeUp &wakeUp) const;
    void *payload() const;

    std::size_t m_size;
    Page *m_page;
    WakeUp m_there;
    WakeUp m_back;
};

} // namespace tellwire::comparison
