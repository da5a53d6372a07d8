// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/control.h"
#include "benchmarks/harness/options.h"
#include "benchmarks/harness/process_figures.h"

#include <string>
#include <vector>

namespace tellwire::comparison {

struct MemoryOfSides
{
    MemoryFigures publisher;
    MemoryFigures subscribers;
    MemoryFigures broker;
};

/// All that is known when the processes have done their work.
struct Measurement
{
    std::string peer;
    std::string problem;               ///< Why it failed; empty if it did not.
    std::uint64_t publisherTime = 0;   ///< Of processors, in nanoseconds; of the server of requests, too.
    std::uint64_t subscribersTime = 0; ///< Of the client of requests, too.
    std::uint64_t brokerTime = 0;
    MemoryOfSides memory;
};

/// The line that says what was measured. docs/performance.md lists its keys.
std::string lineOf(const Measurement &measurement, const Options &options, const Control &control);

/// A line about times alone: `variant` says of what.
std::string lineOfTimes(const std::string &peer, const std::string &variant, const Options &options,
                        std::vector<std::uint64_t> times, std::uint64_t bad);

} // namespace tellwire::comparison
