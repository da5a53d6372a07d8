// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board_state.h"
#include "clipboard/store/synthesis.h"
#include "clipboard/store/transitions.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;
using namespace tellwire::store;

namespace {

void checkLimits(const BoardState &state)
{
    fuzz::promise(state.formats.size() <= BoardState::maxFormats &&
                      state.files.size() <= BoardState::maxFiles &&
                      state.inlineBytes() <= BoardState::maxInlineBytes,
                  "a state keeps its limits");
    for (const StoredFormat &stored : state.formats)
        if (stored.kind == StoredFormat::Kind::InFile)
            fuzz::promise(stored.file < state.files.size() &&
                              stored.offset <= state.files[stored.file].size &&
                              stored.length <= state.files[stored.file].size - stored.offset,
                          "a format lies inside a file that is named");
}

/// Whatever somebody has written there, the next program goes on from it.
void goOn(const BoardState &state)
{
    checkLimits(closed(state, true));
    checkLimits(released(state));
    checkLimits(withoutUnusedFiles(emptied(state, ownOwner(1))));
    checkLimits(withoutPeer(state, state.owner.peer));
    checkLimits(withoutPeer(state, state.opener.peer));
    const BoardState shown = withWin32Text(state);
    for (const StoredFormat &stored : shown.formats)
        if (stored.kind == StoredFormat::Kind::Inline)
            for (const StoredFormat &wanted : shown.formats)
                static_cast<void>(synthesise(shown, Payload{stored.format, stored.bytes}, wanted.format));
}

} // namespace

TELLWIRE_FUZZ(board_state)
{
    const QByteArray body = input.rest();
    const Result<DecodedState> decoded = decodeState(body);
    if (!decoded)
        return;
    fuzz::promise(encodeState(decoded->state, decoded->indexPlace) == body, "one state has one form");
    checkLimits(decoded->state);
    goOn(decoded->state);
}

TELLWIRE_FUZZ(board_index)
{
    const QByteArray index = input.rest();
    BoardState state;
    if (!decodeIndex(index, state)) {
        fuzz::promise(state == BoardState{}, "a bad index leaves nothing behind");
        return;
    }
    fuzz::promise(encodeIndex(state) == index, "one index has one form");
    checkLimits(state);
    goOn(state);
}
