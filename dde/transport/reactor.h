// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/system_calls.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include <sys/epoll.h>

namespace tellwire::transport {

/// One descriptor for everything a seat waits for: sockets, bells, notifications, and all its timers as
/// one timerfd.
///
/// Thread: that of its seat. Re-entrant: a callback may add, remove and handle.
class Reactor
{
public:
    using Clock = std::chrono::steady_clock;
    using Callback = std::function<void()>;
    using Ready = std::function<void(std::uint32_t events)>;
    using TimerId = std::uint64_t;

    explicit Reactor(SystemCalls &system = realSystemCalls());
    bool isValid() const noexcept { return m_isValid; } ///< False if descriptors ran out; then of no use.
    int fd() const noexcept { return m_epoll.get(); }

    /// Calls `ready` with the epoll events of `descriptor` until it is removed. False with errno if the
    /// kernel has no memory for that.
    [[nodiscard]] bool watch(int descriptor, std::uint32_t events, Ready ready);
    void change(int descriptor, std::uint32_t events);
    void remove(int descriptor);

    /// Calls back once, at the earliest after `delay`. A timer that is found far too late has been waiting
    /// for a program that was busy elsewhere, or stopped: it is put off once, for as long as it is late and
    /// two seconds at most, so that what others have sent meanwhile is not taken for their silence. The id is
    /// never 0.
    TimerId after(Clock::duration delay, Callback callback);
    void cancel(TimerId timer);

    /// Calls back from the next handle(), never from inside this call. The descriptor becomes readable.
    void post(Callback callback);

    /// What is ready, taken from the kernel but not handled yet.
    struct Events
    {
        static constexpr int most = 64;
        std::array<epoll_event, most> ready;
        int count = 0;
    };

    /// Waits until something is ready, at most for `limit`; zero does not wait, a negative limit never comes.
    Events collect(std::chrono::milliseconds limit);

    /// Calls back for what was collected, for timers that are due, and for what was posted. True if there was
    /// anything.
    bool handle(const Events &events);

    /// Makes the descriptor readable, so that somebody collects and handles again.
    void wakeUp();

    /// An eventfd: one who writes to it, in whatever thread, does as wakeUp(). Invalid once the reactor is
    /// abandoned.
    std::shared_ptr<const FileDescriptor> wakeDescriptor() const { return m_wake; }

    /// Closes all descriptors and forgets everything, in a forked child.
    void abandon();

private:
    struct Watch
    {
        int descriptor;
        Ready ready;
    };

    struct Timer
    {
        Callback callback;
        bool wasPutOff = false;
    };
    using Timers = std::map<std::pair<Clock::time_point, TimerId>, Timer>;

    bool runTimers();
    void putOff(Timers::node_type timer, Clock::time_point now);
    bool runPosted();
    void armTimer();

    FileDescriptor newDescriptor(int (*make)());
    bool add(int descriptor, std::uint32_t events, std::uint64_t key);

    SystemCalls &m_system;
    FileDescriptor m_epoll;
    FileDescriptor m_timer;
    std::shared_ptr<FileDescriptor> m_wake;
    bool m_isValid = false;
    Clock::time_point m_armedFor = Clock::time_point::max();
    std::uint64_t m_nextKey = 1;
    std::unordered_map<std::uint64_t, std::shared_ptr<Watch>> m_watches;
    std::unordered_map<int, std::uint64_t> m_keys;
    Timers m_timers;
    std::unordered_map<TimerId, Clock::time_point> m_dueTimes;
    TimerId m_nextTimer = 1;
    std::deque<Callback> m_posted;
};

} // namespace tellwire::transport
