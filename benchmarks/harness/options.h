// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace tellwire::comparison {

/// What is to be measured. All programs of the comparison take the same; docs/performance.md says what it
/// means.
struct Options
{
    std::string workload = "w1";   ///< w1 … w7, start or growth
    std::string variant = "block"; ///< How the work is done; each peer has its own.
    std::size_t size = 64;         ///< Of a payload, in bytes, at least that of its header.
    double seconds = 0.5;
    double rate = 10'000; ///< W2: updates per second.
    unsigned subscribers = 1;
    unsigned items = 1;
    std::uint64_t count =
        0;                ///< At most so many requests, updates, connections; 0: as many as the time allows.
    std::string endpoint; ///< A private directory. If none is named, one is made and removed.
    pid_t broker = 0;     ///< Whose time and memory count too; 0: there is none.
    std::string place = "free";  ///< free: the scheduler decides; split, same: on two processors, or on one.
    std::string mode = "ctx";    ///< W5: ctx or proc. W7: hot or rr.
    std::string role;            ///< Of a process that the harness starts itself.
    double timeout = 60;         ///< Seconds for all of it.
    std::uint64_t startedAt = 0; ///< nanosecondsNow() at the begin of main().
    std::string program;         ///< W6, variant command: what copies and pastes. start: a command line.

    bool spins() const { return variant == "spin"; }
};

/// Ends the program, with a message, if they make no sense.
Options parseOptions(int argumentCount, char **arguments);

} // namespace tellwire::comparison
