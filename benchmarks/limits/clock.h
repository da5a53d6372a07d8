// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace tellwire::benchmark {

/// CLOCK_MONOTONIC, which all processes of the machine share. In nanoseconds.
std::int64_t nanosecondsNow();

/// Gives a beat that does not drift: a late step does not delay the ones after it.
class Pacer
{
public:
    explicit Pacer(std::chrono::nanoseconds period);

    void sleepUntilNext();

private:
    std::int64_t m_period;
    std::int64_t m_next;
};

} // namespace tellwire::benchmark
