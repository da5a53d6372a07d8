// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/board_state.h"
#include "formats/payload.h"

#include <optional>

namespace tellwire::store {

// Formats that the system makes of others when somebody reads them (ddeml-semantics C6). They are made anew
// for each reader, so that none is ever older than its source.

/// Adds what can be made of the formats of a content, behind them in the order of C6, and counts it. Called
/// by closed() after a change.
void addSynthesised(BoardState &state);

/// Removes synthesised formats that nothing is left to make of. Called by released() after promises are gone.
void removeOrphaned(BoardState &state);

/// The state as the exact face shows it: UTF-8 text of a friendly put can be had as Win32 text as well. Adds
/// nothing if there is no such text; counts nothing, and is never proposed to a board.
BoardState withWin32Text(BoardState state);

/// What a Synthesised format of the content is made of; empty if nothing is there to make it of.
std::optional<Format> sourceOf(const BoardState &state, const Format &synthesised);

/// False for formats that are listed, because Win32 lists them, though nobody has written their conversion.
bool canSynthesise(const Format &wanted);

/// Makes it, with the code pages of the content's locale. Converts the whole block, also what lies behind a
/// terminator. Errors: FormatNotOffered (no such conversion), BadData (text shorter than one unit).
Result<Payload> synthesise(const BoardState &state, const Payload &source, const Format &wanted);

} // namespace tellwire::store
