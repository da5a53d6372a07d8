// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/pieces/piece.h"

#include <algorithm>
#include <iterator>

namespace tellwire::pieces {

std::vector<Piece> allPieces()
{
    std::vector<Piece> all;
    for (const auto &group : {updatePieces(), requestPieces(), logPieces(), formatPieces(), memoryPieces()})
        std::ranges::copy(group, std::back_inserter(all));
    return all;
}

} // namespace tellwire::pieces
