// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/process_figures.h"

#include "benchmarks/harness/clock.h"

#include <fstream>
#include <string>
#include <vector>

#include <sched.h>

namespace tellwire::comparison {
namespace {

std::vector<int> allowedProcessors()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    std::vector<int> all;
    for (int processor = 0; processor < CPU_SETSIZE; ++processor)
        if (CPU_ISSET(static_cast<unsigned>(processor), &allowed))
            all.push_back(processor);
    return all;
}

} // namespace

std::uint64_t processorTime(pid_t process)
{
    clockid_t clock{};
    timespec time{};
    if (process <= 0 || clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0)
        return 0;
    return static_cast<std::uint64_t>(time.tv_sec) * nanosecondsPerSecond +
           static_cast<std::uint64_t>(time.tv_nsec);
}

MemoryFigures &MemoryFigures::operator+=(const MemoryFigures &other)
{
    proportional += other.proportional;
    resident += other.resident;
    anonymous += other.anonymous;
    return *this;
}

MemoryFigures memoryFigures(pid_t process)
{
    MemoryFigures figures;
    if (process <= 0)
        return figures;
    std::ifstream lines{"/proc/" + std::to_string(process) + "/smaps_rollup"};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("Pss:"))
            figures.proportional = std::stol(line.substr(4));
        if (line.starts_with("Rss:"))
            figures.resident = std::stol(line.substr(4));
        if (line.starts_with("Anonymous:"))
            figures.anonymous = std::stol(line.substr(10));
    }
    return figures;
}

void takePlace(std::string_view place, unsigned side)
{
    if (place == "free")
        return;
    const std::vector<int> allowed = allowedProcessors();
    if (allowed.empty())
        return;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(static_cast<unsigned>(allowed[place == "split" ? side % allowed.size() : 0]), &chosen);
    sched_setaffinity(0, sizeof chosen, &chosen);
}

} // namespace tellwire::comparison
