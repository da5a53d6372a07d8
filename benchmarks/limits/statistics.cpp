// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/statistics.h"

#include <algorithm>
#include <cmath>

namespace tellwire::benchmark {
namespace {

// The smallest sample that is not exceeded by more than 1 - share of them (nearest rank).
double percentile(const std::vector<double> &sorted, double share)
{
    const double rank = std::ceil(share * static_cast<double>(sorted.size()));
    return sorted.at(static_cast<std::size_t>(std::max(rank, 1.0)) - 1);
}

} // namespace

void append(std::vector<double> &all, const std::vector<double> &round)
{
    all.insert(all.end(), round.begin(), round.end());
}

Summary summaryOf(std::vector<double> samples)
{
    if (samples.empty())
        return {};
    std::ranges::sort(samples);
    return {samples.size(), percentile(samples, 0.5), percentile(samples, 0.99)};
}

} // namespace tellwire::benchmark
