// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <cstddef>
#include <optional>

namespace tellwire::transport {

/// What a record of the session log does to its key. The numbers are in every log: never change or reuse one.
/// A record with another number comes from a newer program and is skipped (see LogFlag::verbatim).
enum class LogOperation : quint8 {
    Put = 1,         ///< Sets the body, whatever it was; the key keeps its place in the order.
    Add = 2,         ///< Sets the body if the key is absent: the first one wins, later ones do nothing.
    Drop = 3,        ///< Removes the key; its sequence number stays.
    Leave = 4,       ///< Removes every key bound to the peer that the body names.
    Generation = 16, ///< First record of every file: see LogGeneration.
    Keep = 17,       ///< One entry of a snapshot: the nonce holds its order, the advance its sequence number.
    Freeze = 18,     ///< Ends the file: what follows is void and is appended again to the next one.
};

/// Bits of LogRecord::flags. A record with an unknown bit counts as unknown altogether.
namespace LogFlag {
inline constexpr quint8 bound = 1;    ///< The entry belongs to the appending peer and goes when that leaves.
inline constexpr quint8 verbatim = 2; ///< Who does not know the record copies it into snapshots all the same.
inline constexpr quint8 absent = 4;   ///< Only with Keep: the key was dropped, its sequence number counts on.
} // namespace LogFlag

/// What a program wants to have changed. Key and body together take at most maxLogContent bytes.
struct LogChange
{
    LogOperation operation = LogOperation::Put;
    QByteArray key;
    QByteArray body = {};
    bool bound = false;  ///< True: the entry goes when the appending peer leaves.
    quint32 advance = 0; ///< By how much the key's sequence number grows if the change takes effect.

    /// The change that removes everything bound to `peer`: said by itself, or by whoever found it dead.
    static LogChange leave(quint64 peer);
};

/// One record of the session log, taken apart.
struct LogRecord
{
    LogOperation operation = LogOperation::Put;
    quint8 flags = 0;
    quint32 reserved = 0; ///< For later versions; kept as it is in verbatim copies.
    quint64 peer = 0;     ///< Who appended it; in snapshots the peer an entry is bound to, or 0.
    quint64 nonce = 0;    ///< Tells the records of a peer apart; never 0 in an appended record.
    quint64 advance = 0;
    QByteArray key = {};
    QByteArray body = {};

    bool isBound() const noexcept { return (flags & LogFlag::bound) != 0; }

    /// The peer that a Leave is about, if this is one.
    std::optional<quint64> leavingPeer() const;

    friend bool operator==(const LogRecord &, const LogRecord &) = default;
};

/// The cells of the log. A record takes 1 to 64 of them, so one write is at most 4 KiB.
inline constexpr std::size_t logCellSize = 64;
inline constexpr std::size_t maxLogRecordSize = 64 * logCellSize;

/// What key and body of one record may hold together.
inline constexpr std::size_t maxLogContent = 64 * 60 - 40;

/// The bytes of the record, whole cells. Precondition: key and body fit into maxLogContent.
QByteArray encodeLogRecord(const LogRecord &record);

/// What stands at the beginning of some bytes of a log.
struct LogDecoding
{
    enum class Outcome : quint8 {
        Complete,   ///< `record` is valid and `length` bytes long.
        Incomplete, ///< In flight: it may reach past the bytes there are. Come back when there are more.
        Torn,       ///< No record begins here; skip one cell (`length`) and look again.
    };
    Outcome outcome = Outcome::Incomplete;
    std::size_t length = 0;
    LogRecord record = {};
};

/// Decodes the record at the start of `bytes`, a run of the log that begins with a cell. Whatever the bytes
/// are, it reads no others and returns only a record whose checksum is right.
LogDecoding decodeLogRecord(QByteArrayView bytes);

} // namespace tellwire::transport
