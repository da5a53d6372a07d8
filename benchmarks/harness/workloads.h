// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/peer.h"

namespace tellwire::comparison {

/// W1: asks again and again, and reads the whole of each reply.
void askRepeatedly(Peer &peer, Control &control);

/// W5: connects and asks once, again and again; with mode `proc` each time in a new process.
/// `self` is the program itself.
void connectRepeatedly(Peer &peer, Control &control, const char *self);

/// W5, mode `proc`: the new process. Tells on standard output when it began and when it had its reply.
int connectOnce(Peer &peer, std::uint64_t startedAt);

/// The side of W2, W3, W4 and W7 that publishes.
void publishAll(Peer &peer, Control &control);

/// What it publishes once everybody is connected. Each returns how many updates that were.
std::uint64_t publishPaced(Peer &peer);                       ///< W2
std::uint64_t publishSaturated(Peer &peer, Control &control); ///< W3 and W7
std::uint64_t publishLarge(Peer &peer, Control &control);     ///< W4

/// The side of W2, W3, W4 and W7 that receives.
void subscribe(Peer &peer, Control &control, unsigned index);

} // namespace tellwire::comparison
