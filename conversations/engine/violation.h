// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

/// Ends the channel of a peer that said something malformed or impossible, and says so in the log. Messages
/// that can only be late (an end that crossed another one) are not violations; they are ignored where they
/// arrive.
void endForViolation(transport::Channel &channel, const QString &what);

/// True for a message that could be read. Those of a newer version are skipped; malformed ones end the
/// channel.
template <typename M>
bool isUsable(const Result<M> &message, transport::Channel &from)
{
    if (!message && message.error().code != ErrorCode::VersionMismatch)
        endForViolation(from, message.error().detail);
    return message.has_value();
}

} // namespace tellwire::engine
