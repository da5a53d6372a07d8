// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/link_rows.h"

#include "benchmarks/limits/bare_packets.h"

namespace tellwire::benchmark {
namespace {

using Measure = std::function<void(int count, SharedWords &words)>;

std::vector<Row> run(const std::string &name, const std::string &untilWhat, int count, const Scale &scale,
                     const Measure &measure)
{
    Row setUp{name + ", " + untilWhat, "us", {}, {}};
    Row updates{name + ", one update of each", "us", {}, {}};
    Row inServer{name + ", server's memory per link", "B", {}, {}};
    Row inClient{name + ", client's memory per link", "B", {}, {}};
    Row shared{name + ", of the server's: shared", "B", {}, {}};
    for (int round = 0; round < scale.rounds; ++round) {
        setUp.limit.push_back(bareAnsweredPackets(count));
        updates.limit.push_back(barePackets(count, 1));
        SharedWords words{WordCount};
        measure(count, words);
        const auto between = [&](LinkWord begin, LinkWord end) {
            return static_cast<double>(words.load(end) - words.load(begin)) / 1000;
        };
        const auto perLink = [&](LinkWord word) { return static_cast<double>(words.load(word)) / count; };
        setUp.tellwire.push_back(between(LinksBegin, LinksEnd));
        updates.tellwire.push_back(between(UpdatesBegin, UpdatesEnd));
        inServer.tellwire.push_back(perLink(ServerMemory));
        inClient.tellwire.push_back(perLink(ClientMemory));
        shared.tellwire.push_back(perLink(ServerShared));
    }
    return {setUp, updates, inServer, inClient, shared};
}

} // namespace

std::vector<Measurement> linkMeasurements(const std::string &kind, const std::string &untilWhat,
                                          const Measure &measure)
{
    std::vector<Measurement> all;
    for (const int count : {1'000, 10'000, 100'000}) {
        const std::string name = std::to_string(count) + " " + kind;
        all.push_back({name, [name, untilWhat, count, measure](const Scale &scale) {
                           return run(name, untilWhat, count, scale, measure);
                       }});
    }
    return all;
}

} // namespace tellwire::benchmark
