// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/measurement.h"

#include "benchmarks/harness/clock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tellwire::comparison {
namespace {

using Json = nlohmann::ordered_json;

/// What all subscribers have received, or the client of requests.
struct Totals
{
    std::uint64_t received = 0; ///< By each of them, on average.
    std::uint64_t lost = 0;
    std::uint64_t misordered = 0;
    std::uint64_t bad = 0;
    std::uint64_t setUpTime = 0; ///< The longest one.
    std::uint64_t endedAt = 0;   ///< Of the last one.
};

bool isAboutRequests(const Options &options) { return options.workload == "w1" || options.workload == "w5"; }

Totals totalsOf(const Options &options, const Control &control)
{
    const ActiveResult &active = control.active;
    if (isAboutRequests(options))
        return {.received = active.sent, .bad = active.bad, .endedAt = active.endedAt};
    Totals totals;
    for (unsigned index = 0; index < options.subscribers; ++index) {
        const SubscriberResult &one = control.subscribers[index];
        totals.received += one.received;
        totals.lost += active.sent > one.received ? active.sent - one.received : 0;
        totals.misordered += one.misordered;
        totals.bad += one.bad;
        totals.setUpTime = std::max(totals.setUpTime, one.setUpTime);
        totals.endedAt = std::max(totals.endedAt, one.endedAt);
    }
    totals.received /= options.subscribers;
    return totals;
}

double quantile(const std::vector<std::uint64_t> &sorted, double share)
{
    if (sorted.empty())
        return 0;
    const auto index = static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)));
    return static_cast<double>(sorted[std::min(index, sorted.size() - 1)]);
}

void addQuantiles(Json &line, const std::vector<std::uint64_t> &sorted)
{
    line["p50_ns"] = quantile(sorted, 0.5);
    line["p90_ns"] = quantile(sorted, 0.9);
    line["p99_ns"] = quantile(sorted, 0.99);
    line["p999_ns"] = quantile(sorted, 0.999);
    line["min_ns"] = quantile(sorted, 0);
}

double seconds(std::uint64_t nanoseconds)
{
    return static_cast<double>(nanoseconds) / static_cast<double>(nanosecondsPerSecond);
}

double share(double whole, double count) { return count > 0 ? whole / count : 0; }

double secondsBetween(std::uint64_t start, std::uint64_t end)
{
    return end > start ? seconds(end - start) : 0;
}

Json whatWasMeasured(const Measurement &measurement, const Options &options)
{
    const bool hasMode = options.workload == "w5" || options.workload == "w7";
    return {{"peer", measurement.peer},
            {"workload", options.workload},
            {"variant", options.variant},
            {"mode", hasMode ? options.mode : "-"},
            {"place", options.place},
            {"size", options.size},
            {"subs", options.subscribers},
            {"items", options.items},
            {"rate", options.workload == "w2" ? options.rate : 0}};
}

void addRates(Json &line, const Options &options, const Control &control, const Totals &totals)
{
    const double wall = secondsBetween(control.active.startedAt, totals.endedAt);
    const double median = line["p50_ns"].get<double>();
    line["msgs_per_s"] = share(static_cast<double>(totals.received), wall);
    line["bytes_per_s"] = options.workload == "w4" ? share(static_cast<double>(options.size) * 1e9, median)
                                                   : share(static_cast<double>(control.bytes), wall);
    line["wall_s"] = wall;
    line["pub_wall_s"] = secondsBetween(control.active.startedAt, control.active.endedAt);
}

void addProcessorTimes(Json &line, const Measurement &measurement, const Control &control,
                       const Totals &totals)
{
    const std::uint64_t all =
        measurement.publisherTime + measurement.subscribersTime + measurement.brokerTime;
    line["cpu_s"] = seconds(all);
    line["cpu_pub_s"] = seconds(measurement.publisherTime);
    line["cpu_sub_s"] = seconds(measurement.subscribersTime);
    line["cpu_broker_s"] = seconds(measurement.brokerTime);
    line["cpu_ns_per_msg"] = share(static_cast<double>(all), static_cast<double>(totals.received));
    line["cpu_ns_per_sent"] = share(static_cast<double>(all), static_cast<double>(control.active.sent));
}

void addMemory(Json &line, const MemoryOfSides &memory, const Control &control)
{
    line["pss_pub_kb"] = memory.publisher.proportional;
    line["pss_sub_kb"] = memory.subscribers.proportional;
    line["pss_broker_kb"] = memory.broker.proportional;
    line["rss_sub_kb"] = memory.subscribers.resident;
    line["rss_broker_kb"] = memory.broker.resident;
    line["private_pub_before_kb"] = control.privateBefore;
    line["private_pub_kb"] = memory.publisher.anonymous;
    line["private_sub_kb"] = memory.subscribers.anonymous;
}

} // namespace

std::string lineOf(const Measurement &measurement, const Options &options, const Control &control)
{
    const Totals totals = totalsOf(options, control);
    Json line = whatWasMeasured(measurement, options);
    line["n"] = totals.received;
    line["lost"] = totals.lost;
    line["misorder"] = totals.misordered;
    line["bad"] = totals.bad;
    line["sent"] = control.active.sent;
    addQuantiles(line, control.sortedSamples());
    addRates(line, options, control, totals);
    addProcessorTimes(line, measurement, control, totals);
    line["setup_ns"] = totals.setUpTime;
    line["since_main_ns"] = control.meanSinceMain;
    addMemory(line, measurement.memory, control);
    if (!measurement.problem.empty())
        line["error"] = measurement.problem;
    return line.dump();
}

std::string lineOfTimes(const std::string &peer, const std::string &variant, const Options &options,
                        std::vector<std::uint64_t> times, std::uint64_t bad)
{
    std::ranges::sort(times);
    const double median = quantile(times, 0.5);
    Json line{{"peer", peer},           {"workload", options.workload}, {"variant", variant}, {"mode", "-"},
              {"place", options.place}, {"size", options.size},         {"n", times.size()},  {"bad", bad}};
    addQuantiles(line, times);
    line["msgs_per_s"] = share(1e9, median);
    line["bytes_per_s"] = share(static_cast<double>(options.size) * 1e9, median);
    line["cpu_s"] = 0;
    return line.dump();
}

} // namespace tellwire::comparison
