// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"

#include <cstdint>

namespace tellwire::transport {

/// Wakes one peer, at most once for each of its sleeps.
///
/// Rings the peer's eventfd, which all its peers share, or, where it gave none, sends one byte over the
/// channel's socket: a little slower, but nobody else can fill it.
class Bell
{
public:
    Bell() = default;

    /// `eventDescriptor` may be invalid; `socket` is borrowed.
    Bell(FileDescriptor eventDescriptor, int socket) : m_event(std::move(eventDescriptor)), m_socket(socket)
    {}

    /// `sleepEpoch` is the peer's, read after a full fence that follows what was written for it. Does nothing
    /// if the peer is awake or was rung in this sleep already. Never blocks.
    void ring(std::uint32_t sleepEpoch);

    static constexpr char wakeByte = 'w';

private:
    FileDescriptor m_event;
    int m_socket = -1;
    std::uint32_t m_lastRung = 0;
};

} // namespace tellwire::transport
