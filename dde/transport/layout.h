// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

// Everything two programs see of each other's memory and sockets. Fixed widths, little endian, no pointers,
// nothing that depends on a compiler, a library or the word size: programs of different builds meet here
// (docs/protocol.md).
namespace tellwire::transport {

static_assert(std::endian::native == std::endian::little, "shared layouts are little endian");

inline constexpr std::uint32_t layoutMagic = 0x4C4C4554; // "TELL"
inline constexpr std::uint16_t layoutMajor = 1;
inline constexpr std::uint16_t layoutMinor = 0;

inline constexpr std::uint32_t pageLength = 4096;
inline constexpr std::uint32_t slotCount = 1024;
inline constexpr std::uint32_t releaseCount = 4096;
inline constexpr std::uint32_t pinCount = 2048;
inline constexpr std::uint32_t maxSlotCount = 16384;
inline constexpr std::uint32_t maxReleaseCount = 65536;
inline constexpr std::uint32_t maxPinCount = 32768;
inline constexpr std::uint32_t slotLength = 64;
inline constexpr std::uint32_t bodyLength = 40; ///< Of a slot.
inline constexpr std::uint32_t maxFollowingSlots = 3;
/// Beyond that, bytes are copied once into a block, and not into each lane.
inline constexpr std::uint32_t inlineLength = bodyLength + maxFollowingSlots * slotLength;
inline constexpr std::uint32_t maxInlineHeadLength = 63;

static_assert(releaseCount >= pinCount, "returned pins must always find room");

/// Where the bytes of a message are.
enum class Form : std::uint8_t {
    Inline = 0, ///< In the slot itself, and on in those that follow: see followingSlots().
    Block = 1,  ///< In a block that stays until its pin is returned.
    Latest = 2, ///< In whatever block a latest slot names at the moment it is read.
};

/// One message in a lane. 64 bytes, so that two messages never share a cache line. Written by the lane's
/// owner only; the reader copies it to its stack before it looks at any field.
struct Slot
{
    std::uint8_t type = 0;
    std::uint8_t form = 0; ///< Low 2 bits: Form. Upper 6 bits, Inline only: length of the head.
    std::uint16_t flags = 0;
    std::uint32_t id = 0;
    std::uint32_t sequence = 0;
    std::uint32_t length = 0; ///< Head and payload together; 0 for Latest.
    std::int64_t time = 0;
    std::array<std::byte, bodyLength> body = {}; ///< The bytes, or a BlockReference, or a LatestReference.
};
static_assert(sizeof(Slot) == slotLength && std::is_trivially_copyable_v<Slot> && offsetof(Slot, time) == 16);
static_assert(offsetof(Slot, body) == 24);

/// How many slots after its own an Inline message fills with the bytes that its body has no room for.
constexpr std::uint32_t followingSlots(std::uint32_t length)
{
    return length <= bodyLength ? 0 : (length - bodyLength + slotLength - 1) / slotLength;
}
static_assert(followingSlots(inlineLength) == maxFollowingSlots);

/// Body of a slot whose bytes are in a block.
struct BlockReference
{
    std::uint64_t word = 0;       ///< BlockWord of the block.
    std::uint32_t pin = 0;        ///< Returned through the release ring when the bytes have been read.
    std::uint32_t headLength = 0; ///< How many of the bytes are the head.
};
static_assert(sizeof(BlockReference) == 16);

/// Body of a slot that says: link `id` has a new value in its latest slot.
struct LatestReference
{
    std::uint64_t place = 0;       ///< Segment in the upper 16 bits, offset in bytes in the lower 48.
    std::uint32_t publication = 0; ///< Must stand in the block's header too: latest slots are used again.
    std::uint32_t reserved = 0;
};
static_assert(sizeof(LatestReference) == 16);

/// Start of a lane: one ring of slots for one direction of one channel, one writer. Every counter runs
/// freely; 32 bits, because a 64-bit atomic load may be a write on 32-bit machines and these pages are mapped
/// read-only. The slots follow at `pageLength`, the release ring behind them.
struct LaneHeader
{
    std::uint32_t magic = 0;
    std::uint32_t slots = 0;    ///< Constant; a power of two. Copied once by the reader.
    std::uint32_t releases = 0; ///< Constant; a power of two.
    std::array<std::uint32_t, 13> pad0 = {};
    alignas(64) std::uint32_t head = 0; ///< Slots written to this lane.
    alignas(64) std::uint32_t tail = 0; ///< Slots of the peer's lane consumed by the owner of this one.
    alignas(64) std::uint32_t releaseHead = 0; ///< Pins of the peer returned by the owner of this one.
    alignas(64) std::uint32_t wantSpace = 0;   ///< 1: wake me when you have consumed or returned something.
};
static_assert(offsetof(LaneHeader, head) == 64 && offsetof(LaneHeader, tail) == 128);
static_assert(offsetof(LaneHeader, releaseHead) == 192 && offsetof(LaneHeader, wantSpace) == 256);
static_assert(sizeof(LaneHeader) <= pageLength);

constexpr std::uint64_t laneLength(std::uint32_t slots, std::uint32_t releases)
{
    return pageLength + std::uint64_t{slots} * sizeof(Slot) + std::uint64_t{releases} * sizeof(std::uint32_t);
}
static_assert(laneLength(slotCount, releaseCount) == std::uint64_t{84} * 1024);

/// First page of arena segment 0. Written by the owner of the arena.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what is written has a cache line of its own.
struct ArenaHeader
{
    std::uint32_t magic = 0;
    std::uint32_t reserved = 0;
    std::uint64_t key = 0; ///< Constant; makes the tags of this arena unlike any other's.
    alignas(64) std::uint32_t sleepEpoch =
        0; ///< Odd: asleep, and this is the number of the sleep. Even: awake.
};
static_assert(offsetof(ArenaHeader, key) == 8 && offsetof(ArenaHeader, sleepEpoch) == 64);

/// Start of every block; the bytes follow. `tag` is blockTag(key, word) while the content is alive, 0 while
/// it is being written and after its release: a reader that finds the tag before and after copying has read
/// exactly that block.
struct BlockHeader
{
    std::uint64_t tag = 0;
    std::uint32_t length = 0;      ///< Head and payload together.
    std::uint32_t publication = 0; ///< Whose value it is; 0 for a message.
    std::int64_t time = 0;
    std::uint32_t sequence = 0;
    std::uint16_t flags = 0;
    std::uint16_t reserved = 0;
};
static_assert(sizeof(BlockHeader) == 32 && std::is_trivially_copyable_v<BlockHeader>);

inline constexpr std::uint32_t blockAlignment = 64;

/// Names a block for one life of it: segment 16 bits, offset / 64 24 bits, generation 24 bits. 0 names none.
struct BlockWord
{
    std::uint64_t value = 0;

