// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_log.h"

#include "dde/transport/log_file.h"
#include "dde/transport/log_generation.h"
#include "tests/dde/transport/log_test_support.h"

#include <gtest/gtest.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QRandomGenerator>

#include <optional>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>

namespace tellwire::transport {
namespace {

bool isReadable(int descriptor)
{
    pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, 0) == 1;
}

QList<LogEntry> everything(const SessionLog &log) { return log.state().withPrefix({}); }

// The record of a peer that does not take part otherwise.
QByteArray foreignRecord(const QByteArray &key, qsizetype bodyLength = 0)
{
    return encodeLogRecord({.peer = 99, .nonce = 1, .key = key, .body = QByteArray(bodyLength, 'f')});
}

void flip(int file, qint64 bit)
{
    char byte = 0;
    ASSERT_EQ(::pread(file, &byte, 1, bit / 8), 1);
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
    ASSERT_EQ(::pwrite(file, &byte, 1, bit / 8), 1);
}

QList<LogRecord> recordsIn(int file)
{
    LogFile reading(FileDescriptor(::dup(file)), 1);
    QList<LogRecord> records;
    while (const auto record = reading.next())
        records.append(*record);
    return records;
}

bool isEarlier(const LogRecord &left, const LogRecord &right) { return left.nonce < right.nonce; }

class NoWatches final : public SystemCalls
{
public:
    int watch(const char * /*path*/, std::uint32_t /*events*/) override
    {
        errno = EMFILE;
        return -1;
    }
};

TEST(ASessionLog, ShowsAChangeAtOnceToItsAuthorAndAfterAReplayToOthers)
{
    const ScratchSession session;
    const auto author = session.log(1);
    const auto other = session.log(2);

    ASSERT_TRUE(author->change(put("key", "body")));
    const QByteArray before = bodyOf(*other, "key");
    ASSERT_TRUE(other->replay());

    EXPECT_EQ(bodyOf(*author, "key"), "body");
    EXPECT_EQ(before, "");
    EXPECT_EQ(bodyOf(*other, "key"), "body");
}

TEST(ASessionLog, TellsWhoeverComesLaterEverything)
{
    const ScratchSession session;
    const auto first = session.log(1);
    ASSERT_TRUE(first->change({put("a", "1"), put("b", "2"), drop("a")}));

    const auto second = session.log(2);

    EXPECT_EQ(second->state(), first->state());
    EXPECT_EQ(second->sessionId(), first->sessionId());
}

TEST(ASessionLog, LetsTheFirstOfTwoAddsWin)
{
    const ScratchSession session;
    const auto first = session.log(1);
    const auto second = session.log(2);

    ASSERT_TRUE(first->change(add("name", "first")));
    const auto outcome = second->change(add("name", "second"));

    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(bodyOf(*second, "name"), "first");
}

TEST(ASessionLog, BindsEntriesToTheirAuthor)
{
    const ScratchSession session;
    const auto mortal = session.log(7);
    const auto other = session.log(8);
    ASSERT_TRUE(mortal->change({.key = "peer/7", .bound = true}));

    ASSERT_TRUE(other->change(LogChange::leave(7)));
    ASSERT_TRUE(mortal->replay());

    EXPECT_EQ(other->state().find("peer/7"), nullptr);
    EXPECT_EQ(mortal->state(), other->state());
}

TEST(ASessionLog, RefusesWhatDoesNotFitIntoARecord)
{
    const ScratchSession session;
    const auto log = session.log(1);

    const auto fitting = log->change(put("k", QByteArray(maxLogContent - 1, 'x')));
    const auto outcome = log->change(put("k", QByteArray(maxLogContent, 'x')));

    EXPECT_TRUE(fitting.has_value());
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::TooLarge);
}

TEST(ASessionLog, TellsItsObserverOfEveryRecordInOrder)
{
    const ScratchSession session;
    const auto log = session.log(1);
    const auto other = session.log(2);
    QByteArrayList told;
    log->onChange([&told](const LogRecord &record) { told.append(record.key); });

    ASSERT_TRUE(other->change({put("a", {}), put("b", {})}));
    ASSERT_TRUE(log->change(put("c", {})));

    EXPECT_EQ(told, (QByteArrayList{"a", "b", "c"}));
}

