// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/board_state.h"

namespace tellwire::store {

// What can happen to a board, as functions from one state to the next: they count the sequence number as
// Win32 does (ddeml-semantics C8), and change nothing but the value they return. Board::propose() makes it
// so.

/// This program as an owner: what it says about itself. `window` is the exact face's.
BoardOwner ownOwner(quint64 peer, quint64 window = 0);

/// Empty, a new content, owned by `owner` from now on. Sequence + 1, also if it was empty already.
BoardState emptied(BoardState state, const BoardOwner &owner);

/// With one format more, or with another value of one, which keeps its place. Sequence + 1. `stored` refers
/// to the files of the state; see withFile().
BoardState withFormat(BoardState state, StoredFormat stored);

/// A promise or a synthesised format that has got its bytes. The sequence number stays. No change if the
/// format is neither.
BoardState rendered(BoardState state, StoredFormat stored);

/// With one file more, the last of BoardState::files.
BoardState withFile(BoardState state, const ContentPlace &place);

/// Open for the exact face. Nothing else changes.
BoardState opened(BoardState state, const BoardOpener &opener);

/// Nobody has it open any more. If anything was changed since it was opened (or `hasChanged`), synthesised
/// formats are added, the sequence number counts them, and listeners are to be told.
BoardState closed(BoardState state, bool hasChanged = false);

/// Its owner has given it up or is dead: promises are gone, with what would have been synthesised of them;
/// sequence + 1 if that was anything, and listeners are to be told, at the close if it is open. What is
/// stored stays. Who it was stays, for people to read.
BoardState released(BoardState state);

/// With another head of the viewer chain. Nothing else changes.
BoardState withViewer(BoardState state, const BoardViewer &viewer);

/// Released by, closed by and without whatever `peer` is to the board: owner, opener, viewer, or all of them.
BoardState withoutPeer(BoardState state, quint64 peer);

/// Without files that no format refers to any more.
BoardState withoutUnusedFiles(BoardState state);

} // namespace tellwire::store
