// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/quality.h"
#include "formats/payload.h"

#include <QMetaType>

#include <chrono>

namespace tellwire {

/// When a value was true.
using SourceTime = std::chrono::system_clock::time_point;

/// One value of an item, with what its service says about it. A value; copies share the bytes.
struct Update
{
    Payload value;         ///< Empty in the news of a warm link, which say only that there is one.
    quint64 sequence = 0;  ///< Update number of the item, grows by 1 with each update; 0 for what its service
                           ///< makes anew for each request.
    SourceTime sourceTime; ///< Said by the service; to the microsecond.
    Quality quality = Quality::Good;

    /// True for the first value after the link was lost and came back: the service may be another one, which
    /// counts its updates anew, so nobody can say how many were missed.
    bool afterGap = false;

    /// How many updates lie between the one this link delivered before and this one; the link will never see
    /// them. 0 for a first value and for requests, and always on EveryUpdate links as long as their values
    /// are taken in time.
    quint64 missed = 0;

    friend bool operator==(const Update &, const Update &) = default;
};

/// Since when, and why, a link's value is no longer kept up to date.
struct Staleness
{
    SourceTime since;
    Error reason;

    friend bool operator==(const Staleness &, const Staleness &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::Update)
Q_DECLARE_METATYPE(tellwire::Staleness)