TEST(ASessionLog, MayBeChangedByItsObserver)
{
    const ScratchSession session;
    const auto log = session.log(1);
    QByteArrayList told;
    QByteArray seenInside;
    log->onChange([&](const LogRecord &record) {
        told.append(record.key);
        if (record.key == "first") {
            ASSERT_TRUE(log->change(put("answer", "yes")));
            seenInside = bodyOf(*log, "answer");
            told.append("returned");
        }
    });

    ASSERT_TRUE(log->change(put("first", {})));

    EXPECT_EQ(seenInside, "yes");
    EXPECT_EQ(told, (QByteArrayList{"first", "returned", "answer"}));
}

TEST(ASessionLog, WakesWhoWatchesIt)
{
    const ScratchSession session;
    const auto watcher = session.log(1);
    const auto author = session.log(2);
    watcher->watch();
    const bool before = isReadable(watcher->notificationDescriptor());

    ASSERT_TRUE(author->change(put("a", {})));
    const bool after = isReadable(watcher->notificationDescriptor());
    watcher->drainNotifications();

    EXPECT_FALSE(before);
    EXPECT_TRUE(after);
    EXPECT_FALSE(isReadable(watcher->notificationDescriptor()));
}

TEST(ASessionLog, CanBeComparedWhenNobodyCanWatchIt)
{
    const ScratchSession session;
    NoWatches calls;
    const auto log = session.log(1, SessionLog::defaultCompactionThreshold, calls);
    const auto author = session.log(2);
    log->watch();
    const bool before = log->changedOnDisk();

    ASSERT_TRUE(author->change(put("a", {})));
    const bool after = log->changedOnDisk();
    ASSERT_TRUE(log->replay());

    EXPECT_EQ(log->notificationDescriptor(), -1);
    EXPECT_FALSE(log->figures().isWatched);
    EXPECT_FALSE(before);
    EXPECT_TRUE(after);
    EXPECT_FALSE(log->changedOnDisk());
}

TEST(ASessionLog, ReadsOverATornRecord)
{
    const ScratchSession session;
    const auto log = session.log(1);

    session.appendToFile(1, foreignRecord("torn", 1000).first(3 * qsizetype{logCellSize}));
    const auto outcome = log->change(put("whole", "1"));

    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(bodyOf(*log, "whole"), "1");
    EXPECT_EQ(log->state().find("torn"), nullptr);
    EXPECT_EQ(log->figures().tornCells, 3U);
    EXPECT_EQ(session.log(2)->figures().tornCells, 3U);
}

TEST(ASessionLog, WaitsForARecordInFlight)
{
    const ScratchSession session;
    const auto log = session.log(1);
    const QByteArray record = foreignRecord("slow", 300);

    session.appendToFile(1, record.first(2 * qsizetype{logCellSize}));
    ASSERT_TRUE(log->replay());
    const bool early = log->state().find("slow") != nullptr;
    session.appendToFile(1, record.sliced(2 * qsizetype{logCellSize}));
    ASSERT_TRUE(log->replay());

    EXPECT_FALSE(early);
    EXPECT_NE(log->state().find("slow"), nullptr);
    EXPECT_EQ(log->figures().tornCells, 0U);
}

TEST(ASessionLog, RecoversFromAPieceOfACell)
{
    const ScratchSession session;
    const auto log = session.log(1);

    session.appendToFile(1, QByteArray(17, 'x'));
    const auto outcome = log->change(put("a", "1"));

    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(session.log(2)->state(), log->state());
    EXPECT_EQ(bodyOf(*log, "a"), "1");
}

TEST(ASessionLog, SkipsRecordsOfNewerPrograms)
{
    const ScratchSession session;
    const auto log = session.log(1);

    session.appendToFile(
        1, encodeLogRecord({.operation = static_cast<LogOperation>(77), .peer = 9, .key = "new"}));
    const auto outcome = log->change(put("a", {}));

    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(log->figures().tornCells, 0U);
    EXPECT_EQ(everything(*log).size(), 1);
}

