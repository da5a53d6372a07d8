// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/layout.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <QByteArrayView>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace tellwire::transport {

class Arena;

/// A block of this program's arena, alive as long as somebody here holds a BlockPointer to it. Readers in
/// other programs are held by pins, which are BlockPointers too: the count is in private memory, where no
/// crash of theirs can leave it.
///
/// It is kept with its place when that waits to be used again, so that a block of a usual length takes no
/// memory from any heap.
class Block
{
public:
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;

    BlockWord word() const noexcept { return m_word; }
    std::uint32_t length() const noexcept { return m_length; } ///< Bytes behind the header.

private:
    friend class Arena;
    friend class BlockPointer;
    Block(Arena &arena, std::byte *start, BlockWord word, std::uint64_t room)
        : m_arena(arena),
          m_start(start),
          m_word(word),
          m_room(room)
    {}
    void retire() noexcept;

    Arena &m_arena;
    std::byte *m_start;   ///< Of its header.
    BlockWord m_word;     ///< Of its present life.
    std::uint64_t m_room; ///< Header and all.
    std::uint32_t m_length = 0;
    std::uint32_t m_holders = 0;
};

/// Shares a block among the links of one thread; cheaper than a pointer that is safe across threads.
class BlockPointer
{
public:
    BlockPointer() = default;
    explicit BlockPointer(Block *block) noexcept : m_block(block) { hold(); }
    BlockPointer(const BlockPointer &other) noexcept : m_block(other.m_block) { hold(); }
    BlockPointer(BlockPointer &&other) noexcept : m_block(std::exchange(other.m_block, nullptr)) {}
    BlockPointer &operator=(BlockPointer other) noexcept
    {
        std::swap(m_block, other.m_block);
        return *this;
    }
    ~BlockPointer() { drop(); }

    const Block *operator->() const noexcept { return m_block; }
    explicit operator bool() const noexcept { return m_block != nullptr; }
    void reset() noexcept { *this = BlockPointer{}; }

private:
    void hold() noexcept
    {
        if (m_block)
            ++m_block->m_holders;
    }
    void drop() noexcept
    {
        if (m_block && --m_block->m_holders == 0)
            m_block->retire();
    }
    Block *m_block = nullptr;
};

/// One cell of shared memory that names the newest block of a publication. Given back by its destructor.
class LatestSlot
{
public:
    LatestSlot(Arena &arena, LatestCell &cell, std::uint64_t place, std::uint32_t publication)
        : m_arena(&arena),
          m_cell(&cell),
          m_place(place),
          m_publication(publication)
    {}
    LatestSlot(LatestSlot &&other) noexcept
        : m_arena(std::exchange(other.m_arena, nullptr)),
          m_cell(other.m_cell),
          m_place(other.m_place),
          m_publication(other.m_publication)
    {}
    LatestSlot &operator=(LatestSlot &&) = delete;
    ~LatestSlot();

    LatestReference reference() const noexcept { return {m_place, m_publication, 0}; }

    /// Lets readers find `word` from now on. The block must outlive what the slot names.
    void set(BlockWord word);

private:
    Arena *m_arena;
    LatestCell *m_cell;
    std::uint64_t m_place;
    std::uint32_t m_publication;
};

/// The shared memory of one program: blocks of bytes that it writes once and others read. Several segments,
/// made as they are needed, each a memory file of its own.
///
/// A block with a newest value that nobody here holds any more waits in a first-in-first-out quarantine
/// before its place is used again, so that a reader who is just fetching it rarely meets a reused one. The
/// place of any other is used again at once, while the cache still has it.
///
/// Thread: that of its seat.
class Arena
{
public:
    /// `limit`: shared memory in bytes that may be reserved in all.
    Arena(SystemCalls &system, std::uint64_t limit);
    ~Arena();
    Arena(const Arena &) = delete;
    Arena &operator=(const Arena &) = delete;

    /// Makes the first segment. Errors: OutOfSpace.
    Result<void> open();

    /// Copies head and payload into a block and seals it; `fields` gives what else its header says.
    /// Errors: TooLarge, OutOfSpace. Cost: some hundred nanoseconds and the copy; a new segment now and then.
    Result<BlockPointer> store(const BlockHeader &fields, QByteArrayView head, QByteArrayView payload);

    /// A cell for a publication of its own number. Errors: OutOfSpace.
    Result<LatestSlot> makeSlot();

    /// The word that tells other programs whether this one sleeps; lives in segment 0.
    std::uint32_t &sleepEpoch() noexcept;

    /// The descriptor of a segment, to be handed to a peer; -1 if there is none of that number.
    int descriptor(std::uint16_t segment) const;

    std::uint64_t reservedBytes() const noexcept; ///< In all segments.
    std::uint64_t usedBytes() const noexcept;     ///< In blocks, the quarantine among them.

    /// Called with the number of a segment that was dropped; peers that know it should forget it.
    void onSegmentGone(std::function<void(std::uint16_t)> told);

    /// This program goes: from now on nothing is given back, so that what is on its way to others stays
    /// readable for as long as they have it mapped.
    void leave() noexcept;

    /// In a forked child: closes descriptors and touches no memory.
    void abandon();

private:
    friend class Block;
    friend class LatestSlot;
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire::transport
