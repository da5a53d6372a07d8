// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/caller_on.h"

#include "dde/transport/channel.h"

namespace tellwire::engine {

Caller callerOn(const transport::Channel &channel)
{
    const transport::PeerIdentity &peer = channel.identity();
    return {peer.pid, peer.uid, peer.gid, peer.program, peer.executable, peer.sandbox};
}

} // namespace tellwire::engine
