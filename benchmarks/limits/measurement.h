// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tellwire::benchmark {

/// How much is measured. Each round measures the machine's limit and then Tellwire, so that both have the
/// same neighbours.
struct Scale
{
    int rounds = 5;
    int samples = 1000;          ///< In each round, where each event is timed.
    int streamUpdates = 200'000; ///< In each round, to all readers together.
};

/// One measured quantity: what Tellwire needs beside what the machine needs.
struct Row
{
    std::string name;
    std::string unit;
    std::vector<double> tellwire;
    std::vector<double> limit; ///< Empty if there is none.
    bool isStream = false;     ///< The time of one update among many: its inverse is a rate.
};

struct Measurement
{
    std::string name;
    std::function<std::vector<Row>(const Scale &scale)> run; ///< Throws if a counter is not right.
};

std::vector<Measurement> oneWayUpdates();
std::vector<Measurement> requestRoundTrips();
std::vector<Measurement> updateStreams();
std::vector<Measurement> manyLinks();
std::vector<Measurement> exactLinks();
std::vector<Measurement> publishCosts();

} // namespace tellwire::benchmark
