// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/handshake.h"
#include "dde/transport/packet_socket.h"
#include "tests/dde/transport/hostile_memory.h"

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace tellwire::transport {

/// A program that knows the rules and breaks them: it has a lane, an arena, a bell and a socket as others
/// have, and does with each whatever it likes, the same again for the same seed.
class HostileProgram
{
public:
    /// `socket` leads to the victim. `peer` is who it says it is.
    HostileProgram(FileDescriptor socket, std::uint64_t peer, std::uint64_t seed);
    ~HostileProgram();

    /// Introduces itself, as it should or in some other way.
    void greet();
    void greetOddly();

    /// Breaks some rule, or another, or none.
    void misbehave();

private:
    std::uint64_t number(std::uint64_t limit) { return m_random() % limit; } ///< Below `limit`.
    std::uint64_t oddNumber();
    std::uint64_t oddNear(std::uint64_t right)
    {
        return number(2) == 0 ? right ^ (1ULL << number(64)) : oddNumber();
    }

    void writeAnySlot();
    void writeOddMessage();
    void writeGoodMessage();
    void writeLongMessage();
    void writeOddNotice();
    void publish(const Slot &slot);
    void moveCounter();
    void returnPins();
    void scribble(const HostileMemory &memory, std::uint64_t from, std::uint64_t length);
    void writeOddBlock();
    void sendOddPacket();
    void sendSegment();
    void sendFlood();
    void ring();
    void fillBell();
    void send(std::span<const std::byte> bytes, std::span<const int> descriptors = {});
    template <typename Value>
    void sendValue(const Value &value, std::span<const int> descriptors = {})
    {
        send(std::as_bytes(std::span{&value, 1}), descriptors);
    }
    int anyDescriptor() { return m_descriptors.at(number(m_descriptors.size())).get(); }

    FileDescriptor m_socket;
    std::uint64_t m_peer;
    std::mt19937_64 m_random;
    HostileMemory m_lane;
    HostileMemory m_arena;
    OwnBell m_bell = OwnBell::make(realSystemCalls());
    std::vector<FileDescriptor> m_descriptors; ///< Of kinds that nobody expects.
    std::uint64_t m_key = 0x4B45;
    std::uint32_t m_written = 0;
    std::uint32_t m_returned = 0;
};

} // namespace tellwire::transport
