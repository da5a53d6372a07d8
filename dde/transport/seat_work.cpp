// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/channel.h"
#include "dde/transport/loan_returns.h"
#include "dde/transport/seat.h"
#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <algorithm>
#include <optional>

#include <sched.h>

// How a seat sleeps, wakes others, and does its work.

namespace tellwire::transport {
namespace {

using namespace std::chrono_literals;

constexpr int messagesAtOnce = 256; // Then the event loop gets its turn,
constexpr auto timeAtOnce = 2ms;    // or after this time.

} // namespace

// Bells

void Seat::touched(Channel &channel)
{
    if (!channel.isTouched) {
        channel.isTouched = true;
        m_touched.push_back(&channel);
    }
    if (m_batches == 0)
        ringTouched();
}

void Seat::ringTouched()
{
    if (m_touched.empty())
        return;
    fullFence(); // What was written becomes visible before the peer's word is read: it sleeps and is rung, or
                 // sees it.
    for (Channel *channel : m_touched) {
        channel->isTouched = false;
        channel->ring();
    }
    m_touched.clear();
}

Seat::Batch::~Batch()
{
    if (--m_seat.m_batches == 0)
        m_seat.ringTouched();
}

// Work

void Seat::wakeUp()
{
    if (m_epoch % 2 == 0)
        return; // Others look at the word all the time: it is not written for nothing.
    ++m_epoch;
    storeRelease(m_arena.sleepEpoch(), m_epoch);
    step("wake.even");
}

void Seat::fallAsleep()
{
    if (m_isDead || m_epoch % 2 == 1)
        return;
    ++m_epoch; // An odd number that was never used: a bell rung for an earlier sleep does not count.
    storeRelease(m_arena.sleepEpoch(), m_epoch);
    step("sleep.odd");
    fullFence(); // Whoever wrote before this is seen below; whoever writes after it sees that we sleep.
    const bool hasWork =
        std::any_of(m_channels.begin(), m_channels.end(),
                    [](const std::shared_ptr<Channel> &channel) { return channel->hasWork(); });
    if (hasWork)
        m_reactor.wakeUp();
}

void Seat::prepareToSleep()
{
    watchLog();
    ringTouched(); // Also what a batch holds back: a handler that waits would wait for somebody who was never
                   // woken.
    fallAsleep();
}

int Seat::fd()
{
    watchLog();
    return m_reactor.fd();
}

bool Seat::process()
{
    if (m_isDead)
        return false;
    watchLog();
    return handle(m_reactor.collect(0ms), Yields::No);
}

bool Seat::spin()
{
    constexpr unsigned turnsPerLook =
        64; // What the kernel knows of can wait as long as some system calls take.
    if (m_isDead)
        return false;
    if (m_turns++ % turnsPerLook == 0) {
        watchLog();
        return work(m_reactor.collect(0ms), Yields::No);
    }
    const std::shared_ptr<Seat> self = shared_from_this();
    wakeUp();
    return exchangeMessages(Yields::No);
}

bool Seat::handle(const Reactor::Events &events, Yields yields)
{
    const std::shared_ptr<Seat> self = shared_from_this();
    const bool worked = work(events, yields);
    wakeUp(); // A handler that waited has let us fall asleep in between.
    fallAsleep();
    return worked;
}

bool Seat::work(const Reactor::Events &events, Yields yields)
{
    const std::shared_ptr<Seat> self = shared_from_this();
    wakeUp();
    bool worked = readUnwatchedLog();
    worked = m_reactor.handle(events) || worked;
    return exchangeMessages(yields) || worked;
}

bool Seat::exchangeMessages(Yields yields)
{
    const bool hasCollected = m_loanReturns->collect();
    const bool worked = receiveFromAll(yields) || hasCollected;
    for (const std::shared_ptr<Channel> &channel : m_channels)
        channel->flush();
    return worked;
}

/// Whoever reads a stream faster than it is written would sleep, and have to be woken, for each message. So
/// it lets the others run first, and looks once more.
bool Seat::receiveFromAll(Yields yields)
{
    std::optional<Reactor::Clock::time_point> end;
    const auto isInTime = [&end] { // Asked only by who has found something: the clock takes its time, too.
        const auto now = Reactor::Clock::now();
        return now < *(end ? end : end = now + timeAtOnce);
    };
    int received = 0;
    int found = 0;
    do {
        found = receiveFromEach();
        const bool isStream = received > 1;
        if (found == 0 && isStream && yields == Yields::Yes) {
            sched_yield();
            found = receiveFromEach();
        }
        received += found;
    } while (found > 0 && received < messagesAtOnce && isInTime());
    return received > 0;
}

int Seat::receiveFromEach()
{
    constexpr int fairShare = 32;
    const Batch batch{*this};
    int received = 0;
    for (std::size_t count = m_channels.size(); count > 0 && !m_channels.empty(); --count) {
        const std::shared_ptr<Channel> channel = m_channels[m_nextChannel++ % m_channels.size()];
        received += channel->receive(fairShare);
    }
    return received;
}

bool Seat::wait(std::chrono::milliseconds limit)
{
    const auto end = Reactor::Clock::now() + limit;
    for (auto left = limit; !m_isDead;) {
        prepareToSleep();
        step("sleep.due");
        if (handle(m_reactor.collect(left), Yields::Yes))
            return true;
        if (limit.count() < 0)
            continue;
        left = std::chrono::ceil<std::chrono::milliseconds>(end - Reactor::Clock::now());
        if (left.count() <= 0)
            return false;
    }
    return false;
}

} // namespace tellwire::transport
