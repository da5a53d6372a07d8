// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/options.h"

namespace tellwire::comparison {

/// Workload `start`: from the start of a process until it has ended, again and again. Options::program is a
/// command line without quotes, whose words blanks part; it fails if it writes nothing. Whom it talks to must
/// be there already. The line is that of a peer called as the variant.
int measureStartUps(const Options &options);

} // namespace tellwire::comparison
