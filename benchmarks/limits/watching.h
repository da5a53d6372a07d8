// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/limits/child.h"

#include <memory>

namespace tellwire::benchmark {

/// A program that monitors the one server of a measurement; null if nobody is to do so. Returns when it does.
std::unique_ptr<Child> watcher(bool isWanted);

/// Lets it end.
void dismiss(const std::unique_ptr<Child> &watcher);

} // namespace tellwire::benchmark
