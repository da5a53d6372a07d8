// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/clock.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tellwire::growth {

/// What was measured, by what it is called: nanoseconds, or bytes of what says so.
using Figures = std::map<std::string, std::vector<std::uint64_t>>;

/// How much there is, and how often each step is measured.
struct Extent
{
    int size = 1;
    int repetitions = 1;
};

// Each makes a session with so many, and measures the steps that might depend on it. Thread: one, with all
// sessions of the run in it. The environment names a directory of their own (TELLWIRE_DIRECTORY).
Figures measureReaders(const Extent &extent);
Figures measureServices(const Extent &extent);
Figures measureFormats(const Extent &extent);
Figures measureOneFact(const Extent &extent);   ///< One fact of the session log that was changed so often.
Figures measureManyFacts(const Extent &extent); ///< So many facts in the session log.

template <typename Step>
std::uint64_t timeOf(Step &&step)
{
    const std::uint64_t start = comparison::nanosecondsNow();
    step();
    return comparison::nanosecondsNow() - start;
}

/// That of one among so many in a row.
template <typename Step>
std::uint64_t timeOfOneIn(int count, Step &&step)
{
    return timeOf([&] {
               for (int number = 0; number < count; ++number)
                   step();
           }) /
           static_cast<std::uint64_t>(count);
}

} // namespace tellwire::growth
