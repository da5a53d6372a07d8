// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/curves/growth.h"
#include "benchmarks/harness/options.h"
#include "benchmarks/harness/private_directory.h"
#include "benchmarks/harness/require.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

#include <sys/resource.h>

namespace {

using namespace tellwire::growth;
using tellwire::comparison::Options;
using tellwire::comparison::require;

using Curve = Figures (*)(const Extent &extent);

Curve curveOf(const std::string &name)
{
    static const std::map<std::string, Curve> all{{"readers", measureReaders},
                                                  {"services", measureServices},
                                                  {"formats", measureFormats},
                                                  {"one_fact", measureOneFact},
                                                  {"many_facts", measureManyFacts}};
    const auto curve = all.find(name);
    require(curve != all.end(), "there is no such curve");
    return curve->second;
}

/// All sessions of the run are in this process, and each has descriptors of its own.
void allowManyDescriptors()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// The keys of the harness's lines, as far as they have a meaning here.
void print(const Options &options, const std::string &step, std::vector<std::uint64_t> values)
{
    std::ranges::sort(values);
    const nlohmann::ordered_json line{{"peer", "tellwire"},
                                      {"workload", options.workload},
                                      {"variant", options.variant},
                                      {"mode", step},
                                      {"place", options.place},
                                      {"size", options.size},
                                      {"subs", options.subscribers},
                                      {"items", options.items},
                                      {"rate", 0},
                                      {"n", values.size()},
                                      {"p50_ns", values[values.size() / 2]},
                                      {"min_ns", values.front()}};
    std::puts(line.dump().c_str());
}

void run(const Options &options)
{
    std::optional<tellwire::comparison::PrivateDirectory> directory;
    const std::string path = options.endpoint.empty() ? directory.emplace().path() : options.endpoint;
    setenv("TELLWIRE_DIRECTORY", path.c_str(), 1); // NOLINT(concurrency-mt-unsafe): no threads
    allowManyDescriptors();
    const int repetitions = options.count != 0 ? static_cast<int>(options.count) : 15;
    for (const auto &[step, values] :
         curveOf(options.variant)({static_cast<int>(options.items), repetitions}))
        print(options, step, values);
}

} // namespace

int main(int argumentCount, char **arguments)
{
    try {
        run(tellwire::comparison::parseOptions(argumentCount, arguments));
        return 0;
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s: %s\n", arguments[0], problem.what());
        return 1;
    }
}
