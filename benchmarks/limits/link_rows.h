// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/limits/measurement.h"
#include "benchmarks/limits/shared_samples.h"

#include <functional>
#include <string>
#include <vector>

namespace tellwire::benchmark {

/// What both processes write down.
enum LinkWord : std::size_t {
    LinksBegin,
    LinksEnd,
    UpdatesBegin,
    UpdatesEnd,
    ServerMemory,
    ServerShared,
    ClientMemory,
    WordCount
};

/// Many links of one client with one server, in processes of their own: how long until all are there, how
/// long for one update of each, and what they cost. `untilWhat` says when they are there. `measure` runs both
/// processes, which fill all the words.
std::vector<Measurement> linkMeasurements(const std::string &kind, const std::string &untilWhat,
                                          const std::function<void(int count, SharedWords &words)> &measure);

} // namespace tellwire::benchmark
