// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/channel.h"
#include "dde/transport/foreign_arena.h"
#include "dde/transport/lane.h"
#include "dde/transport/packet_socket.h"

#include <memory>

namespace tellwire::transport {

/// What a program hands to a new peer.
struct OwnGreeting
{
    PeerId peer = 0;
    int lane = -1;
    int arena = -1;
    int bell = -1; ///< Anything but a pipe means: through the socket.
};

/// What a new peer has handed over, after every check.
struct PeerGreeting
{
    PeerId peer = 0;
    PeerIdentity identity;
    std::unique_ptr<PeerLane> lane;
    std::unique_ptr<ForeignArena> arena;
    FileDescriptor bell; ///< Not checked: may be anything.
};

bool sendHello(SystemCalls &system, int socket, const OwnGreeting &greeting);

/// In place of a greeting: that this program wants no channel, only to see the end of the other one.
bool sendWatch(SystemCalls &system, int socket);
bool isWatch(const ReceivedPacket &packet);

/// The answer to that: a socket that ends with this program.
bool sendLife(SystemCalls &system, int socket, int life);
bool isLife(const ReceivedPacket &packet);

/// In place of a greeting, or at any time after it: that this program has no room for the other one.
bool sendNoRoom(SystemCalls &system, int socket);
bool isNoRoom(const ReceivedPacket &packet);

/// Checks the first packet of a peer, in this order: whose user it is, how many descriptors came, the
/// version, then each memory and every limit. Errors: AccessDenied, VersionMismatch, BadData, OutOfSpace.
Result<PeerGreeting> checkHello(SystemCalls &system, int socket, ReceivedPacket packet,
                                std::uint64_t payloadLimit);

} // namespace tellwire::transport
