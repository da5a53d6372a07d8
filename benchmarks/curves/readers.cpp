// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/curves/growth.h"
#include "benchmarks/pieces/audience.h"

namespace tellwire::growth {

// Who has been told of an update and did not sleep since is not woken by the next one, just as if it was
// awake.
Figures measureReaders(const Extent &extent)
{
    constexpr int inARow = 64;
    pieces::Audience audience{extent.size};
    Figures figures;
    for (int number = 0; number < extent.repetitions; ++number) {
        audience.rest();
        figures["told"].push_back(timeOf([&] { audience.publish(); }));
        figures["awake"].push_back(timeOfOneIn(inARow, [&] { audience.publish(); }));
    }
    return figures;
}

} // namespace tellwire::growth
