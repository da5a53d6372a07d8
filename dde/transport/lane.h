// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/layout.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <QByteArrayView>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace tellwire::transport {

class ForeignMemory;
class OwnedMemory;

/// The lane this program writes for one peer: its messages, how far it has read the peer's, and the pins it
/// gave back.
class OwnLane
{
public:
    /// Errors: OutOfSpace.
    static Result<std::unique_ptr<OwnLane>> create(SystemCalls &system);
    ~OwnLane();

    int descriptor() const noexcept;

    /// The one who reads it has it: it needs no open file any more.
    void handedOver() noexcept;

    /// Number of slots written so far.
    std::uint64_t written() const noexcept { return m_written; }

    /// Writes the next slot, and what its body has no room for into those that follow. The peer sees all of
    /// it or nothing. The caller has made sure that there is room.
    void write(const Slot &slot, QByteArrayView rest = {});

    void setConsumed(std::uint64_t consumed); ///< Of the peer's lane.
    void returnPin(std::uint32_t pin);
    void setWantSpace(bool wanted);

    void abandon(); ///< In a forked child.

private:
    explicit OwnLane(std::unique_ptr<OwnedMemory> memory);
    LaneHeader &header() const noexcept;

    std::byte *nextPlace();

    std::unique_ptr<OwnedMemory> m_memory;
    std::uint64_t m_written = 0;
    std::uint32_t m_returned = 0;
    bool m_wantsSpace = false;
};

/// The lane of a peer, read with the care its writer does not deserve: constants copied once, each word
/// loaded once, each distance checked. A function that finds the impossible returns nothing; the caller then
/// ends the channel.
class PeerLane
{
public:
    /// Errors: BadData, OutOfSpace.
    static Result<std::unique_ptr<PeerLane>> open(SystemCalls &system, FileDescriptor file,
                                                  std::uint32_t slots, std::uint32_t releases);
    ~PeerLane();

    /// Slots that can be taken now. Nothing if the lane claims more than it can hold.
    std::optional<std::uint32_t> unread() const;

    /// A copy of the next slot, which is consumed by this. Only if unread() is not 0.
    Slot take();

    /// The same with one that holds only bytes, which are copied.
    void takeBytes(std::span<char, slotLength> to);

    std::uint64_t taken() const noexcept { return m_taken; }

    /// How many slots of `own` the peer has consumed. Nothing if it claims more than were written.
    std::optional<std::uint64_t> consumed(const OwnLane &own);

    /// The next pin the peer has given back; `none` if there is no further one. Nothing if it claims the
    /// impossible.
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    std::optional<std::uint32_t> returnedPin();
    bool hasReturnedPins() const;

    bool wantsSpace() const;
    std::uint32_t slots() const noexcept { return m_slots; }

private:
    PeerLane(std::unique_ptr<ForeignMemory> memory, std::uint32_t slots, std::uint32_t releases);
    const LaneHeader &header() const noexcept;
    const std::byte *nextPlace();

    std::unique_ptr<ForeignMemory> m_memory;
    std::uint32_t m_slots;
    std::uint32_t m_releases;
    std::uint64_t m_taken = 0;
    std::uint64_t m_consumed = 0;
    std::uint32_t m_returned = 0;
};

} // namespace tellwire::transport
