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
    Payload value;
    quint64 sequence =
        0; ///< Update number of the item, counted from 1. A request gives its low 32 bits only.
    SourceTime sourceTime; ///< Said by the service; to the microsecond.
    Quality quality = Quality::Good;

    /// How many updates lie between the one this link delivered before and this one; the link will never see
    /// them. 0 for a first value and for requests, and always on EveryUpdate links as long as their values
    /// are taken in time.
    quint64 missed = 0;

    friend bool operator==(const Update &, const Update &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::Update)
