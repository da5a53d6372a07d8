// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/thread_sessions.h"

#include "dde/transport/seat.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <poll.h>
#include <pthread.h>

namespace tellwire::transport {
namespace {

struct Registry
{
    std::mutex mutex;
    std::vector<Seat *> seats; ///< Guarded by mutex.
};

Registry &registry()
{
    static Registry all;
    return all;
}

// By a pointer, since a session may be a static object, and outlive what a thread destroys at its end.
thread_local std::vector<Seat *>
    *listOfThread; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): see header.

std::span<Seat *const> seatsOfThread()
{
    return listOfThread ? std::span<Seat *const>{*listOfThread} : std::span<Seat *const>{};
}

void beforeFork() { registry().mutex.lock(); }
void afterForkInParent() { registry().mutex.unlock(); }

/// The child has the parent's descriptors, but must neither keep peers alive nor pretend to be the parent.
void afterForkInChild()
{
    for (Seat *seat : registry().seats)
        seat->abandon();
    registry().seats.clear();
    registry().mutex.unlock();
}

} // namespace

void registerSeat(Seat &seat)
{
    static const int handling = pthread_atfork(beforeFork, afterForkInParent, afterForkInChild);
    static_cast<void>(handling);
    const std::lock_guard guard{registry().mutex};
    registry().seats.push_back(&seat);
    if (!listOfThread)
        listOfThread = new std::vector<Seat *>;
    listOfThread->push_back(&seat);
}

void unregisterSeat(Seat &seat)
{
    const std::lock_guard guard{registry().mutex};
    std::erase(registry().seats, &seat);
    if (!listOfThread)
        return; // It belongs to another thread.
    std::erase(*listOfThread, &seat);
    if (listOfThread->empty())
        delete std::exchange(listOfThread, nullptr);
}

bool wereLostByFork()
{
    const auto seats = seatsOfThread();
    return !seats.empty() && std::ranges::all_of(seats, &Seat::isDead);
}

bool waitForSessions(std::chrono::milliseconds limit)
{
    std::vector<std::shared_ptr<Seat>> seats;
    std::vector<pollfd> descriptors;
    for (Seat *seat : seatsOfThread())
        if (!seat->isDead()) {
            seats.push_back(seat->shared_from_this());
            descriptors.push_back({seat->fd(), POLLIN, 0});
        }
    if (seats.empty())
        return false;
    if (seats.size() == 1)
        return seats.front()->wait(limit);
    for (const std::shared_ptr<Seat> &seat : seats)
        seat->prepareToSleep();
    const auto longest = std::chrono::milliseconds{std::numeric_limits<int>::max()};
    const int wait = limit.count() < 0 ? -1 : static_cast<int>(std::min(limit, longest).count());
    if (poll(descriptors.data(), descriptors.size(), wait) <= 0)
        return false;
    for (const std::shared_ptr<Seat> &seat : seats)
        seat->process();
    return true;
}

} // namespace tellwire::transport
