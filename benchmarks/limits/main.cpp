// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/measurement.h"
#include "benchmarks/limits/private_directory.h"
#include "benchmarks/limits/report.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <regex>

namespace tellwire::benchmark {
namespace {

struct Options
{
    std::string only;
    bool isListed = false;
    bool isJson = false;
    Scale scale;
};

std::vector<Measurement> chosen(const std::string &only)
{
    const std::regex pattern{only, std::regex::icase};
    std::vector<Measurement> all;
    for (const auto &group :
         {oneWayUpdates(), requestRoundTrips(), updateStreams(), manyLinks(), exactLinks(), publishCosts()})
        for (const Measurement &measurement : group)
            if (std::regex_search(measurement.name, pattern))
                all.push_back(measurement);
    return all;
}

void print(const std::string &line)
{
    std::puts(line.c_str());
    std::fflush(stdout);
}

void runAll(const std::vector<Measurement> &measurements, const Options &options)
{
    const PrivateDirectory directory;
    std::vector<Row> rows;
    if (!options.isJson)
        print(machineLine() + "\n\n" + tableHead());
    for (const Measurement &measurement : measurements)
        for (const Row &row : measurement.run(options.scale)) {
            rows.push_back(row);
            if (!options.isJson)
                print(tableLine(row));
        }
    print(options.isJson ? asJson(rows) : '\n' + machineLine());
}

int run(const Options &options)
{
    const std::vector<Measurement> measurements = chosen(options.only);
    if (measurements.empty())
        throw std::runtime_error("no measurement is called like that; see --list");
    if (!options.isListed)
        runAll(measurements, options);
    else
        for (const Measurement &measurement : measurements)
            print(measurement.name);
    return 0;
}

int parseAndRun(int argumentCount, char **arguments)
{
    Options options;
    CLI::App command{"Measures Tellwire beside the limits of this machine; see docs/performance.md"};
    command.add_option("--only", options.only, "only the measurements whose name this expression finds");
    command.add_flag("--list", options.isListed, "print the names of the measurements");
    command.add_flag("--json", options.isJson, "print JSON instead of a table");
    bool isQuick = false;
    command.add_flag("--quick", isQuick, "few samples: see that everything works");
    command.add_option("--rounds", options.scale.rounds, "how often limit and Tellwire take turns")
        ->check(CLI::Range(1, 1000));
    CLI11_PARSE(command, argumentCount, arguments);
    if (isQuick)
        options.scale = {.rounds = 1, .samples = 50, .streamUpdates = 10'000};
    return run(options);
}

} // namespace
} // namespace tellwire::benchmark

int main(int argumentCount, char **arguments)
{
    try {
        return tellwire::benchmark::parseAndRun(argumentCount, arguments);
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "tellwire_benchmark: %s\n", problem.what());
        return 1;
    }
}
