// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/arena.h"

#include "dde/transport/arena_heap_p.h"
#include "dde/transport/message.h"
#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <new>
#include <optional>
#include <vector>

namespace tellwire::transport {
namespace {

constexpr std::uint64_t firstSegmentLength = 16U << 10; // Who only asks for something needs no more.
constexpr std::uint64_t secondSegmentLength = 256U << 10;
constexpr std::uint64_t largestSharedSegment = 64U << 20;
constexpr std::uint64_t heapOverhead = 16U << 10; // What Boost's heap keeps for itself, generously.
constexpr std::uint64_t spareLength = 257U << 20; // Empty segments kept for the next large payload.
constexpr std::size_t quarantineLength = 64;
constexpr std::uint64_t leastQuarantine = 64U << 10; // However small the arena still is.
constexpr std::size_t slotsPerBlock = 256;
constexpr std::uint64_t largestCachedBlock = 4096;
constexpr std::uint64_t cachedBytesPerLength = 128U << 10; // A reader gives back a thousand blocks at once.

constexpr std::uint64_t roundedUp(std::uint64_t length, std::uint64_t unit)
{
    return (length + unit - 1) / unit * unit;
}

} // namespace

/// Segments, the quarantine, and the short lists of free blocks that stand in front of Boost's heap.
class Arena::Private
{
public:
    Private(Arena &arena, SystemCalls &system, std::uint64_t limit)
        : m_arena(arena),
          m_system(system),
          m_limit(limit)
    {}

    struct Place
    {
        std::uint16_t segment;
        std::uint64_t offset;
    };

    using FreeBlock = std::unique_ptr<Block>;

    Result<void> open();
    Result<Place> allocate(std::uint64_t length);
    FreeBlock takeCached(std::uint64_t room);
    Result<FreeBlock> makeBlock(std::uint64_t room);
    void retire(FreeBlock block);
    std::byte *at(Place place) { return m_segments.at(place.segment)->data() + place.offset; }
    LatestCell &cell(std::uint64_t place);
    Result<std::uint64_t> takeCell();

    Arena &m_arena;
    SystemCalls &m_system;
    std::uint64_t m_limit;
    std::uint64_t m_key = QRandomGenerator::system()->generate64();
    std::uint64_t m_reserved = 0;
    std::uint64_t m_used = 0;
    std::uint32_t m_nextPublication = 1;
    std::uint32_t m_generation = 0;
    bool m_isLeft = false; ///< Nothing is given back any more.
    std::map<std::uint16_t, std::unique_ptr<ArenaSegment>> m_segments;
    std::vector<std::uint64_t> m_freeCells;
    std::function<void(std::uint16_t)> m_segmentGone;

private:
    std::optional<Place> allocateIn(std::uint16_t number, std::uint64_t length);
    std::optional<Place> allocateAnywhere(std::uint64_t length);
    Result<Place> allocateInNew(std::uint64_t length);
    Result<void> addSegment(std::uint64_t length, std::uint64_t surelyUsed);
    std::optional<std::uint16_t> freeNumber() const;
    void leaveQuarantine();
    void end(FreeBlock block);
    void free(FreeBlock block);
    void dropSpare(std::uint64_t allowed);

