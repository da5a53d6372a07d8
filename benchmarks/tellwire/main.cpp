// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/run.h"
#include "benchmarks/tellwire/clipboard_program.h"
#include "benchmarks/tellwire/tellwire_peer.h"

#include <cstdlib>

using namespace tellwire::comparison;

int main(int argumentCount, char **arguments)
{
    Parts parts;
    parts.makePeer = [](const Options &options) { return std::make_unique<TellwirePeer>(options); };
    parts.prepare = [](const Options &options) {
        setenv("TELLWIRE_DIRECTORY", options.endpoint.c_str(),
               1); // NOLINT(concurrency-mt-unsafe): no threads
    };
    parts.makeClipboardProgram = [] { return std::make_unique<TellwireClipboard>(); };
    return runProgram(argumentCount, arguments, parts);
}