TEST(ASessionLog, SaysThatTheDiskIsFullAndGoesOnWhenItIsNot)
{
    const ScratchSession session;
    FullDisk disk(1 << 20);
    const auto log = session.log(1, SessionLog::defaultCompactionThreshold, disk);
    const auto reader = session.log(2);
    ASSERT_TRUE(log->change(put("before", "1")));

    disk.setRoom(2 * qint64{logCellSize}); // The disk fills up in the middle of the record.
    const auto cut = log->change(put("cut", QByteArray(1000, 'x')));
    const auto refused = log->change(put("refused", {}));
    disk.setRoom(1 << 20);
    const auto later = log->change(put("later", "1"));

    ASSERT_FALSE(cut.has_value() || refused.has_value());
    EXPECT_EQ(cut.error().code, ErrorCode::OutOfSpace);
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfSpace);
    EXPECT_TRUE(later.has_value());
    ASSERT_TRUE(reader->replay());
    EXPECT_EQ(reader->state(), log->state());
    EXPECT_EQ(everything(*reader).size(), 2);
}

TEST(ASessionLog, SurvivesARealDiskThatIsFull)
{
    ForkedProcess process([] {
        const QTemporaryDir place;
        const QByteArray path = QFile::encodeName(place.path());
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", path.constData(), "tmpfs", 0, "size=64k") != 0)
            ::_exit(2);
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("TELLWIRE_DIRECTORY"), place.path());
        const auto directory = SessionDirectory::openOrCreate(QStringLiteral("full"), environment);
        const auto log = SessionLog::open(*directory, realSystemCalls(), 1);
        const auto reader = SessionLog::open(*directory, realSystemCalls(), 2);
        int written = 0;
        std::optional<Error> problem;
        for (; written < 100 && !problem; ++written) {
            if (auto changed = (*log)->change(put(QByteArray::number(written), QByteArray(3000, 'x')));
                !changed)
                problem = changed.error();
        }
        const bool isSame = (*reader)->replay() && (*reader)->state() == (*log)->state();
        const bool isAllThere = everything(**reader).size() == written - 1;
        ::umount2(path.constData(), MNT_DETACH);
        return problem && problem->code == ErrorCode::OutOfSpace && isSame && isAllThere;
    });

    const int exit = process.exitCode();

    if (exit == 2)
        GTEST_SKIP() << "mounting is not permitted here";
    EXPECT_EQ(exit, 0);
}

TEST(ASessionLog, NeverInventsARecordFromAFlippedBit)
{
    const ScratchSession session;
    const auto written = session.log(1);
    for (int number = 0; number < 8; ++number)
        ASSERT_TRUE(written->change(put("key" + QByteArray::number(number), QByteArray(number * 25, 'b'))));
    const FileDescriptor opened(
        ::open(QFile::encodeName(session.logPath(1)).constData(), O_RDWR | O_CLOEXEC));
    const int file = opened.get();
    const QList<LogRecord> expected = recordsIn(file);

    for (qint64 bit = 0; bit < written->figures().sizeInBytes * 8; ++bit) {
        flip(file, bit);
        const QList<LogRecord> found = recordsIn(file);
        flip(file, bit);

        EXPECT_EQ(found.size(), expected.size() - 1) << "bit " << bit;
        EXPECT_TRUE(std::includes(expected.begin(), expected.end(), found.begin(), found.end(), isEarlier));
    }
}

TEST(ASessionLog, IsOfUseAgainWhateverBytesItHolds)
{
    QRandomGenerator random(3);

    for (int round = 0; round < 30; ++round) {
        const ScratchSession session;
        QByteArray bytes = encodeLogRecord(LogGeneration{.number = 1}.toRecord()).repeated(3);
        for (int damage = 0; damage < 4; ++damage)
            bytes[random.bounded(static_cast<int>(bytes.size()))] = static_cast<char>(random.generate());
        session.appendToFile(1, bytes.chopped(random.bounded(130)));

        const auto log = session.log(1);

        EXPECT_TRUE(log->change(put("after", "1")));
        EXPECT_EQ(bodyOf(*session.log(2), "after"), "1");
    }
}

