// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/storm_options.h"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace tellwire::test {
namespace {

StormOptions &mutableOptions()
{
    static StormOptions options;
    return options;
}

void explain()
{
    std::puts(
        "Storms: many programs of one session, killed and stopped at any moment.\n"
        "  --kills=N         kills in each storm\n"
        "  --seed=N          of all that is random; 1 by default\n"
        "  --hang-seconds=N  how long a program stands still in the tests of hanging\n"
        "and all options of GoogleTest, such as --gtest_filter; --gtest_list_tests tells what there is.");
}

/// The number behind the option, if the argument is that option.
std::optional<std::uint64_t> numberIn(std::string_view argument, std::string_view option)
{
    if (!argument.starts_with(option))
        return std::nullopt;
    argument.remove_prefix(option.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(argument.begin(), argument.end(), number);
    return error == std::errc{} && end == argument.end() ? std::optional{number} : std::nullopt;
}

} // namespace

const StormOptions &stormOptions() { return mutableOptions(); }

bool readStormOptions(int argumentCount, char **arguments)
{
    StormOptions &options = mutableOptions();
    for (int index = 1; index < argumentCount; ++index) {
        const std::string_view argument{arguments[index]};
        if (const auto kills = numberIn(argument, "--kills="))
            options.kills = static_cast<int>(*kills);
        else if (const auto seed = numberIn(argument, "--seed="))
            options.seed = *seed;
        else if (const auto seconds = numberIn(argument, "--hang-seconds="))
            options.hang = std::chrono::seconds{*seconds};
        else {
            explain();
            return false;
        }
    }
    return true;
}

} // namespace tellwire::test
