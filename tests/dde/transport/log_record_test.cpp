// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_record.h"

#include "dde/transport/checksum.h"

#include <gtest/gtest.h>

#include <QRandomGenerator>

namespace tellwire::transport {
namespace {

using Outcome = LogDecoding::Outcome;

LogRecord recordWithBody(qsizetype length)
{
    return {.operation = LogOperation::Put,
            .flags = LogFlag::bound,
            .reserved = 5,
            .peer = 0x1122334455667788U,
            .nonce = 9,
            .advance = 3,
            .key = "service/quotes",
            .body = QByteArray(length, 'b')};
}

QByteArray randomBytes(QRandomGenerator &random, qsizetype length)
{
    QByteArray bytes(length, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(random.generate());
    return bytes;
}

TEST(AChecksum, IsTheOneOfTheStandard)
{
    EXPECT_EQ(checksumOf("123456789"), 0xE3069283U); // The check value of CRC-32C.
    EXPECT_EQ(portableChecksumOf("123456789"), 0xE3069283U);
}

TEST(AChecksum, DoesNotDependOnTheProcessorNorOnThePieces)
{
    QRandomGenerator random(1);

    for (qsizetype length = 0; length < 200; ++length) {
        const QByteArray bytes = randomBytes(random, length);
        const QByteArray front = bytes.first(length / 3);

        EXPECT_EQ(checksumOf(bytes), portableChecksumOf(bytes));
        EXPECT_EQ(checksumOf(bytes.sliced(length / 3), checksumOf(front)), checksumOf(bytes));
    }
}

TEST(ALogRecord, ComesBackAsItWasWritten)
{
    for (qsizetype length = 0; length <= qsizetype{maxLogContent} - 14; ++length) {
        const LogRecord record = recordWithBody(length);

        const QByteArray bytes = encodeLogRecord(record);
        const LogDecoding decoding = decodeLogRecord(bytes);

        ASSERT_EQ(decoding.outcome, Outcome::Complete);
        ASSERT_EQ(decoding.record, record);
        ASSERT_EQ(decoding.length, std::size_t(bytes.size()));
        ASSERT_EQ(bytes.size() % qsizetype{logCellSize}, 0);
    }
}

TEST(ALogRecord, IsAtMostAPageLong)
{
    LogRecord longest;
    longest.body = QByteArray(maxLogContent, 'x');

    EXPECT_EQ(encodeLogRecord(longest).size(), qsizetype{maxLogRecordSize});
}

TEST(ALogRecord, IsInFlightUntilItsLastCellIsThere)
{
    const QByteArray bytes = encodeLogRecord(recordWithBody(500));

    for (qsizetype length = 0; length < bytes.size(); ++length)
        EXPECT_EQ(decodeLogRecord(bytes.first(length)).outcome, Outcome::Incomplete) << length;
}

TEST(ALogRecord, IsTornIfAnotherBeginsInsideIt)
{
    const QByteArray cut = encodeLogRecord(recordWithBody(500)).first(3 * logCellSize);
    const QByteArray next = encodeLogRecord(recordWithBody(1));

    const LogDecoding decoding = decodeLogRecord(cut + next);

    EXPECT_EQ(decoding.outcome, Outcome::Torn);
    EXPECT_EQ(decoding.length, logCellSize);
}

TEST(ALogRecord, IsNeverAcceptedWithAFlippedBit)
{
    const QByteArray bytes = encodeLogRecord(recordWithBody(120));

    for (qsizetype bit = 0; bit < bytes.size() * 8; ++bit) {
        QByteArray damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));

        EXPECT_NE(decodeLogRecord(damaged).outcome, Outcome::Complete) << bit;
    }
}

TEST(ALogRecord, CannotBeHiddenInTheBodyOfAnother)
{
    LogRecord outer = recordWithBody(0);
    outer.body = encodeLogRecord(recordWithBody(1)).repeated(8);
    const QByteArray bytes = encodeLogRecord(outer);

    for (qsizetype cell = 1; cell < bytes.size() / qsizetype{logCellSize}; ++cell) {
        const LogDecoding decoding = decodeLogRecord(bytes.sliced(cell * qsizetype{logCellSize}));
        EXPECT_EQ(decoding.outcome, Outcome::Torn);
    }
}

TEST(ALogRecord, OfANewerProgramIsReadToo)
{
    LogRecord newer = recordWithBody(10);
    newer.operation = static_cast<LogOperation>(200);
    newer.flags = 0xF0;

    EXPECT_EQ(decodeLogRecord(encodeLogRecord(newer)).record, newer);
}

TEST(ALogRecord, IsNotFoundInNoise)
{
    QRandomGenerator random(2);
    const QByteArray start = encodeLogRecord(recordWithBody(0)).first(4);

    for (int round = 0; round < 20000; ++round) {
        QByteArray noise = randomBytes(random, 256);
        noise.replace(0, 4, start); // So that the look goes further than the first word.
        noise[10] = '\0';
        noise[11] = '\0';

        EXPECT_NE(decodeLogRecord(noise).outcome, Outcome::Complete);
    }
}

TEST(ALeave, NamesItsPeer)
{
    const LogChange change = LogChange::leave(0xFEDCBA9876543210U);
    LogRecord record;
    record.operation = change.operation;
    record.body = change.body;

    EXPECT_EQ(record.leavingPeer(), 0xFEDCBA9876543210U);
    record.body.chop(1);
    EXPECT_EQ(record.leavingPeer(), std::nullopt);
}

} // namespace
} // namespace tellwire::transport