TEST(ASessionLog, IsBegunOnceHoweverManyBeginIt)
{
    const ScratchSession session;
    std::vector<ForkedProcess> processes;

    for (quint64 peer = 1; peer <= 16; ++peer)
        processes.emplace_back([&session, peer] {
            const SessionDirectory directory = session.openAgain();
            const auto log = SessionLog::open(directory, realSystemCalls(), peer);
            return log &&
                   (*log)->change(add("peer/" + QByteArray::number(peer), (*log)->sessionId().toByteArray()));
        });
    for (ForkedProcess &process : processes)
        EXPECT_TRUE(process.succeeded());

    const auto log = session.log(17);
    EXPECT_EQ(log->figures().generation, 1U);
    const auto entries = everything(*log);
    ASSERT_EQ(entries.size(), 16);
    for (const LogEntry &entry : entries)
        EXPECT_EQ(entry.body, log->sessionId().toByteArray());
    EXPECT_TRUE(QDir(session.directory().path() + QStringLiteral("/tmp")).isEmpty());
}

struct Acknowledgement
{
    quint64 peer;
    quint64 count;
};

// Counts in a key of its own for ever, in records of all lengths, and tells what was acknowledged.
bool count(const ScratchSession &session, quint64 peer, int acknowledgements)
{
    const auto log = session.log(peer);
    for (Acknowledgement told{.peer = peer, .count = 1};; ++told.count) {
        const QByteArray padding(static_cast<qsizetype>(told.count * 97 % 3500), ' ');
        if (!log->change(put("count/" + QByteArray::number(peer), QByteArray::number(told.count) + padding)))
            return false;
        static_cast<void>(::write(acknowledgements, &told, sizeof told));
    }
}

TEST(ASessionLog, LosesNothingThatItAcknowledgedWhenItsAuthorsAreKilled)
{
    const ScratchSession session;
    const auto live = session.log(1000);
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_NONBLOCK | O_CLOEXEC), 0);
    const FileDescriptor reading(pipe[0]);
    const FileDescriptor writing(pipe[1]);
    std::vector<quint64> acknowledged(1000);
    const auto collect = [&] {
        for (Acknowledgement told{}; ::read(reading.get(), &told, sizeof told) == sizeof told;)
            acknowledged[told.peer] = std::max(acknowledged[told.peer], told.count);
    };
    quint64 peers = 0;
    const auto author = [&] {
        return ForkedProcess(
            [&session, &writing, peer = ++peers] { return count(session, peer, writing.get()); });
    };

    std::vector<ForkedProcess> authors;
    for (int number = 0; number < 4; ++number)
        authors.push_back(author());
    QRandomGenerator random(4);
    const QDeadlineTimer end(2000);
    while (!end.hasExpired() && peers < acknowledged.size() - 1) {
        const QDeadlineTimer until(static_cast<qint64>(random.bounded(15)));
        while (!until.hasExpired())
            collect();
        ASSERT_TRUE(live->replay());
        ForkedProcess &victim = authors[random.bounded(static_cast<quint32>(authors.size()))];
        victim.killHard();
        victim = author();
    }
    authors.clear();
    collect();
    ASSERT_TRUE(live->replay());

    const auto fresh = session.log(1001);
    EXPECT_EQ(fresh->state(), live->state());
    for (quint64 peer = 1; peer <= peers; ++peer)
        EXPECT_GE(bodyOf(*fresh, "count/" + QByteArray::number(peer)).trimmed().toULongLong(),
                  acknowledged[peer]);
}

TEST(ASessionLog, ComesBackWhenItsFileIsDeleted)
{
    const ScratchSession session;
    const auto log = session.log(1);
    const auto other = session.log(2);
    ASSERT_TRUE(log->change(put("kept", "1", 5)));

    ASSERT_TRUE(QFile::remove(session.logPath(1)));
    ASSERT_TRUE(other->change(put("late", "2"))); // Nobody told it; its record goes along.
    ASSERT_TRUE(log->replay());

    const auto fresh = session.log(3);
    EXPECT_EQ(fresh->state(), log->state());
    EXPECT_EQ(fresh->sessionId(), log->sessionId());
    EXPECT_EQ(bodyOf(*fresh, "late"), "2");
    EXPECT_EQ(log->restarts(), 0U);
    ASSERT_TRUE(other->replay());
    EXPECT_EQ(other->state(), log->state());
}

