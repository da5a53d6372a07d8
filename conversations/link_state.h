// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"
#include "conversations/engine/client_link.h"

namespace tellwire {

/// What the engine says of a link, in the words of the face.
inline AdviseLink::State stateOf(const engine::ClientLink &link)
{
    switch (link.state()) {
    case engine::ClientLink::State::Starting:
        return AdviseLink::State::Starting;
    case engine::ClientLink::State::Active:
        return AdviseLink::State::Active;
    case engine::ClientLink::State::Stale:
        return AdviseLink::State::Stale;
    case engine::ClientLink::State::Ended:
        break;
    }
    return AdviseLink::State::Ended;
}

inline std::optional<Staleness> stalenessOf(const engine::ClientLink &link)
{
    return link.staleness();
}

inline std::optional<Update> presentOn(const engine::ClientLink &link)
{
    return link.state() == engine::ClientLink::State::Active ? link.present() : std::nullopt;
}

} // namespace tellwire
