// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/options.h"

#include "benchmarks/harness/control.h"
#include "benchmarks/harness/message.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

namespace tellwire::comparison {
namespace {

void addOptions(CLI::App &command, Options &options)
{
    const auto names = [](const std::set<std::string> &all) { return CLI::IsMember(all); };
    command.add_option("--workload", options.workload)
        ->check(names({"w1", "w2", "w3", "w4", "w5", "w6", "w7", "start", "growth"}));
    command.add_option("--variant", options.variant, "how the work is done; see docs/performance.md");
    command.add_option("--size", options.size, "bytes of a payload");
    command.add_option("--seconds", options.seconds, "how long to measure")->check(CLI::Range(0.0, 3600.0));
    command.add_option("--rate", options.rate, "w2: updates per second")->check(CLI::Range(1.0, 1e6));
    command.add_option("--subs", options.subscribers)->check(CLI::Range(1U, mostSubscribers));
    command.add_option("--items", options.items)->check(CLI::Range(1U, 10'000'000U));
    command.add_option("--count", options.count, "at most so many requests, updates or connections");
    command.add_option("--endpoint", options.endpoint, "a private directory; default: a new one");
    command.add_option("--broker", options.broker, "process whose time and memory count too");
    command.add_option("--place", options.place)->check(names({"free", "split", "same"}));
    command.add_option("--mode", options.mode)->check(names({"ctx", "proc", "hot", "rr"}));
    command.add_option("--role", options.role)->group("");
    command.add_option("--timeout", options.timeout, "seconds for all of it");
    command.add_option("--program", options.program,
                       "w6, variant command: what copies and pastes; start: a command line");
}

} // namespace

Options parseOptions(int argumentCount, char **arguments)
{
    Options options;
    CLI::App command{"Measures one workload and prints one line of JSON; see docs/performance.md"};
    addOptions(command, options);
    try {
        command.parse(argumentCount, arguments);
    } catch (const CLI::ParseError &problem) {
        std::exit(command.exit(problem)); // NOLINT(concurrency-mt-unsafe): there are no threads yet
    }
    options.size = std::max(options.size, sizeof(MessageHeader));
    return options;
}

} // namespace tellwire::comparison
