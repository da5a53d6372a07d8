// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/reactor.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <sys/eventfd.h>
#include <sys/timerfd.h>

namespace tellwire::transport {
namespace {

constexpr Reactor::Clock::duration farTooLate = std::chrono::milliseconds{50};
constexpr Reactor::Clock::duration longestDelay = std::chrono::seconds{2};

constexpr std::uint64_t ownKey = 0; // Of the timer and the wake-up: both only mean "look".

} // namespace

Reactor::Reactor(SystemCalls &system)
    : m_system(system),
      m_epoll(newDescriptor([] { return epoll_create1(EPOLL_CLOEXEC); })),
      m_timer(newDescriptor([] { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); })),
      m_wake(std::make_shared<FileDescriptor>(
          newDescriptor([] { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }))),
      // Edge-triggered: each ring is reported once and needs no read to fall silent.
      m_isValid(add(m_timer.get(), EPOLLIN | EPOLLET, ownKey) &&
                add(m_wake->get(), EPOLLIN | EPOLLET, ownKey))
{}

FileDescriptor Reactor::newDescriptor(int (*make)())
{
    return FileDescriptor{m_system.before(SystemCalls::Call::EventDescriptor) == 0 ? make() : -1};
}

bool Reactor::add(int descriptor, std::uint32_t events, std::uint64_t key)
{
    epoll_event event{.events = events, .data = {.u64 = key}};
    return m_system.before(SystemCalls::Call::Epoll) == 0 &&
           epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool Reactor::watch(int descriptor, std::uint32_t events, Ready ready)
{
    const std::uint64_t key = m_nextKey++;
    if (!add(descriptor, events, key))
        return false;
    m_watches.emplace(key, std::make_shared<Watch>(Watch{descriptor, std::move(ready)}));
    m_keys[descriptor] = key;
    return true;
}

void Reactor::change(int descriptor, std::uint32_t events)
{
    const auto key = m_keys.find(descriptor);
    if (key == m_keys.end())
        return;
    epoll_event event{.events = events, .data = {.u64 = key->second}};
    epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, descriptor, &event);
}

void Reactor::remove(int descriptor)
{
    const auto key = m_keys.find(descriptor);
    if (key == m_keys.end())
        return;
    epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, descriptor, nullptr);
    m_watches.erase(key->second);
    m_keys.erase(key);
}

Reactor::TimerId Reactor::after(Clock::duration delay, Callback callback)
{
    const TimerId timer = m_nextTimer++;
    const Clock::time_point due = Clock::now() + std::max(delay, Clock::duration::zero());
    m_timers.emplace(std::pair{due, timer}, Timer{std::move(callback)});
    m_dueTimes.emplace(timer, due);
    if (due < m_armedFor)
        armTimer();
    return timer;
}

void Reactor::cancel(TimerId timer)
{
    const auto due = m_dueTimes.find(timer);
    if (due == m_dueTimes.end())
        return;
    m_timers.erase(
        {due->second, timer}); // The descriptor may ring for nothing once; cheaper than setting it now.
    m_dueTimes.erase(due);
}

void Reactor::post(Callback callback)
{
    m_posted.push_back(std::move(callback));
    if (m_posted.size() == 1)
        wakeUp();
}

void Reactor::wakeUp() { eventfd_write(m_wake->get(), 1); }

Reactor::Events Reactor::collect(std::chrono::milliseconds limit)
{
    Events events;
    constexpr std::chrono::milliseconds longest{std::numeric_limits<int>::max()};
    const int wait = limit.count() < 0 ? -1 : static_cast<int>(std::min(limit, longest).count());
    events.count = std::max(0, epoll_wait(m_epoll.get(), events.ready.data(), Events::most, wait));
    return events;
}

bool Reactor::handle(const Events &events)
{
    bool worked = false;
    for (int index = 0; index < events.count; ++index) {
        const epoll_event &event = events.ready.at(static_cast<std::size_t>(index));
        const auto found = m_watches.find(event.data.u64);
        if (found == m_watches.end())
            continue; // The reactor's own, or removed by a callback meanwhile.
        const std::shared_ptr<Watch> watch = found->second;
        watch->ready(event.events);
        worked = true;
    }
    worked = runTimers() || worked;
    return runPosted() || worked;
}

bool Reactor::runTimers()
{
    bool worked = false;
    const Clock::time_point now = m_timers.empty() ? Clock::time_point{} : Clock::now();
    while (!m_timers.empty() && m_timers.begin()->first.first <= now) {
        auto due = m_timers.extract(m_timers.begin());
        if (now - due.key().first > farTooLate && !due.mapped().wasPutOff) {
            putOff(std::move(due), now);
            continue;
        }
        m_dueTimes.erase(due.key().second);
        due.mapped().callback();
        worked = true;
    }
    if (m_armedFor != Clock::time_point::max() && m_armedFor <= Clock::now()) {
        m_armedFor = Clock::time_point::max();
        armTimer();
    }
    return worked;
}

void Reactor::putOff(Timers::node_type timer, Clock::time_point now)
{
    timer.key().first = now + std::min(now - timer.key().first, longestDelay);
    timer.mapped().wasPutOff = true;
    m_dueTimes[timer.key().second] = timer.key().first;
    m_timers.insert(std::move(timer));
}

void Reactor::armTimer()
{
    if (m_timers.empty())
        return;
    m_armedFor = m_timers.begin()->first.first;
    const auto sinceStart =
        std::chrono::duration_cast<std::chrono::nanoseconds>(m_armedFor.time_since_epoch());
    itimerspec when{};
    when.it_value.tv_sec = sinceStart.count() / std::nano::den;
    when.it_value.tv_nsec = std::max<std::int64_t>(1, sinceStart.count() % std::nano::den);
    timerfd_settime(m_timer.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

bool Reactor::runPosted()
{
    // One at a time: a callback may wait for what a later one brings.
    const std::size_t present = m_posted.size();
    for (std::size_t count = 0; count < present && !m_posted.empty(); ++count) {
        const Callback callback = std::move(m_posted.front());
        m_posted.pop_front();
        callback();
    }
    if (!m_posted.empty())
        wakeUp();
    return present != 0;
}

void Reactor::abandon()
{
    m_epoll.reset();
    m_timer.reset();
    m_wake->reset();
    m_watches.clear();
    m_timers.clear();
    m_posted.clear();
}

} // namespace tellwire::transport
