// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tellwire::transport {

class Seat;

// Which seats there are. This is the one list that belongs to the process and not to a session: fork() has to
// find every seat, and a thread that waits for one answer has to serve all of its own.
void registerSeat(Seat &seat);
void unregisterSeat(Seat &seat);

/// Sleeps until one of the calling thread's sessions has something to do, and lets all of them do it. False
/// if the limit came first, or the thread has no session; a negative limit never comes. May be called from
/// inside itself.
bool waitForSessions(std::chrono::milliseconds limit);

/// True if all the sessions that the calling thread has are those of the process it was forked from.
bool wereLostByFork();

} // namespace tellwire::transport
