// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/layout.h"
#include "dde/transport/message.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace tellwire::transport {

class ForeignMemory;
class Loans;

/// The arena of another program, as this one may see it: read-only, and believed nothing. Every offset and
/// length is checked against what is mapped, every block is copied, or lent if it is pinned and large, and
/// counts only if its tag was right before and after.
///
/// Thread: that of its seat.
class ForeignArena
{
public:
    /// `payloadLimit`: the largest block this program is willing to copy.
    ForeignArena(SystemCalls &system, std::uint64_t payloadLimit);
    ~ForeignArena();
    ForeignArena(const ForeignArena &) = delete;
    ForeignArena &operator=(const ForeignArena &) = delete;

    /// Takes segment 0, with the key and the word that tells whether its owner sleeps. Errors: BadData,
    /// OutOfSpace.
    Result<void> open(FileDescriptor first);

    /// Takes a further segment, in place of one of the same number. Errors: BadData, OutOfSpace, TooLarge
    /// (more than an arena may have).
    Result<void> add(std::uint16_t number, FileDescriptor file);
    void drop(std::uint16_t number);

    /// True if no segment of this number has come yet.
    bool isUnknown(std::uint16_t segment) const;

    /// Copies a block's head and payload into `message`, or has `loans`, if there are any, lend the payload;
    /// what else there is to say, its slot says, since many messages share a block. Nothing if the block is
    /// not the one named.
    bool read(const BlockReference &reference, Message &message, Loans *loans = nullptr) const;

    /// Copies the newest value of a latest slot, and what its block says of it. Nothing if its publisher kept
    /// replacing it, or dropped it, or lies.
    bool readLatest(const LatestReference &reference, Message &message) const;

    /// The segment of the block that a latest slot names now; nothing if it names none.
    std::optional<std::uint16_t> latestSegment(const LatestReference &reference) const;

    /// Number of the sleep its owner is in; even if it is awake.
    std::uint32_t sleepEpoch() const;

private:
    const LatestCell *cellAt(std::uint64_t place) const;
    bool readBlock(const BlockReference &reference, BlockHeader &header, Message &message,
                   Loans *loans) const;

    SystemCalls &m_system;
    std::uint64_t m_payloadLimit;
    std::uint64_t m_key = 0;
    std::uint64_t m_length = 0; ///< Of all segments.
    const std::uint32_t *m_sleepEpoch = nullptr;
    std::unordered_map<std::uint16_t, std::shared_ptr<ForeignMemory>> m_segments;
};

} // namespace tellwire::transport
