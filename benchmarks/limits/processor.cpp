// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/processor.h"

#include "benchmarks/limits/require.h"

#include <vector>

#include <sched.h>

namespace tellwire::benchmark {
namespace {

std::vector<int> allowedProcessors()
{
    cpu_set_t allowed;
    require(sched_getaffinity(0, sizeof allowed, &allowed) == 0, "the processors cannot be listed");
    std::vector<int> all;
    for (int processor = 0; processor < CPU_SETSIZE; ++processor)
        if (CPU_ISSET(static_cast<unsigned>(processor), &allowed))
            all.push_back(processor);
    return all;
}

} // namespace

void stayOnProcessorOf(Side side)
{
    const std::vector<int> allowed = allowedProcessors();
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(static_cast<unsigned>(side == Side::First ? allowed.front() : allowed.back()), &chosen);
    require(sched_setaffinity(0, sizeof chosen, &chosen) == 0, "a process cannot be bound to a processor");
}

} // namespace tellwire::benchmark
