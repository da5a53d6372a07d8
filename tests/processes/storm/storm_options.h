// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tellwire::test {

/// What the command line of storm_test says; without a word each storm takes a few seconds.
struct StormOptions
{
    std::optional<int> kills;                 ///< In each storm, instead of its own number.
    std::uint64_t seed = 1;                   ///< Of all that is random.
    std::optional<std::chrono::seconds> hang; ///< How long a program stands still, instead of some updates.
};

[[nodiscard]] const StormOptions &stormOptions();

/// Takes the options out of the arguments. False, after some words about them, if there is nothing to run.
[[nodiscard]] bool readStormOptions(int argumentCount, char **arguments);

} // namespace tellwire::test