    static constexpr BlockWord make(std::uint16_t segment, std::uint64_t offset, std::uint32_t generation)
    {
        return {(std::uint64_t{segment} << 48) | ((offset / blockAlignment) << 24) |
                (generation & 0xFFFFFFU)};
    }
    /// The same place in another life.
    constexpr BlockWord inGeneration(std::uint32_t generation) const
    {
        return {(value & ~std::uint64_t{0xFFFFFF}) | (generation & 0xFFFFFFU)};
    }
    constexpr std::uint16_t segment() const { return static_cast<std::uint16_t>(value >> 48); }
    constexpr std::uint64_t offset() const { return ((value >> 24) & 0xFFFFFFU) * blockAlignment; }
};

/// A well-mixed function of key and word (the finaliser of a 64-bit hash), never 0.
constexpr std::uint64_t blockTag(std::uint64_t key, BlockWord word)
{
    std::uint64_t mixed = key ^ word.value;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31;
    return mixed == 0 ? 1 : mixed;
}

/// What a latest slot holds. Written by the publisher only.
struct LatestCell
{
    std::uint64_t word =
        0; ///< BlockWord of the newest value, 0 if there is none. The only shared 64-bit atomic.
    std::uint32_t updates = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(LatestCell) == 16);

/// First packet of each side on a channel's socket; carries three descriptors: lane, first arena segment,
/// bell.
struct Hello
{
    std::uint32_t magic = 0;
    std::uint16_t major = 0;
    std::uint16_t minor = 0;
    std::uint64_t features = 0;
    std::uint64_t peer = 0;
    std::uint32_t slots = 0;
    std::uint32_t releases = 0;
    std::uint32_t pins = 0;
    std::uint32_t segment = 0; ///< Number of the arena segment in the second descriptor.
    std::uint32_t flags = 0;   ///< Reserved, 0.
    std::array<std::uint32_t, 5> reserved = {};
};
static_assert(sizeof(Hello) == 64);

/// Every later packet, but the one-byte one that only wakes; and those which stand in place of a Hello:
/// Watch, its answer Life, and NoRoom.
enum class PacketKind : std::uint32_t {
    Segment = 1,
    SegmentGone = 2,
    Bye = 3,
    Watch = 4,
    Life = 5,
    NoRoom = 6
};
struct Packet
{
    std::uint32_t kind = 0;
    std::uint32_t segment = 0;
    std::uint64_t reserved = 0;
};
static_assert(sizeof(Packet) == 16);

} // namespace tellwire::transport
