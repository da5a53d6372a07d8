// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/clock.h"

#include <time.h>

namespace tellwire::benchmark {
namespace {

constexpr std::int64_t perSecond = 1'000'000'000;

} // namespace

std::int64_t nanosecondsNow()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * perSecond + now.tv_nsec;
}

Pacer::Pacer(std::chrono::nanoseconds period) : m_period(period.count()), m_next(nanosecondsNow()) {}

void Pacer::sleepUntilNext()
{
    m_next += m_period;
    const timespec until{.tv_sec = m_next / perSecond, .tv_nsec = m_next % perSecond};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

} // namespace tellwire::benchmark
