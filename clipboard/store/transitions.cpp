// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/transitions.h"

#include "clipboard/store/synthesis.h"
#include "dde/transport/peer_identity.h"

#include <QDateTime>
#include <QHash>
#include <QRandomGenerator>

#include <algorithm>

#include <unistd.h>

namespace tellwire::store {
namespace {

StoredFormat *findIn(BoardState &state, const Format &format)
{
    const auto found = std::find_if(state.formats.begin(), state.formats.end(),
                                    [&](const StoredFormat &stored) { return stored.format == format; });
    return found == state.formats.end() ? nullptr : &*found;
}

void markChanged(BoardState &state)
{
    if (state.isOpen())
        state.opener.hasChanged = true;
}

} // namespace

BoardOwner ownOwner(quint64 peer, quint64 window)
{
    return {.peer = peer,
            .window = window,
            .pid = static_cast<quint32>(getpid()),
            .uid = getuid(),
            .gid = getgid(),
            .program = transport::ownProgram()};
}

BoardState emptied(BoardState state, const BoardOwner &owner)
{
    ++state.sequence;
    state.content = QRandomGenerator::system()->generate64();
    state.owner = owner;
    state.formats.clear();
    state.files.clear();
    state.flags = 0;
    state.locale = 0;
    state.time = QDateTime::currentMSecsSinceEpoch() * 1000;
    markChanged(state);
    return state;
}

BoardState withFormat(BoardState state, StoredFormat stored)
{
    ++state.sequence;
    if (StoredFormat *known = findIn(state, stored.format))
        *known = std::move(stored);
    else
        state.formats.append(std::move(stored));
    markChanged(state);
    return state;
}

BoardState rendered(BoardState state, StoredFormat stored)
{
    StoredFormat *known = findIn(state, stored.format);
    const bool hasNoBytes = known && (known->kind == StoredFormat::Kind::Promised ||
                                      known->kind == StoredFormat::Kind::Synthesised);
    if (hasNoBytes) {
        stored.format = known->format; // With the spelling it was promised in.
        *known = std::move(stored);
    }
    return state;
}

BoardState withFile(BoardState state, const ContentPlace &place)
{
    state.files.append(place);
    return state;
}

BoardState opened(BoardState state, const BoardOpener &opener)
{
    state.opener = opener;
    return state;
}

BoardState closed(BoardState state, bool hasChanged)
{
    hasChanged = hasChanged || state.opener.hasChanged;
    state.opener = {};
    if (!hasChanged)
        return state;
    addSynthesised(state);
    ++state.notices;
    return state;
}

BoardState released(BoardState state)
{
    const auto vanished = state.formats.removeIf(
        [](const StoredFormat &stored) { return stored.kind == StoredFormat::Kind::Promised; });
    state.owner.peer = 0;
    state.owner.window = 0;
    if (vanished == 0)
        return state;
    removeOrphaned(state);
    ++state.sequence;
    markChanged(state);
    if (!state.isOpen())
        ++state.notices;
    return state;
}

BoardState withViewer(BoardState state, const BoardViewer &viewer)
{
    state.viewer = viewer;
    return state;
}

BoardState withoutPeer(BoardState state, quint64 peer)
{
    if (state.opener.peer == peer)
        state = closed(std::move(state));
    if (state.owner.peer == peer)
        state = released(std::move(state));
    if (state.viewer.peer == peer)
        state.viewer = {}; // With its head the rest of the chain is lost, as on Win32.
    return state;
}

BoardState withoutUnusedFiles(BoardState state)
{
    QHash<quint16, quint16> places; // Where a file goes, by where it was.
    QList<ContentPlace> used;
    for (StoredFormat &stored : state.formats) {
        if (stored.kind != StoredFormat::Kind::InFile)
            continue;
        if (!places.contains(stored.file)) {
            places.insert(stored.file, static_cast<quint16>(used.size()));
            used.append(state.files.at(stored.file));
        }
        stored.file = places.value(stored.file);
    }
    state.files = used;
    return state;
}

} // namespace tellwire::store
