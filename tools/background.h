// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace tellwire::tool {

using Detach = std::function<void()>;

/// Does the work in a process of its own, which may go on when this one ends: it is forked before anything
/// else, and calls `detach` when the user may go on. Until then it reports errors, and Ctrl-C ends both;
/// afterwards it has neither a terminal nor standard input and output.
///
/// Returns twice: here as soon as the work is detached or over, there when it is over. The value is the code
/// to end with.
int runInBackground(const std::function<int(const Detach &detach)> &work);

} // namespace tellwire::tool
