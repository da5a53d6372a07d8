// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/limits/measurement.h"

#include <string>
#include <vector>

namespace tellwire::benchmark {

/// What the machine did besides: without it no number can be compared.
std::string machineLine();

std::string tableHead();
std::string tableLine(const Row &row);

std::string asJson(const std::vector<Row> &rows);

} // namespace tellwire::benchmark
