// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "formats/format.h"
#include "formats/result.h"

#include <QList>

#include <optional>
#include <span>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::engine {

/// What a client wants to have: one of the formats, the first ones rather than the others.
struct WantedFormats
{
    QList<Format> formats;
    bool orAny = false; ///< If none of them can be had, whatever is offered first.
};

/// The same for a message; an empty list means any. Errors: what the session says when it registers a name.
Result<QList<FormatNumber>> numbersOf(transport::Seat &seat, std::span<const Format> preferred);

/// A number that came from a peer. The log is read once more if this program does not know it yet; empty if
/// nobody registered it, so the peer made it up.
std::optional<Format> formatOf(transport::Seat &seat, FormatNumber number);

/// The reverse of numbersOf(). Empty if a number was made up.
std::optional<WantedFormats> wantedOf(transport::Seat &seat, const QList<FormatNumber> &numbers);

} // namespace tellwire::engine
