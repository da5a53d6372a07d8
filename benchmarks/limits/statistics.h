// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace tellwire::benchmark {

struct Summary
{
    std::size_t count = 0;
    double median = 0;
    double percentile99 = 0; ///< With few samples the greatest one.
};

/// Adds the samples of one more round.
void append(std::vector<double> &all, const std::vector<double> &round);

/// All zero if there are no samples.
Summary summaryOf(std::vector<double> samples);

} // namespace tellwire::benchmark
