// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "formats/result.h"

#include <memory>

#include <sys/types.h>

namespace tellwire::transport {

/// Random, never used again; names a program in the session for as long as it sits there.
using PeerId = std::uint64_t;

/// The program on the other side, as the kernel says, not as it says itself.
struct PeerIdentity
{
    pid_t pid = -1; ///< For display only; never compared.
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    QString program; ///< Base name of its executable, or empty.
};

/// PLACEHOLDER FOR READERS: the full class follows; this is the face that layers above use.
class ChannelFace
{
public:
    bool isClient() const noexcept; ///< True if this program asked for the channel: it is the client on it.
    bool isClosed() const noexcept;
    PeerId peer() const noexcept;
    const PeerIdentity &identity() const noexcept;

    /// Sends in order, behind everything sent before; never blocks. Errors: Busy (the queue to this peer is full), TooLarge,
    /// OutOfSpace, PeerGone.
    Result<void> send(const Message &message);

    /// Ends the channel; handlers are told by onClosed, from the session's event processing.
    void close(const Error &reason);
};

} // namespace tellwire::transport
