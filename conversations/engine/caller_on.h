// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

/// The program at the other end of an open channel.
Caller callerOn(const transport::Channel &channel);

} // namespace tellwire::engine
