// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/board_state.h"
#include "formats/payload.h"

#include <optional>

namespace tellwire::store {

// Formats that the system makes of others when somebody reads them (ddeml-semantics C6).

/// Adds what can be made of the formats of a content, behind them, and counts it. Called by closed() after a
/// change.
void addSynthesised(BoardState &state);

/// Removes synthesised formats that nothing is left to make of. Called by released() after promises are gone.
void removeOrphaned(BoardState &state);

/// What a Synthesised format of the content is made of; empty if nothing is there to make it of.
std::optional<Format> sourceOf(const BoardState &state, const Format &synthesised);

/// Makes it. Errors: FormatNotOffered, BadData.
Result<Payload> synthesise(const BoardState &state, const Payload &source, const Format &wanted);

} // namespace tellwire::store
