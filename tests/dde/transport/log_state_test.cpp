// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_state.h"

#include <gtest/gtest.h>

namespace tellwire::transport {
namespace {

LogRecord record(LogOperation operation, const QByteArray &key, const QByteArray &body = {},
                 quint64 advance = 0)
{
    return {.operation = operation, .peer = 1, .nonce = 1, .advance = advance, .key = key, .body = body};
}

LogRecord bound(quint64 peer, const QByteArray &key)
{
    LogRecord result = record(LogOperation::Put, key);
    result.flags = LogFlag::bound;
    result.peer = peer;
    return result;
}

LogRecord leave(quint64 peer) { return record(LogOperation::Leave, {}, LogChange::leave(peer).body); }

LogState stateOf(const QList<LogRecord> &records)
{
    LogState state;
    for (const LogRecord &each : records)
        state.apply(each);
    return state;
}

LogState rebuilt(const LogState &state)
{
    LogState copy;
    copy.restart(state.nextOrder());
    for (const LogRecord &each : state.snapshot())
        copy.apply(each);
    return copy;
}

QByteArrayList keysOf(const QList<LogEntry> &entries)
{
    QByteArrayList keys;
    for (const LogEntry &entry : entries)
        keys.append(entry.key);
    return keys;
}

QByteArray bodyOf(const LogState &state, const QByteArray &key)
{
    return state.find(key) != nullptr ? state.find(key)->body : QByteArray("absent");
}

TEST(ALogState, TakesTheLastPutAndTheFirstAdd)
{
    const LogState state =
        stateOf({record(LogOperation::Put, "p", "1"), record(LogOperation::Put, "p", "2"),
                 record(LogOperation::Add, "a", "1"), record(LogOperation::Add, "a", "2")});

    EXPECT_EQ(bodyOf(state, "p"), "2");
    EXPECT_EQ(bodyOf(state, "a"), "1");
}

TEST(ALogState, ListsKeysInTheOrderOfTheirAppearance)
{
    const LogState state =
        stateOf({record(LogOperation::Put, "format/z"), record(LogOperation::Put, "other"),
                 record(LogOperation::Put, "format/a"), record(LogOperation::Put, "format/z", "again")});

    EXPECT_EQ(keysOf(state.withPrefix("format/")), (QByteArrayList{"format/z", "format/a"}));
}

TEST(ALogState, ListsWhatHasAppearedSince)
{
    LogState state = stateOf({record(LogOperation::Put, "format/a"), record(LogOperation::Put, "format/b")});
    const quint64 before = state.nextOrder();
    for (const QByteArray key : {"other", "format/c", "format/d"})
        state.apply(record(LogOperation::Put, key));
    state.apply(record(LogOperation::Put, "format/a", "changed"));
    state.apply(record(LogOperation::Drop, "format/c"));

    for (const LogState &each : {state, rebuilt(state)})
        EXPECT_EQ(keysOf(each.withPrefixFrom("format/", before)), (QByteArrayList{"format/d"}));
}

TEST(ALogState, GivesAReturningKeyANewPlace)
{
    const LogState state = stateOf({record(LogOperation::Put, "x"), record(LogOperation::Put, "y"),
                                    record(LogOperation::Drop, "x"), record(LogOperation::Put, "x")});

    EXPECT_EQ(keysOf(state.withPrefix({})), (QByteArrayList{"y", "x"}));
}

TEST(ALogState, CountsOnThroughADrop)
{
    const LogState state =
        stateOf({record(LogOperation::Put, "c", "1", 2), record(LogOperation::Drop, "c", {}, 1)});
    const LogState later =
        stateOf({record(LogOperation::Put, "c", "1", 2), record(LogOperation::Drop, "c", {}, 1),
                 record(LogOperation::Put, "c", "2", 1)});

    EXPECT_EQ(state.find("c"), nullptr);
    EXPECT_EQ(state.sequenceOf("c"), 3U);
    EXPECT_EQ(later.find("c")->sequence, 4U);
}

TEST(ALogState, DoesNotCountWhatHadNoEffect)
{
    const LogState state =
        stateOf({record(LogOperation::Add, "a", "1", 1), record(LogOperation::Add, "a", "2", 1)});

    EXPECT_EQ(state.sequenceOf("a"), 1U);
}

TEST(ALogState, ForgetsWhatAPeerHadWhenItLeaves)
{
    const LogState state = stateOf({bound(7, "peer/7"), bound(8, "peer/8"), record(LogOperation::Put, "free"),
                                    bound(7, "service/a"), leave(7)});

    EXPECT_EQ(keysOf(state.withPrefix({})), (QByteArrayList{"peer/8", "free"}));
    EXPECT_EQ(state.peers(), QSet<quint64>{8});
}

TEST(ALogState, FreesAKeyForTheNextOneWhenItsPeerLeaves)
{
    LogRecord second = bound(8, "open");
    second.operation = LogOperation::Add;

    const LogState state = stateOf({bound(7, "open"), second, leave(7), second});

    EXPECT_EQ(state.find("open")->peer, 8U);
}

TEST(ALogState, IsTheSameAfterASnapshot)
{
    LogRecord unknown = record(static_cast<LogOperation>(99), "new", "thing");
    unknown.flags = LogFlag::verbatim;
    const LogState state =
        stateOf({bound(7, "peer/7"), record(LogOperation::Put, "z", "1", 5),
                 record(LogOperation::Put, "gone", "1", 2), record(LogOperation::Drop, "gone"), unknown,
                 record(LogOperation::Put, "a", "2"), record(LogOperation::Drop, "z")});

    EXPECT_EQ(rebuilt(state), state);
    EXPECT_EQ(rebuilt(state).snapshot(), state.snapshot());
}

TEST(ALogState, CarriesOnlyThoseUnknownRecordsThatAskForIt)
{
    LogRecord skipped = record(static_cast<LogOperation>(99), "a");
    LogRecord carried = skipped;
    carried.flags = LogFlag::verbatim;
    LogRecord unknownFlag = record(LogOperation::Put, "b");
    unknownFlag.flags = 0x80;

    const LogState state = stateOf({skipped, carried, unknownFlag});

    EXPECT_EQ(state.snapshot(), QList<LogRecord>{carried});
    EXPECT_EQ(state.find("b"), nullptr);
}

TEST(ALogState, SurvivesALeaveThatNamesNobody)
{
    const LogState state = stateOf({bound(7, "x"), record(LogOperation::Leave, {}, "short")});

    EXPECT_NE(state.find("x"), nullptr);
}

} // namespace
} // namespace tellwire::transport
