// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/clipboard_pair.h"
#include "benchmarks/harness/peer.h"

#include <functional>
#include <memory>

namespace tellwire::comparison {

/// What a program of the comparison consists of.
struct Parts
{
    std::function<std::unique_ptr<Peer>(const Options &)> makePeer;
    std::function<void(const Options &)> prepare = {}; ///< Before all else, for what all processes inherit.
    std::function<std::unique_ptr<ClipboardProgram>()> makeClipboardProgram = {}; ///< If it has a clipboard.
};

/// The main() of all of them: measures one workload, and prints its line.
int runProgram(int argumentCount, char **arguments, const Parts &parts);

} // namespace tellwire::comparison
