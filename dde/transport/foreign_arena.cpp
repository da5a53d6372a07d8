// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/foreign_arena.h"

#include "dde/transport/large_bytes.h"
#include "dde/transport/loans.h"
#include "dde/transport/memory_p.h"
#include "dde/transport/shared_word.h"

#include <cstring>

namespace tellwire::transport {
namespace {

constexpr int maxCopies = 64; // A publisher that replaces its value faster than that must send it instead.
constexpr std::uint64_t maxArenaLength = std::uint64_t{16} << 30;
constexpr std::size_t maxSegments = 4096; // Mappings are few: nobody else's program may use them up.
constexpr std::uint64_t maxSegmentLength = std::uint64_t{maxPayloadLength} + (std::uint64_t{64} << 20);

} // namespace

ForeignArena::ForeignArena(SystemCalls &system, std::uint64_t payloadLimit)
    : m_system(system),
      m_payloadLimit(payloadLimit)
{}

ForeignArena::~ForeignArena() = default;

Result<void> ForeignArena::open(FileDescriptor first)
{
    if (const Result<void> added = add(0, std::move(first)); !added)
        return added.error();
    ArenaHeader header;
    const auto *place = reinterpret_cast<const ArenaHeader *>(m_segments.at(0)->data());
    std::memcpy(&header, place, sizeof header);
    if (header.magic != layoutMagic)
        return Error{ErrorCode::BadData, QStringLiteral("the arena does not begin as an arena does")};
    m_key = header.key;
    m_sleepEpoch = &place->sleepEpoch;
    return {};
}

Result<void> ForeignArena::add(std::uint16_t number, FileDescriptor file)
{
    Result<std::unique_ptr<ForeignMemory>> memory =
        ForeignMemory::map(m_system, std::move(file), pageLength, maxSegmentLength);
    if (!memory)
        return memory.error();
    drop(number);
    m_length += (*memory)->length();
    m_segments.insert_or_assign(number, std::move(memory).value());
    if (m_segments.size() > maxSegments || m_length > maxArenaLength)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("map the memory of another program: %1 segments of %2 bytes in all")
                         .arg(m_segments.size())
                         .arg(m_length)};
    return {};
}

void ForeignArena::drop(std::uint16_t number)
{
    const auto found = m_segments.find(number);
    if (number == 0 || found == m_segments.end())
        return; // Segment 0 holds the word that bells depend on.
    m_length -= found->second->length();
    m_segments.erase(found);
}

bool ForeignArena::isUnknown(std::uint16_t segment) const { return !m_segments.contains(segment); }

std::uint32_t ForeignArena::sleepEpoch() const { return loadAcquire(*m_sleepEpoch); }

/// `loans` is null if the block is not pinned.
bool ForeignArena::readBlock(const BlockReference &reference, BlockHeader &header, Message &message,
                             Loans *loans) const
{
    const BlockWord word{reference.word};
    const std::uint32_t headLength = reference.headLength;
    const auto segment = m_segments.find(word.segment());
    if (segment == m_segments.end() || !segment->second->contains(word.offset(), sizeof(BlockHeader)))
        return false;
    const std::byte *start = segment->second->data() + word.offset();
    const auto &shared = *reinterpret_cast<const BlockHeader *>(start);
    const std::uint64_t tag = blockTag(m_key, word);
    if (loadAcquire(shared.tag) != tag)
        return false;

    std::memcpy(&header, start, sizeof header); // From here on only the copy is looked at.
    if (header.length > m_payloadLimit + maxHeadLength || headLength > header.length ||
        headLength > maxHeadLength ||
        !segment->second->contains(word.offset() + sizeof(BlockHeader), header.length))
        return false;
    const auto *bytes = reinterpret_cast<const char *>(start + sizeof(BlockHeader));
    message.head = QByteArray(bytes, static_cast<qsizetype>(headLength));
    const std::uint32_t length = header.length - headLength;
    const QByteArrayView payload{bytes + headLength, static_cast<qsizetype>(length)};
    if (loans != nullptr && loans->accepts(length))
        message.payload = loans->lend({segment->second, shared.tag, tag, payload, reference.pin});
    else
        message.payload = copyOf(payload);
    acquireFence();
    return loadAcquire(shared.tag) == tag;
}

bool ForeignArena::read(const BlockReference &reference, Message &message, Loans *loans) const
{
    BlockHeader header{};
    return readBlock(reference, header, message, loans);
}

const LatestCell *ForeignArena::cellAt(std::uint64_t place) const
{
    const std::uint64_t offset = place & 0xFFFFFFFFFFFFU;
    const auto segment = m_segments.find(static_cast<std::uint16_t>(place >> 48));
    if (segment == m_segments.end() || offset % sizeof(LatestCell) != 0 ||
        !segment->second->contains(offset, sizeof(LatestCell)))
        return nullptr;
    return reinterpret_cast<const LatestCell *>(segment->second->data() + offset);
}

std::optional<std::uint16_t> ForeignArena::latestSegment(const LatestReference &reference) const
{
    const LatestCell *cell = cellAt(reference.place);
    const BlockWord word{cell ? loadAcquire(cell->word) : 0};
    return word.value == 0 ? std::nullopt : std::optional{word.segment()};
}

bool ForeignArena::readLatest(const LatestReference &reference, Message &message) const
{
    const LatestCell *cell = cellAt(reference.place);
    BlockHeader header{};
    for (int copies = 0; cell && copies < maxCopies; ++copies) {
        const BlockWord word{loadAcquire(cell->word)};
        if (word.value == 0)
            return false;
        if (!readBlock({.word = word.value}, header, message, nullptr))
            continue;
        message.time = header.time;
        message.sequence = header.sequence;
        message.flags = header.flags;
        return header.publication == reference.publication;
    }
    return false;
}

} // namespace tellwire::transport
