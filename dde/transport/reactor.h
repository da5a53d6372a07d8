// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tellwire::transport {

/// One descriptor for everything a seat waits for: sockets, its bell, notifications, and all its timers as one timerfd.
///
/// Thread: that of its seat. Re-entrant: a callback may add, remove and dispatch.
class Reactor
{
public:
    using Clock = std::chrono::steady_clock;
    using Callback = std::function<void()>;
    using Ready = std::function<void(std::uint32_t events)>;
    using TimerId = std::uint64_t;

    Reactor();
    bool isValid() const noexcept { return m_epoll.isValid() && m_timer.isValid(); }
    int fd() const noexcept { return m_epoll.get(); }

    /// Calls `ready` with the epoll events of `descriptor` until it is removed.
    void watch(int descriptor, std::uint32_t events, Ready ready);
    void change(int descriptor, std::uint32_t events);
    void remove(int descriptor);

    /// Calls back once, at the earliest after `delay`. The id is never 0.
    TimerId after(Clock::duration delay, Callback callback);
    void cancel(TimerId timer);

    /// Calls back from the next dispatch(), never from inside this call. The descriptor becomes readable.
    void post(Callback callback);

    /// Handles what is ready. True if anything was. Never blocks longer than `limit` (zero: not at all, negative: for ever).
    bool dispatch(std::chrono::milliseconds limit);

    /// Makes the descriptor readable, so that somebody calls dispatch() again.
    void wakeUp();

    /// Closes all descriptors and forgets everything, in a forked child.
    void abandon();

private:
    bool runTimers();
    bool runPosted();
    void armTimer();

    struct Watch
    {
        int descriptor;
        Ready ready;
    };

    FileDescriptor m_epoll;
    FileDescriptor m_timer;
    FileDescriptor m_wake;
    std::uint64_t m_nextKey = 1;
    std::unordered_map<std::uint64_t, std::shared_ptr<Watch>> m_watches;
    std::unordered_map<int, std::uint64_t> m_keys;
    std::multimap<Clock::time_point, std::pair<TimerId, Callback>> m_timers;
    TimerId m_nextTimer = 1;
    std::vector<Callback> m_posted;
};

} // namespace tellwire::transport
