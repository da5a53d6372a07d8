// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace tellwire::tool {

/// What the user wants done; returns the code to end with.
using Decision = std::function<int()>;

/// Answers calls for help, and wrong calls, itself; then there is only the code left to return.
Decision readCommandLine(int argc, char **argv);

} // namespace tellwire::tool