TEST(ASessionLog, ComesBackWhenItsFileIsDeletedAndAnotherNameOfItIsLeft)
{
    const ScratchSession session;
    const auto log = session.log(1);
    ASSERT_TRUE(log->change(put("kept", "1")));
    const QByteArray name = session.logPath(1).toUtf8();
    const QByteArray left =
        (session.directory().path() + QStringLiteral("/tmp/log.00000000000000dd")).toUtf8();
    ASSERT_EQ(::link(name.constData(), left.constData()), 0); // As who was killed just after link(2).

    ASSERT_EQ(::unlink(name.constData()), 0);
    const bool isNoticed = log->changedOnDisk();
    ASSERT_TRUE(log->replay());

    EXPECT_TRUE(isNoticed);
    EXPECT_EQ(bodyOf(*session.log(2), "kept"), "1");
}

TEST(ASessionLog, ComesBackWhenItsFileIsMovedAway)
{
    const ScratchSession session;
    const auto log = session.log(1);
    log->watch();
    ASSERT_TRUE(log->change(put("kept", "1")));
    log->drainNotifications();

    ASSERT_TRUE(QFile::rename(session.logPath(1), session.basePath() + QStringLiteral("/elsewhere")));
    const bool isNoticed = isReadable(log->notificationDescriptor());
    ASSERT_TRUE(log->replay());

    EXPECT_TRUE(isNoticed);
    EXPECT_EQ(bodyOf(*session.log(2), "kept"), "1");
}

TEST(ASessionLog, ComesBackWhenItsFileIsCut)
{
    const ScratchSession session;
    const auto log = session.log(1);
    const auto other = session.log(2);
    ASSERT_TRUE(log->change({put("a", "1"), put("b", "2")}));
    ASSERT_TRUE(other->replay());

    ASSERT_TRUE(QFile::resize(session.logPath(1), 0));
    ASSERT_TRUE(log->replay());
    ASSERT_TRUE(other->replay());

    const auto fresh = session.log(3);
    EXPECT_EQ(fresh->state(), log->state());
    EXPECT_EQ(other->state(), log->state());
    EXPECT_EQ(bodyOf(*fresh, "b"), "2");
}

TEST(ASessionLog, TellsItsObserverWhenItHadToBeginAnew)
{
    const ScratchSession session;
    const auto behind = session.log(1);
    const auto ahead = session.log(2);
    ASSERT_TRUE(ahead->change(put("unseen", "1")));
    QList<LogOperation> told;
    behind->onChange([&told](const LogRecord &record) { told.append(record.operation); });

    ASSERT_TRUE(QFile::resize(session.logPath(1), 0));
    ASSERT_TRUE(ahead->replay());
    ASSERT_TRUE(behind->replay());

    EXPECT_EQ(told, QList<LogOperation>{LogOperation::Generation});
    EXPECT_EQ(behind->restarts(), 1U);
    EXPECT_EQ(behind->state(), ahead->state());
}

TEST(ASessionLog, BringsTogetherWhoBeganAgainAndWhoRestored)
{
    const ScratchSession session;
    const auto old = session.log(1);
    ASSERT_TRUE(old->change(put("kept", "1")));
    ASSERT_TRUE(QFile::remove(session.logPath(1)));
    const auto newcomer = session.log(2); // Found nothing and began a session.

    ASSERT_TRUE(old->replay());
    ASSERT_TRUE(newcomer->replay());

    EXPECT_EQ(newcomer->sessionId(), old->sessionId());
    EXPECT_EQ(newcomer->state(), old->state());
    EXPECT_EQ(bodyOf(*newcomer, "kept"), "1");
}

TEST(ASessionLog, IsClosedWhenItsDirectoryIsGone)
{
    const ScratchSession session;
    const auto log = session.log(1);
    ASSERT_FALSE(log->isLost());

    ASSERT_TRUE(QDir(session.directory().path()).removeRecursively());
    const auto outcome = log->change(put("a", {}));

    EXPECT_TRUE(log->isLost());
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::Closed);
}

} // namespace
} // namespace tellwire::transport
