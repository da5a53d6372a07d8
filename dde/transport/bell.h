// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"

#include <cstdint>

namespace tellwire::transport {

class SystemCalls;

/// The bell of a program for one peer alone: what others do to theirs, nobody else feels. It is a pipe, whose
/// bytes are never read: that something is written is all it says.
struct OwnBell
{
    FileDescriptor heard;      ///< Becomes ready, edge-triggered, at each ring.
    FileDescriptor handedOver; ///< For the peer.

    /// Invalid descriptors if there are no more.
    static OwnBell make(SystemCalls &system);
};

/// Wakes one peer, at most once for each of its sleeps. Rings the pipe it gave or, where it gave none, sends
/// one byte over the channel's socket, which is slower.
class Bell
{
public:
    Bell() = default;

    /// `handedOver` by the peer may be anything; `socket` is borrowed.
    Bell(const FileDescriptor &handedOver, int socket);

    /// `sleepEpoch` is the peer's, read after a full fence that follows what was written for it. Does nothing
    /// if the peer is awake or was rung in this sleep already. Never blocks.
    void ring(std::uint32_t sleepEpoch);

    static constexpr char wakeByte = 'w';

private:
    bool ringPipe();

    FileDescriptor m_pipe;
    int m_socket = -1;
    std::uint32_t m_lastRung = 0;
};

} // namespace tellwire::transport
