// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace tellwire::comparison {

/// Of all threads of a process that still runs, in nanoseconds; 0 if there is none.
std::uint64_t processorTime(pid_t process);

/// What /proc says of the memory of a process, in KiB.
struct MemoryFigures
{
    long proportional = 0; ///< Pss: shared pages count in parts.
    long resident = 0;     ///< Rss
    long anonymous = 0;    ///< Anonymous: its own heap and stacks, nothing that is shared.

    MemoryFigures &operator+=(const MemoryFigures &other);
};

MemoryFigures memoryFigures(pid_t process);

/// Binds this process to one processor if the place says so: the first side to the first one.
void takePlace(std::string_view place, unsigned side);

} // namespace tellwire::comparison
