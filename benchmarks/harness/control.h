// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tellwire::comparison {

constexpr unsigned mostSubscribers = 256;

/// A number that grows, and that other processes can wait for. Lies in shared memory.
class SharedCount
{
public:
    std::uint32_t value() const { return m_value.load(); }
    void raise();

    /// False if it takes longer. Sleeps meanwhile.
    bool waitUntil(std::uint32_t wanted, double seconds) const;

    /// Sleeps until it has another value than this one, or for so long.
    void waitWhile(std::uint32_t value, int milliseconds) const;

private:
    mutable std::atomic<std::uint32_t> m_value = 0;
};

/// What one subscriber has received.
struct alignas(64) SubscriberResult
{
    std::uint64_t received = 0;
    std::uint64_t bad = 0;
    std::uint64_t misordered = 0;
    std::uint64_t endedAt = 0;
    std::uint64_t setUpTime = 0; ///< Of connecting and subscribing, in nanoseconds.
};

/// What the active side has done: the publisher, or the client of requests.
struct ActiveResult
{
    std::uint64_t sent = 0;
    std::uint64_t startedAt = 0;
    std::uint64_t endedAt = 0;
    std::uint64_t bad = 0;
};

/// Memory that all processes of one measurement share. Only used outside of what is timed; but for the
/// acknowledgement of a large update, which comes after the time was taken, and for credit, which stands in
/// for the flow control that a transport lacks.
struct Control
{
    static constexpr std::size_t mostSamples = std::size_t{1} << 20;
    struct Free
    {
        void operator()(Control *control) const;
    };
    using Owner = std::unique_ptr<Control, Free>;
    static Owner make();

    SharedCount ready;
    SharedCount go;
    SharedCount warm;
    SharedCount published;
    SharedCount done;
    SharedCount quit;

    /// How many large updates were taken.
    std::atomic<std::uint32_t> acknowledged = 0;

    /// How many updates each subscriber has taken.
    std::array<std::atomic<std::uint64_t>, mostSubscribers> credit = {};

    /// An eventfd that says to the publisher: look again at `acknowledged`, `credit` and `done`.
    int progress = -1;
    std::atomic<std::uint32_t> publisherSleeps = 0;
    void tellPublisher() const;

    ActiveResult active;
    std::array<SubscriberResult, mostSubscribers> subscribers = {};
    std::uint64_t meanSinceMain = 0; ///< W5, mode proc: from main() until the reply, in nanoseconds.
    long privateBefore = 0;          ///< The publisher's own memory before anybody has connected, in KiB.
    std::uint64_t bytes = 0;         ///< That the first subscriber, or the client, has received.

    /// Keeps times, in nanoseconds; what is beyond the end is left out.
    void keep(const std::vector<std::uint64_t> &times);
    std::vector<std::uint64_t> sortedSamples() const;

    std::uint64_t sampleCount = 0;
    std::array<std::uint64_t, mostSamples>
        samples; // Not initialised: memory that nobody needs stays untouched.
};

/// Room for samples that was touched before, so that no page fault is measured.
std::vector<std::uint64_t> roomForSamples();

} // namespace tellwire::comparison
