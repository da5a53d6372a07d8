// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/system_calls.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tellwire::transport {

/// What one read from a channel's socket brought.
struct ReceivedPacket
{
    enum class Outcome : std::uint8_t {
        Packet,
        Nothing, ///< Not now.
        End,     ///< The other side has closed it, or died.
        Damaged, ///< Longer than any packet of ours, or with more descriptors than fit.
        Lost     ///< Its descriptors: this program has no room for them, or may not have them.
    };
    Outcome outcome = Outcome::Nothing;
    std::size_t length = 0;
    std::array<std::byte, 64> bytes{};
    std::vector<FileDescriptor> descriptors; ///< At most 3.
};

/// Never blocks.
ReceivedPacket receivePacket(int socket);

/// Sends one packet with up to 3 descriptors. False with errno EAGAIN if the socket is full. Never blocks.
bool sendPacket(SystemCalls &system, int socket, std::span<const std::byte> bytes,
                std::span<const int> descriptors);

} // namespace tellwire::transport
