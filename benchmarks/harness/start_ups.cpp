// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/start_ups.h"

#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/command_output.h"
#include "benchmarks/harness/measurement.h"
#include "benchmarks/harness/require.h"

#include <cstdio>
#include <sstream>

#include <unistd.h>

namespace tellwire::comparison {
namespace {

Command wordsOf(const std::string &line)
{
    Command words;
    std::istringstream all{line};
    for (std::string word; all >> word;)
        words.push_back(word);
    return words;
}

bool succeeds(const Command &command) { return !outputOf(command).value_or("").empty(); }

/// Whom it talks to may just be starting.
void waitUntilItSucceeds(const Command &command)
{
    constexpr int attempts = 100;
    constexpr useconds_t pause = 50'000; // Microseconds.
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (succeeds(command))
            return;
        usleep(pause);
    }
    throw std::runtime_error("it writes nothing: " + command.front());
}

} // namespace

int measureStartUps(const Options &options)
{
    const Command command = wordsOf(options.program);
    require(!command.empty(), "which program? --program");
    waitUntilItSucceeds(command);
    const std::uint64_t most = options.count != 0 ? options.count : 50;
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(options.seconds);
    std::vector<std::uint64_t> times;
    std::uint64_t bad = 0;
    for (std::uint64_t number = 0; number < most && (number == 0 || nanosecondsNow() < end); ++number) {
        const std::uint64_t start = nanosecondsNow();
        const bool isRight = succeeds(command);
        times.push_back(nanosecondsNow() - start);
        bad += isRight ? 0 : 1;
    }
    std::puts(lineOfTimes(options.variant, "-", options, times, bad).c_str());
    return 0;
}

} // namespace tellwire::comparison
