// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_chain.h"
#include "dde/transport/log_generation.h"
#include "dde/transport/session_log.h"

#include "tests/dde/transport/log_test_support.h"

#include <gtest/gtest.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>

#include <limits>
#include <map>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace tellwire::transport {
namespace {

constexpr qint64 early = 4096; // So that a log is compacted after some dozens of records.

// Changes the log until it has gone on to the next file, and leaves a known state there.
void growInto(SessionLog &log, quint64 generation)
{
    for (int round = 0; log.figures().generation < generation && round < 100'000; ++round)
        ASSERT_TRUE(log.change(put("churn", QByteArray(200, 'x'), 1)));
    ASSERT_EQ(log.figures().generation, generation);
}

/// Of a program that is held up right before it gives a log its name.
class HeldUp : public SystemCalls
{
public:
    int before(Call call) override
    {
        if (call == Call::Link && meanwhile)
            std::exchange(meanwhile, nullptr)();
        return SystemCalls::before(call);
    }

    std::function<void()> meanwhile;
};

TEST(ALogCompaction, KeepsBodiesOrderAndSequence)
{
    const ScratchSession session;
    const auto log = session.log(1, early);
    ASSERT_TRUE(log->change({put("z", "1", 4),
                             put("a", "2"),
                             put("gone", "3", 7),
                             drop("gone"),
                             {.key = "peer/1", .body = {}, .bound = true}}));
    const auto before = log->state().withPrefix("a") + log->state().withPrefix("z");

    growInto(*log, 3);

    const auto fresh = session.log(2, early);
    EXPECT_EQ(fresh->state(), log->state());
    EXPECT_EQ(fresh->state().withPrefix("a") + fresh->state().withPrefix("z"), before);
    EXPECT_EQ(fresh->state().sequenceOf("gone"), 7U);
    EXPECT_EQ(fresh->state().peers(), QSet<quint64>{1});
    EXPECT_EQ(fresh->sessionId(), log->sessionId());
}

TEST(ALogCompaction, LeavesAnEmptyStubAndNothingElse)
{
    const ScratchSession session;
    const auto log = session.log(1, early);

    growInto(*log, 3);

    EXPECT_EQ(QFileInfo(session.logPath(1)).size(), 0);
    EXPECT_EQ(QFileInfo(session.logPath(2)).size(), 0);
    EXPECT_TRUE(QFile::exists(session.logPath(1)) && QFile::exists(session.logPath(2)));
    EXPECT_TRUE(QDir(session.directory().path() + QStringLiteral("/tmp")).isEmpty());
}

TEST(ALogCompaction, IsNotHeldUpByAPieceOfACell)
{
    const ScratchSession session;
    const auto patient = session.log(1);
    for (int number = 0; number < 100; ++number)
        ASSERT_TRUE(patient->change(put("churn", QByteArray(200, 'x'))));
    session.appendToFile(1, "piece");

    const auto eager = session.log(2, early);

    EXPECT_EQ(eager->figures().generation, 2U);
    EXPECT_LT(QFileInfo(session.logPath(1)).size(), early);
    EXPECT_EQ(bodyOf(*eager, "churn"), QByteArray(200, 'x'));
}

TEST(ALogCompaction, IsTidiedUpAfterWhenSomebodyWasKilledInIt)
{
    const ScratchSession session;
    const auto log = session.log(1, early);
    growInto(*log, 3);
    session.appendToFile(1, QByteArray(5000, '.'));

    LogChain(session.directory(), realSystemCalls(), 2).finishBefore(3);

    EXPECT_EQ(QFileInfo(session.logPath(1)).size(), 0);
    EXPECT_GT(QFileInfo(session.logPath(3)).size(), 0);
    EXPECT_EQ(session.log(3, early)->state(), log->state());
}

TEST(ALogCompaction, WaitsUntilALogIsFourTimesItsSnapshot)
{
    const ScratchSession session;
    const auto log = session.log(1, early);

    for (int number = 0; number < 100; ++number)
        ASSERT_TRUE(log->change(put("key" + QByteArray::number(number), QByteArray(200, 'x'))));

    // 32 KiB that cannot be made shorter: compacted at 4 and at 16 KiB, and not after each further record.
    EXPECT_EQ(log->figures().generation, 3U);
}

TEST(ALogCompaction, TakesNoLogsWordForHowLongItsSnapshotIs)
{
    for (const quint64 claimed : {quint64{1} << 40, quint64{1} << 62, std::numeric_limits<quint64>::max()}) {
        const ScratchSession session;
        const LogGeneration liar{.number = 1, .session = QUuid::createUuid(), .length = claimed};
        session.appendToFile(1, encodeLogRecord(liar.toRecord()));
        const auto log = session.log(1, early);

        growInto(*log, 2);

        EXPECT_GT(log->state().sequenceOf("churn"), 10U) << claimed;
    }
}

TEST(ALogCompaction, IsNotToldToObservers)
{
    const ScratchSession session;
    const auto log = session.log(1, early);
    const auto follower = session.log(2, early);
    int churned = 0;
    int others = 0;
    follower->onChange([&](const LogRecord &record) { ++(record.key == "churn" ? churned : others); });

    for (int round = 0; round < 60; ++round) {
        ASSERT_TRUE(log->change(put("churn", QByteArray(200, 'x'))));
        ASSERT_TRUE(follower->replay());
    }

    EXPECT_GT(follower->figures().generation, 1U);
    EXPECT_EQ(churned, 60);
    EXPECT_EQ(others, 0);
    EXPECT_EQ(follower->restarts(), 0U);
}

TEST(ALogCompaction, TakesLaggardsAlongOverTheStubs)
{
    const ScratchSession session;
    const auto laggard = session.log(1, early);
    const auto log = session.log(2, early);
    bool isTold = false;
    laggard->onChange(
        [&isTold](const LogRecord &record) { isTold |= record.operation == LogOperation::Generation; });

    growInto(*log, 5);
    ASSERT_TRUE(laggard->change(put("late", "1")));
    ASSERT_TRUE(log->replay());

    EXPECT_EQ(laggard->state(), log->state());
    EXPECT_EQ(bodyOf(*log, "late"), "1");
    EXPECT_TRUE(isTold) << "it did not see every record, so it must look at everything";
}

/// Puts something that is no file where it is told to.
using PutOddThing = void (*)(const QByteArray &name);

class AnOddThingNamedLikeTheNextLog : public testing::TestWithParam<PutOddThing>
{};

TEST_P(AnOddThingNamedLikeTheNextLog, HoldsNobodyUp)
{
    const ScratchSession session;
    const auto log = session.log(1, early);
    ASSERT_TRUE(log->change(put("key", "before")));
    GetParam()(session.logPath(2).toUtf8());

    const auto newcomer = session.log(2, early);
    EXPECT_EQ(newcomer->state(), log->state());
    growInto(*log, 3);
    ASSERT_TRUE(newcomer->change(put("key", "after")));
    ASSERT_TRUE(log->replay());

    EXPECT_EQ(bodyOf(*log, "key"), "after");
    EXPECT_EQ(session.log(3, early)->state(), log->state());
    EXPECT_EQ(QFileInfo(session.logPath(2)).size(), 0);
    EXPECT_TRUE(QFileInfo(session.logPath(2)).isFile());
    EXPECT_TRUE(QDir(session.directory().path() + QStringLiteral("/tmp"))
                    .isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot));
}

INSTANTIATE_TEST_SUITE_P(
    IfItIs, AnOddThingNamedLikeTheNextLog,
    testing::Values([](const QByteArray &name) { EXPECT_EQ(mkdir(name, 0700), 0); },
                    [](const QByteArray &name) { EXPECT_EQ(mkfifo(name, 0600), 0); },
                    [](const QByteArray &name) { EXPECT_EQ(symlink("/etc/passwd", name), 0); },
                    [](const QByteArray &name) { EXPECT_EQ(symlink("nothing", name), 0); }));

// A name that was free again would get a log that nobody uses, or lead the late one into a session of its
// own.
TEST(ALogCompaction, GivesNoNameTwiceHoweverLateItComes)
{
    const ScratchSession session;
    HeldUp calls;
    const auto late = session.log(1, early, calls);
    const auto quick = session.log(2, early);
    calls.meanwhile = [&] { growInto(*quick, 4); };

    for (int round = 0; calls.meanwhile && round < 1'000; ++round)
        ASSERT_TRUE(late->change(put("churn", QByteArray(200, 'x'), 1)));
    ASSERT_TRUE(late->change(put("key", "late")));
    ASSERT_TRUE(quick->replay());

    EXPECT_FALSE(calls.meanwhile);
    EXPECT_EQ(late->figures().generation, 4U);
    for (quint64 number = 1; number < 4; ++number) {
        EXPECT_TRUE(QFileInfo(session.logPath(number)).isFile()) << number;
        EXPECT_EQ(QFileInfo(session.logPath(number)).size(), 0) << number;
    }
    EXPECT_EQ(bodyOf(*quick, "key"), "late");
    EXPECT_EQ(quick->state(), late->state());
}

TEST(ALogCompaction, VoidsWhatComesAfterTheEnd)
{
    const ScratchSession session;
    const auto log = session.log(1);

    session.appendToFile(1, encodeLogRecord({.operation = LogOperation::Freeze, .peer = 9}));
    session.appendToFile(1, encodeLogRecord({.peer = 9, .nonce = 1, .key = "void"}));
    ASSERT_TRUE(log->change(put("valid", "1")));

    EXPECT_EQ(log->figures().generation, 2U);
    EXPECT_EQ(log->state().find("void"), nullptr);
    EXPECT_EQ(bodyOf(*session.log(2), "valid"), "1");
}

// Ends the file between the look at it and the append, as only another process can.
class FreezesBeforeAppend final : public SystemCalls
{
public:
    explicit FreezesBeforeAppend(const ScratchSession &session) : m_session(session) {}

    ssize_t append(int file, const void *bytes, std::size_t length) override
    {
        if (std::exchange(m_isArmed, false))
            m_session.appendToFile(1, encodeLogRecord({.operation = LogOperation::Freeze, .peer = 9}));
        return SystemCalls::append(file, bytes, length);
    }
    void arm() { m_isArmed = true; }

private:
    const ScratchSession &m_session;
    bool m_isArmed = false;
};

TEST(ALogCompaction, AppendsAgainWhatWasVoided)
{
    const ScratchSession session;
    FreezesBeforeAppend calls(session);
    const auto log = session.log(1, SessionLog::defaultCompactionThreshold, calls);

    calls.arm();
    const auto outcome = log->change(put("count", "1", 1));

    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(log->figures().generation, 2U);
    EXPECT_EQ(session.log(2)->state().sequenceOf("count"), 1U);
}

TEST(ALogCompaction, WritesTheSameBytesInEveryProcess)
{
    const ScratchSession session;
    const auto log = session.log(1);
    ASSERT_TRUE(log->change({put("b", "1"), put("a", "2", 3), drop("a")}));
    const auto other = session.log(2);

    EXPECT_EQ(generationBytes(2, log->sessionId(), log->state()),
              generationBytes(2, other->sessionId(), other->state()));
}

TEST(ALogCompaction, CarriesRecordsOfNewerProgramsThatAskForIt)
{
    const ScratchSession session;
    const auto log = session.log(1, early);
    const LogRecord newer{.operation = static_cast<LogOperation>(77),
                          .flags = LogFlag::verbatim,
                          .reserved = 3,
                          .peer = 9,
                          .nonce = 4,
                          .key = "new",
                          .body = "thing"};

    session.appendToFile(1, encodeLogRecord(newer));
    growInto(*log, 2);

    EXPECT_TRUE(session.log(2)->state().snapshot().contains(newer));
}

TEST(ALogCompaction, IsPutOffWhileThereIsNoRoomForIt)
{
    const ScratchSession session;
    FullDisk disk(1 << 20);
    const auto log = session.log(1, early, disk);
    ASSERT_TRUE(log->change(put("a", QByteArray(3000, 'x'))));

    disk.setRoom(1500);
    const auto tight = log->change(put("b", QByteArray(1000, 'x')));
    const bool isStillReadable = log->replay().has_value();
    disk.setRoom(1 << 20);
    const auto roomy = log->change(put("c", "1"));

    EXPECT_TRUE(tight.has_value());
    EXPECT_TRUE(isStillReadable);
    EXPECT_TRUE(roomy.has_value());
    EXPECT_EQ(log->figures().generation, 1U + 1U);
    EXPECT_EQ(session.log(2)->state(), log->state());
}

TEST(ALogCompaction, IsFinishedByTheNextOneWhoFindsRoom)
{
    const ScratchSession session;
    FullDisk disk(1 << 20);
    const auto log = session.log(1, early, disk);
    ASSERT_TRUE(log->change(put("a", "1")));

    disk.setRoom(0);
    session.appendToFile(1, encodeLogRecord({.operation = LogOperation::Freeze, .peer = 9}));
    const auto refused = log->replay();
    const QByteArray known = bodyOf(*log, "a");
    disk.setRoom(1 << 20);
    const auto later = log->replay();

    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfSpace);
    EXPECT_EQ(known, "1");
    EXPECT_TRUE(later.has_value());
    EXPECT_EQ(log->figures().generation, 2U);
}

// Registers names and counts, for ever.
bool work(const ScratchSession &session, quint64 peer, int acknowledgements)
{
    const auto log = session.log(peer, early);
    for (quint64 round = 0;; ++round) {
        const QByteArray name = "name/" + QByteArray::number((peer * 7 + round) % 40);
        if (!log->change({add(name, QByteArray::number(peer)), put("total", QByteArray(100, 't'), 1)}))
            return false;
        const quint64 sequence = log->state().sequenceOf("total");
        static_cast<void>(::write(acknowledgements, &sequence, sizeof sequence));
    }
}

TEST(ALogCompaction, NeitherForksNorLosesAnythingWhenItsProcessesAreKilled)
{
    const ScratchSession session;
    const auto live = session.log(1'000'000, early);
    int acknowledgements[2];
    ASSERT_EQ(::pipe2(acknowledgements, O_NONBLOCK | O_CLOEXEC), 0);
    const FileDescriptor reading(acknowledgements[0]);
    const FileDescriptor writing(acknowledgements[1]);
    quint64 highest = 0;
    const auto collect = [&] {
        quint64 sequence = 0;
        while (::read(reading.get(), &sequence, sizeof sequence) == sizeof sequence)
            highest = std::max(highest, sequence);
    };
    QRandomGenerator random(5);
    std::map<QByteArray, std::pair<quint64, QByteArray>> names;

    quint64 peer = 1;
    const auto worker = [&] {
        return ForkedProcess(
            [&session, &writing, own = peer++] { return work(session, own, writing.get()); });
    };
    std::vector<ForkedProcess> workers;
    for (int number = 0; number < 5; ++number)
        workers.push_back(worker());
    const QDeadlineTimer end(2500);
    while (!end.hasExpired()) {
        const QDeadlineTimer until(static_cast<qint64>(random.bounded(12)));
        while (!until.hasExpired())
            collect();
        ForkedProcess &victim = workers[random.bounded(static_cast<quint32>(workers.size()))];
        victim.killHard();
        victim = worker();
        ASSERT_TRUE(live->replay());
        for (const LogEntry &entry : live->state().withPrefix("name/")) {
            const auto [known, isNew] = names.try_emplace(entry.key, entry.order, entry.body);
            ASSERT_EQ(known->second, (std::pair{entry.order, entry.body})) << "history forked";
        }
    }
    workers.clear();
    collect();
    ASSERT_TRUE(live->replay());

    const auto fresh = session.log(2'000'000, early);
    EXPECT_EQ(fresh->state(), live->state());
    EXPECT_GE(live->state().sequenceOf("total"), highest);
    EXPECT_GT(live->figures().generation, 10U);
    RecordProperty("kills", static_cast<int>(peer - 6));
    RecordProperty("generations", static_cast<int>(live->figures().generation));
}

} // namespace
} // namespace tellwire::transport
