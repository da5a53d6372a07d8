// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/error.h"

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

/// Ends the channel of a peer that said something malformed or impossible, and says so in the log. Messages
/// that can only be late (an end that crossed another one) are not violations; they are ignored where they
/// arrive.
void endForViolation(transport::Channel &channel, const QString &what);

} // namespace tellwire::engine
