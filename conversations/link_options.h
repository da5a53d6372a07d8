// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/link_kind.h"
#include "formats/format.h"

#include <QList>

namespace tellwire {

/// When an update of an Acknowledged link counts as received.
enum class Acknowledgement : quint8 {
    Automatic, ///< When its handlers have returned; for those who use next(), when next() has given it.
    Explicit,  ///< When acknowledge() is called.
};

/// Name what differs: AdviseLink link{conversation, item, {.pace = LinkPace::EveryUpdate}};
struct LinkOptions
{
    QList<Format> formats = {Format::text()}; ///< Most wanted first; if empty, what the service offers first.
    LinkKind kind = LinkKind::Hot;
    LinkPace pace = LinkPace::NewestOnly;

    /// Acknowledged: how many updates may be on their way. While as many are, the service skips values, and
    /// the last one always comes. 1 is DDE's own flow control.
    quint16 window = 1;
    Acknowledgement acknowledgement = Acknowledgement::Automatic;

    /// EveryUpdate: how many may wait for next() before the oldest are dropped.
    qsizetype waitingUpdates = 4096;

    /// End after one change: the one after the present value, or a warm link's first news.
    bool once = false;

    /// Warm: when the service ends the link, its last value comes before ended(), even if the service died.
    bool finalValue = false;

    /// Only hot with EveryUpdate. Values that the service sets together (Topic::setItems()) come together:
    /// when the first of their signals is emitted, latest() of all links of this session that ask for it has
    /// the new value, and a batch that was cut off by the service's death is not seen at all.
    bool wholeBatches = false;

    friend bool operator==(const LinkOptions &, const LinkOptions &) = default;
};

} // namespace tellwire