    std::deque<FreeBlock> m_quarantine;
    std::uint64_t m_quarantined = 0;
    std::array<std::vector<FreeBlock>, largestCachedBlock / blockAlignment + 1> m_cache; ///< By their room.
    std::uint64_t m_nextLength = secondSegmentLength;
    std::uint16_t m_lastNumber = 0;
};

Result<void> Arena::Private::open()
{
    Result<std::unique_ptr<ArenaSegment>> first =
        ArenaSegment::create(m_system, firstSegmentLength, pageLength, firstSegmentLength);
    if (!first)
        return first.error();
    m_segments.emplace(0, std::move(first).value());
    m_reserved = firstSegmentLength;
    new (m_segments.at(0)->data())
        ArenaHeader{.magic = layoutMagic, .reserved = 0, .key = m_key, .sleepEpoch = 0};
    return {};
}

std::optional<Arena::Private::Place> Arena::Private::allocateIn(std::uint16_t number, std::uint64_t length)
{
    ArenaSegment &segment = *m_segments.at(number);
    std::byte *block = segment.allocate(length);
    if (!block)
        return std::nullopt;
    return Place{number, static_cast<std::uint64_t>(block - segment.data())};
}

std::optional<Arena::Private::Place> Arena::Private::allocateAnywhere(std::uint64_t length)
{
    for (auto segment = m_segments.crbegin(); segment != m_segments.crend(); ++segment)
        if (length < segment->second->length())
            if (const std::optional<Place> place = allocateIn(segment->first, length))
                return place;
    return std::nullopt;
}

/// Null if there is none. Its place is as its last block left it: ended, for all who may still read there.
Arena::Private::FreeBlock Arena::Private::takeCached(std::uint64_t room)
{
    if (room > largestCachedBlock)
        return nullptr;
    std::vector<FreeBlock> &cached = m_cache[room / blockAlignment];
    if (cached.empty())
        return nullptr;
    FreeBlock block = std::move(cached.back());
    cached.pop_back();
    m_used += room;
    return block;
}

Result<Arena::Private::FreeBlock> Arena::Private::makeBlock(std::uint64_t room)
{
    const Result<Place> place = allocate(room);
    if (!place)
        return place.error();
    std::byte *start = at(*place);
    storeRelease(reinterpret_cast<BlockHeader *>(start)->tag, std::uint64_t{0});
    releaseFence(); // Readers of a block that was here see it dead before they can see anything of a new one.
    step("publish.block.cleared");
    return FreeBlock{new Block{m_arena, start, BlockWord::make(place->segment, place->offset, 0), room}};
}

Result<Arena::Private::Place> Arena::Private::allocate(std::uint64_t length)
{
    std::optional<Place> place = allocateAnywhere(length);
    if (!place) {
        const Result<Place> fresh = allocateInNew(length);
        if (!fresh) {
            while (!m_quarantine.empty()) // Under pressure a reader's retry is cheaper than a refusal.
                leaveQuarantine();
            place = allocateAnywhere(length);
            if (!place)
                return fresh.error();
        } else {
            place = *fresh;
        }
    }
    m_used += length;
    return *place;
}

Result<Arena::Private::Place> Arena::Private::allocateInNew(std::uint64_t length)
{
    const bool ownSegment = length > largestSharedSegment / 4;
    while (!ownSegment && length > m_nextLength / 4) // A few large segments: each one takes a descriptor.
        m_nextLength *= 2;
    const std::uint64_t wanted = ownSegment ? roundedUp(length + heapOverhead, pageLength) : m_nextLength;
    if (const Result<void> added = addSegment(wanted, ownSegment ? wanted : 0); !added)
        return added.error();
    if (!ownSegment)
        m_nextLength = std::min(m_nextLength * 2, largestSharedSegment);
    const std::optional<Place> place = allocateIn(m_lastNumber, length);
    if (!place)
        return Error{ErrorCode::OutOfSpace,
                     QStringLiteral("reserve %1 bytes in a new arena segment").arg(length)};
    return *place;
}

std::optional<std::uint16_t> Arena::Private::freeNumber() const
{
    // Round about, so that a number comes back only long after every peer has heard that its segment is gone.
    auto number = static_cast<std::uint16_t>(m_lastNumber + 1);
    for (std::size_t tried = 0; tried < 0xFFFF; ++tried, ++number)
        if (number != 0 && !m_segments.contains(number))
            return number;
    return std::nullopt;
}

Result<void> Arena::Private::addSegment(std::uint64_t length, std::uint64_t surelyUsed)
{
    const std::optional<std::uint16_t> number = freeNumber();
    if (m_reserved + length > m_limit)
        dropSpare(0);
    if (!number || m_reserved + length > m_limit)
        return Error{
            ErrorCode::OutOfSpace,
            QStringLiteral("reserve %1 more bytes of shared memory: the arena already holds %2 of at most %3")
                .arg(length)
                .arg(m_reserved)
                .arg(m_limit)};
    Result<std::unique_ptr<ArenaSegment>> segment = ArenaSegment::create(m_system, length, 0, surelyUsed);
    if (!segment)
        return segment.error();
    step("arena.segment.made");
    m_segments.emplace(*number, std::move(segment).value());
    m_lastNumber = *number;
    m_reserved += length;
    return {};
}

void Arena::Private::retire(FreeBlock block)
{
    if (m_isLeft)
        return;
    if (reinterpret_cast<const BlockHeader *>(block->m_start)->publication == 0)
        return end(std::move(block)); // No latest slot has ever named it, so nobody reads it without a pin.
    m_quarantined += block->m_room;
    m_quarantine.push_back(std::move(block));
    while (m_quarantine.size() > quarantineLength ||
           (m_quarantined > std::max(leastQuarantine, m_reserved / 4) && !m_quarantine.empty()))
        leaveQuarantine();
}

void Arena::Private::leaveQuarantine()
{
    FreeBlock oldest = std::move(m_quarantine.front());
    m_quarantine.pop_front();
    m_quarantined -= oldest->m_room;
    end(std::move(oldest));
}

void Arena::Private::end(FreeBlock block)
{
    storeRelease(reinterpret_cast<BlockHeader *>(block->m_start)->tag, std::uint64_t{0});
    releaseFence();
    step("arena.block.ended");
    free(std::move(block));
}

void Arena::Private::free(FreeBlock block)
{
    const std::uint64_t room = block->m_room;
    m_used -= room;
    if (room <= largestCachedBlock)
        if (std::vector<FreeBlock> &cached = m_cache[room / blockAlignment];
            (cached.size() + 1) * room <= cachedBytesPerLength) {
            cached.push_back(std::move(block));
            return;
        }
    ArenaSegment &segment = *m_segments.at(block->m_word.segment());
    segment.free(block->m_start);
    if (segment.isEmpty())
        dropSpare(spareLength);
}

/// A segment of new pages costs more than what is copied into it, and readers would have to map it. The
/// oldest go first: younger ones are of a size that is still in use.
void Arena::Private::dropSpare(std::uint64_t allowed)
{
    const auto isSpare = [](const auto &entry) { return entry.first != 0 && entry.second->isEmpty(); };
    std::uint64_t spare = 0;
    for (const auto &entry : m_segments)
        spare += isSpare(entry) ? entry.second->length() : 0;
    for (auto entry = m_segments.begin(); entry != m_segments.end() && spare > allowed;) {
        const auto next = std::next(entry);
        if (isSpare(*entry)) {
            const std::uint16_t number = entry->first;
            spare -= entry->second->length();
            m_reserved -= entry->second->length();
            m_segments.erase(entry);
            // No step() from here to Channel::segmentGone(): a walk would need more memory than is spared,
            // each time.
            if (m_segmentGone)
                m_segmentGone(number);
        }
        entry = next;
    }
}

LatestCell &Arena::Private::cell(std::uint64_t place)
{
    const Place where{static_cast<std::uint16_t>(place >> 48), place & 0xFFFFFFFFFFFFU};
    return *reinterpret_cast<LatestCell *>(at(where));
}

Result<std::uint64_t> Arena::Private::takeCell()
{
    if (m_freeCells.empty()) {
        const Result<Place> block = allocate(slotsPerBlock * sizeof(LatestCell));
        if (!block)
            return block.error();
        for (std::size_t index = slotsPerBlock; index-- > 0;)
            m_freeCells.push_back((std::uint64_t{block->segment} << 48) |
                                  (block->offset + index * sizeof(LatestCell)));
    }
    const std::uint64_t place = m_freeCells.back();
    m_freeCells.pop_back();
    return place;
}

Arena::Arena(SystemCalls &system, std::uint64_t limit)
    : m_data(std::make_unique<Private>(*this, system, limit))
{}
Arena::~Arena() = default;

Result<void> Arena::open() { return m_data->open(); }

Result<BlockPointer> Arena::store(const BlockHeader &fields, QByteArrayView head, QByteArrayView payload)
{
    const auto length = static_cast<std::uint64_t>(head.size()) + static_cast<std::uint64_t>(payload.size());
    if (length > std::uint64_t{maxPayloadLength} + maxHeadLength)
        return Error{
            ErrorCode::TooLarge,
            QStringLiteral("store %1 bytes: one value has at most %2").arg(length).arg(maxPayloadLength)};
    const std::uint64_t room = roundedUp(sizeof(BlockHeader) + length, blockAlignment);
    Private::FreeBlock block = m_data->takeCached(room);
    if (!block) {
        Result<Private::FreeBlock> made = m_data->makeBlock(room);
        if (!made)
            return std::move(made).error();
        block = std::move(made).value();
    }
    block->m_word = block->m_word.inGeneration(++m_data->m_generation);
    block->m_length = static_cast<std::uint32_t>(length);

    auto *header = reinterpret_cast<BlockHeader *>(block->m_start);
    header->length = block->m_length;
    header->publication = fields.publication;
    header->time = fields.time;
    header->sequence = fields.sequence;
    header->flags = fields.flags;
    header->reserved = 0;
    std::byte *bytes = block->m_start + sizeof(BlockHeader);
    if (!head.isEmpty())
        std::memcpy(bytes, head.data(), static_cast<std::size_t>(head.size()));
    if (!payload.isEmpty())
        std::memcpy(bytes + head.size(), payload.data(), static_cast<std::size_t>(payload.size()));
    step("publish.block.written");
    storeRelease(header->tag, blockTag(m_data->m_key, block->m_word));
    step("publish.block.tagged");
    return BlockPointer{block.release()};
}

void Block::retire() noexcept { m_arena.m_data->retire(std::unique_ptr<Block>{this}); }

Result<LatestSlot> Arena::makeSlot()
{
    const Result<std::uint64_t> place = m_data->takeCell();
    if (!place)
        return place.error();
    LatestCell &cell = m_data->cell(*place);
    cell.updates = 0;
    cell.reserved = 0;
    storeRelease(cell.word, std::uint64_t{0});
    return LatestSlot{*this, cell, *place, m_data->m_nextPublication++};
}

void LatestSlot::set(BlockWord word)
{
    storeRelease(m_cell->updates, m_cell->updates + 1);
    step("publish.latest.counted");
    storeRelease(m_cell->word, word.value);
    step("publish.latest.set");
}

LatestSlot::~LatestSlot()
{
    if (!m_arena || m_arena->m_data->m_isLeft)
        return;
    storeRelease(m_cell->word, std::uint64_t{0});
    m_arena->m_data->m_freeCells.push_back(m_place);
}

std::uint32_t &Arena::sleepEpoch() noexcept
{
    return reinterpret_cast<ArenaHeader *>(m_data->m_segments.at(0)->data())->sleepEpoch;
}

int Arena::descriptor(std::uint16_t segment) const
{
    const auto found = m_data->m_segments.find(segment);
    return found == m_data->m_segments.end() ? -1 : found->second->descriptor();
}

std::uint64_t Arena::reservedBytes() const noexcept { return m_data->m_reserved; }
std::uint64_t Arena::usedBytes() const noexcept { return m_data->m_used; }

void Arena::onSegmentGone(std::function<void(std::uint16_t)> told)
{
    m_data->m_segmentGone = std::move(told);
}

void Arena::leave() noexcept { m_data->m_isLeft = true; }

void Arena::abandon()
{
    leave();
    for (auto &[number, segment] : m_data->m_segments)
        ArenaSegment::abandon(std::move(segment));
    m_data->m_segments.clear();
}

} // namespace tellwire::transport
