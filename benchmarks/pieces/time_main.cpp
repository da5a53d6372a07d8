// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/private_directory.h"
#include "benchmarks/pieces/piece.h"

#include <chrono>

#include <benchmark/benchmark.h>

namespace {

using tellwire::pieces::Piece;
using tellwire::pieces::Work;

// The clock is read at both ends of a stretch; so the preparation is no part of the time.
void measure(benchmark::State &state, const Piece &piece)
{
    using Clock = std::chrono::steady_clock;
    const Work work = piece.setUp();
    while (state.KeepRunningBatch(piece.stretch)) {
        work.prepare();
        const Clock::time_point start = Clock::now();
        for (int number = 0; number < piece.stretch; ++number)
            work.once();
        state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
    }
}

} // namespace

int main(int count, char **words)
{
    const tellwire::benchmark::PrivateDirectory directory;
    benchmark::Initialize(&count, words);
    if (benchmark::ReportUnrecognizedArguments(count, words))
        return 2;
    for (const Piece &piece : tellwire::pieces::allPieces())
        benchmark::RegisterBenchmark(piece.name.c_str(), measure, piece)->UseManualTime();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
