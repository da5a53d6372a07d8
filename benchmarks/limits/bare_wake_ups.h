// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace tellwire::benchmark {

// What it costs one process to wake another with nothing but an eventfd. In microseconds.

/// A thousand times a second, from just before the wake-up to the awake receiver.
std::vector<double> bareWakeUps(int count);

/// There and back, as fast as it goes.
std::vector<double> bareRoundTrips(int count);

} // namespace tellwire::benchmark
