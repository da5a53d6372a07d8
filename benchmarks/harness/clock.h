// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>

namespace tellwire::comparison {

constexpr std::uint64_t nanosecondsPerSecond = 1'000'000'000;

/// CLOCK_MONOTONIC, which all processes of the machine share.
inline std::uint64_t nanosecondsNow()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * nanosecondsPerSecond +
           static_cast<std::uint64_t>(now.tv_nsec);
}

inline std::uint64_t nanosecondsOf(double seconds)
{
    return static_cast<std::uint64_t>(seconds * static_cast<double>(nanosecondsPerSecond));
}

/// Tells the processor that this thread spins.
inline void pauseProcessor()
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

} // namespace tellwire::comparison
