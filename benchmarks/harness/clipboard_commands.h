// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/options.h"

namespace tellwire::comparison {

/// W6, variant `command`: copies and pastes with whole processes, as scripts do. Options::program is a
/// program of this kind: `xclip`, `xsel`, `wl-copy`, or else one that takes `copy` and `paste` as `tellwire`
/// does. Prints a line for each of both, and for both together.
int measureClipboardCommands(const Options &options);

} // namespace tellwire::comparison
