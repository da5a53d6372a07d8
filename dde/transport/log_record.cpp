// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_record.h"

#include "dde/transport/checksum.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace tellwire::transport {

namespace {

/// The first word of every cell. Not part of the payload: so no payload byte can pose as a record, and a
/// START inside the cells that a record claims proves that record torn.
using CellMark = quint32_le;
constexpr quint32 startMark = 0x4C575453U;    // "STWL"
constexpr quint32 continueMark = 0x4C575443U; // "CTWL"

/// Stands after the START of a record's first cell; key and body follow it, in 60 bytes of each cell, padded
/// with zeros.
///   0 checksum of the whole cells with this field zero   4 length of header, key and body   8 operation   9
///   flags
///  10 length of the key  12 reserved  16 peer  24 nonce (Keep: order)  32 sequence advance (Keep: sequence
///  number)
struct RecordHeader
{
    quint32_le checksum;
    quint32_le length;
    quint8 operation;
    quint8 flags;
    quint16_le keyLength;
    quint32_le reserved;
    quint64_le peer;
    quint64_le nonce;
    quint64_le advance;
};
static_assert(sizeof(RecordHeader) == 40 && std::is_trivially_copyable_v<RecordHeader>);

constexpr std::size_t markSize = sizeof(CellMark);
constexpr std::size_t cellContent = logCellSize - markSize;
constexpr std::size_t maxContent = maxLogRecordSize / logCellSize * cellContent;
static_assert(maxLogContent == maxContent - sizeof(RecordHeader));
static_assert(markSize + sizeof(RecordHeader) <= logCellSize, "a header lies in one cell");

std::size_t cellsFor(std::size_t length) { return (length + cellContent - 1) / cellContent; }

quint32 markAt(QByteArrayView bytes, std::size_t cell)
{
    return qFromLittleEndian<quint32>(bytes.data() + cell * logCellSize);
}

RecordHeader headerAt(QByteArrayView bytes)
{
    RecordHeader header;
    std::memcpy(&header, bytes.data() + markSize, sizeof header);
    return header;
}

bool isPlausible(const RecordHeader &header)
{
    return header.length >= sizeof header && header.length <= maxContent &&
           header.keyLength <= header.length - sizeof header;
}

/// True if the cells that are there, of those a record claims, may all be its own.
bool continuesThrough(QByteArrayView bytes, std::size_t cells)
{
    for (std::size_t cell = 1; cell < cells; ++cell) {
        if (markAt(bytes, cell) != continueMark)
            return false;
    }
    return true;
}

quint32 checksumOfCells(QByteArrayView cells)
{
    static constexpr std::array<char, sizeof(quint32)> zero{};
    const quint32 before = checksumOf(QByteArrayView(zero), checksumOf(cells.first(markSize)));
    return checksumOf(cells.sliced(markSize + sizeof(quint32)), before);
}

using Content = std::array<char, maxContent>;

void gather(QByteArrayView cells, Content &content)
{
    char *place = content.data();
    for (qsizetype at = 0; at < cells.size(); at += qsizetype{logCellSize}, place += cellContent)
        std::memcpy(place, cells.data() + at + markSize, cellContent);
}

QByteArray scatter(QByteArrayView content)
{
    const std::size_t cells = cellsFor(static_cast<std::size_t>(content.size()));
    QByteArray bytes(static_cast<qsizetype>(cells * logCellSize), '\0');
    for (std::size_t cell = 0; cell < cells; ++cell) {
        char *const place = bytes.data() + cell * logCellSize;
        const auto piece = content.sliced(static_cast<qsizetype>(cell * cellContent))
                               .first(std::min<qsizetype>(
                                   cellContent, content.size() - static_cast<qsizetype>(cell * cellContent)));
        qToLittleEndian(cell == 0 ? startMark : continueMark, place);
        std::memcpy(place + markSize, piece.data(), static_cast<std::size_t>(piece.size()));
    }
    return bytes;
}

LogRecord recordFrom(const RecordHeader &header, QByteArrayView cells)
{
    Content content; // Only what gather() writes is read.
    gather(cells, content);
    const char *const key = content.data() + sizeof header;
    const qsizetype keyLength = header.keyLength;
    const auto bodyLength = static_cast<qsizetype>(header.length - sizeof header) - keyLength;
    return LogRecord{.operation = static_cast<LogOperation>(header.operation),
                     .flags = header.flags,
                     .reserved = header.reserved,
                     .peer = header.peer,
                     .nonce = header.nonce,
                     .advance = header.advance,
                     .key = QByteArray(key, keyLength),
                     .body = QByteArray(key + keyLength, bodyLength)};
}

} // namespace

LogChange LogChange::leave(quint64 peer)
{
    QByteArray body(sizeof peer, '\0');
    qToLittleEndian(peer, body.data());
    return {.operation = LogOperation::Leave, .key = {}, .body = body};
}

std::optional<quint64> LogRecord::leavingPeer() const
{
    if (operation != LogOperation::Leave || body.size() != qsizetype{sizeof(quint64)})
        return std::nullopt;
    return qFromLittleEndian<quint64>(body.data());
}

QByteArray encodeLogRecord(const LogRecord &record)
{
    Q_ASSERT_X(record.key.size() + record.body.size() <= qsizetype{maxLogContent}, "encodeLogRecord",
               "too much content");
    RecordHeader header{};
    header.length = static_cast<quint32>(qsizetype{sizeof header} + record.key.size() + record.body.size());
    header.operation = static_cast<quint8>(record.operation);
    header.flags = record.flags;
    header.keyLength = static_cast<quint16>(record.key.size());
    header.reserved = record.reserved;
    header.peer = record.peer;
    header.nonce = record.nonce;
    header.advance = record.advance;

    QByteArray content(reinterpret_cast<const char *>(&header), sizeof header);
    content += record.key;
    content += record.body;
    QByteArray bytes = scatter(content);
    qToLittleEndian(checksumOfCells(bytes), bytes.data() + markSize);
    return bytes;
}

LogDecoding decodeLogRecord(QByteArrayView bytes)
{
    using Outcome = LogDecoding::Outcome;
    const LogDecoding incomplete{.outcome = Outcome::Incomplete};
    const LogDecoding torn{.outcome = Outcome::Torn, .length = logCellSize};

    const std::size_t cellsThere = static_cast<std::size_t>(bytes.size()) / logCellSize;
    if (cellsThere == 0)
        return incomplete;
    const RecordHeader header = headerAt(bytes);
    if (markAt(bytes, 0) != startMark || !isPlausible(header))
        return torn;
    const std::size_t cells = cellsFor(header.length);
    if (!continuesThrough(bytes, std::min(cells, cellsThere)))
        return torn;
    if (cells > cellsThere)
        return incomplete;
    const QByteArrayView own = bytes.first(static_cast<qsizetype>(cells * logCellSize));
    if (checksumOfCells(own) != header.checksum)
        return torn;
    return {.outcome = Outcome::Complete, .length = cells * logCellSize, .record = recordFrom(header, own)};
}

} // namespace tellwire::transport
