// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/run.h"

namespace tellwire::comparison {

/// The main() of a peer.
template <typename OfThisProgram>
int runPeer(int argumentCount, char **arguments)
{
    Parts parts;
    parts.makePeer = [](const Options &options) { return std::make_unique<OfThisProgram>(options); };
    return runProgram(argumentCount, arguments, parts);
}

} // namespace tellwire::comparison
