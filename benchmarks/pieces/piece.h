// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tellwire::pieces {

/// A piece that is ready to run. Owns all that it needs.
struct Work
{
    std::function<void()> once;            ///< What is measured.
    std::function<void()> prepare = [] {}; ///< Before each stretch; not measured.
};

/// One thing that Tellwire does again and again, alone in one thread: nobody is waited for.
struct Piece
{
    std::string name;
    std::function<Work()> setUp;
    int stretch = 1; ///< How often it is done in a row, between two preparations.

    /// Its instructions are counted. So it does the same each time, whatever the clock says.
    bool isCounted = false;
};

// Thread: the one they are set up in. The environment names a directory of their own (TELLWIRE_DIRECTORY).
std::vector<Piece> updatePieces();
std::vector<Piece> requestPieces();
std::vector<Piece> logPieces();
std::vector<Piece> formatPieces();
std::vector<Piece> memoryPieces();

std::vector<Piece> allPieces();

} // namespace tellwire::pieces
