// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/run.h"
#include "benchmarks/limit/limit_peer.h"

using namespace tellwire::comparison;

int main(int argumentCount, char **arguments)
{
    Parts parts;
    parts.makePeer = [](const Options &options) { return std::make_unique<LimitPeer>(options); };
    return runProgram(argumentCount, arguments, parts);
}
