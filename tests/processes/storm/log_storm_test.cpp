// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_log.h"
#include "tests/processes/leftovers.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/fresh_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QFile>

#include <algorithm>
#include <cstring>

#include <poll.h>

namespace tellwire::test {

using transport::LogChange;
using transport::LogEntry;
using transport::LogOperation;
using transport::LogRecord;
using transport::SessionDirectory;
using transport::SessionLog;

namespace {

constexpr int writerCount = 5;
constexpr int witnessCount = 2;
constexpr std::uint32_t slotsOfAWriter = 4;
constexpr int formatCount = 300;

// Each new life reads all of the log: of one without generations more and more, until a long storm stands
// still.
constexpr qint64 rarely = qint64{16} << 20;

/// What the programs of these storms tell each other past the log. Each writer's numbers have one writer at a
/// time: the program that has its place.
struct Ledger
{
    std::array<Counter, writerCount> begun;        ///< The number that a writer tries last to write,
    std::array<Counter, writerCount> acknowledged; ///< and the last one whose change() returned.
    Counter bytes;                                 ///< That writers may have appended, at most.
    Counter sequence;                              ///< Of the key "sequence": the highest one acknowledged.
    std::array<Counter, formatCount> ids;      ///< Of names: what somebody has read, and one more; 0: nobody.
    std::array<Counter, witnessCount> digests; ///< Of what the witnesses have at their end.
    Counter tornCells;
};

/// Begins the body of a writer's record; what follows is filling.
struct Numbered
{
    std::uint64_t writer;
    std::uint64_t number;
    std::uint64_t acknowledgedBefore; ///< By that writer, when it wrote this.
};

QByteArray bodyOf(const Numbered &numbered, qsizetype filling)
{
    QByteArray body{reinterpret_cast<const char *>(&numbered), sizeof numbered};
    return body + QByteArray(filling, static_cast<char>('a' + numbered.number % 26));
}

/// Nothing if the body is not what a writer has written.
std::optional<Numbered> numberedIn(const QByteArray &body)
{
    Numbered numbered{};
    if (body.size() < qsizetype{sizeof numbered})
        return std::nullopt;
    std::memcpy(&numbered, body.constData(), sizeof numbered);
    const bool isWhole =
        numbered.writer < writerCount && body == bodyOf(numbered, body.size() - qsizetype{sizeof numbered});
    return isWhole ? std::optional{numbered} : std::nullopt;
}

QByteArray keyOf(std::uint64_t writer, std::uint64_t number)
{
    return "writer/" + QByteArray::number(writer) + '/' + QByteArray::number(number % slotsOfAWriter);
}

std::uint64_t digestOf(const SessionLog &log)
{
    QByteArray all = QByteArray::number(log.figures().generation) + log.sessionId().toByteArray();
    const QList<LogRecord> records = log.state().snapshot();
    for (const LogRecord &record : records)
        all += transport::encodeLogRecord(record);
    return qHash(all, 1) | 1U;
}

void raise(Counter &highest, std::uint64_t value)
{
    for (std::uint64_t known = highest; known < value && !highest.compare_exchange_weak(known, value);) {
    }
}

/// The log of the session, opened by one life of one program.
class OpenLog
{
public:
    OpenLog(std::uint64_t peer, qint64 threshold)
        : m_directory(SessionDirectory::openOrCreate(QStringLiteral("default")).value()),
          m_log(SessionLog::open(m_directory, transport::realSystemCalls(), peer, threshold).value())
    {}

    SessionLog &operator*() const { return *m_log; }
    SessionLog *operator->() const { return m_log.get(); }
    const SessionDirectory &directory() const { return m_directory; }

private:
    SessionDirectory m_directory;
    std::unique_ptr<SessionLog> m_log;
};

/// No two lives of any programs have the same; some begin with zeros.
std::uint64_t peerOf(const Participant &self, std::uint64_t role)
{
    return (role << 56) | (static_cast<std::uint64_t>(self.number()) << 40) | (self.life() + 1);
}

/// The last number of each writer that a witness has seen; nothing if it has just begun.
using Seen = std::array<std::optional<std::uint64_t>, writerCount>;

/// Programs that write to one log, and others that read it.
class LogStorm
{
public:
    explicit LogStorm(qint64 threshold) : m_threshold(threshold) {}

    Ledger &ledger() { return *m_ledger; }

    /// Writes numbers, one after the other, and says each time what it knows to be there.
    void write(Participant &self)
    {
        const OpenLog log{peerOf(self, 1), m_threshold};
        while (!self.isOver()) {
            writeOne(self, *log);
            self.progress();
            if (self.random(4) == 0)
                ::poll(nullptr, 0, 1);
        }
    }

    /// Registers names and counts up, as the clipboard and the formats do.
    void count(Participant &self)
    {
        const OpenLog log{peerOf(self, 2), m_threshold};
        while (!self.isOver()) {
            countUp(self, *log);
            nameFormat(self, *log);
            self.progress();
        }
    }

    /// Leaves pieces of records behind, as the kernel does for who is killed in a write, or has no room.
    void tear(Participant &self)
    {
        const OpenLog log{peerOf(self, 3), m_threshold};
        while (!self.isOver()) {
            if (log->replay()) {
                const QByteArray whole = transport::encodeLogRecord(
                    {.peer = 3, .nonce = 1, .key = "torn", .body = QByteArray(1000, 't')});
                QFile file(log.directory().path() + QStringLiteral("/log.%1").arg(log->figures().generation));
                // Only what is there: a name of one's own would begin a second history.
                if (file.open(QIODevice::Append | QIODevice::ExistingOnly | QIODevice::Unbuffered) &&
                    file.size() > 0)
                    file.write(whole.first(1 + static_cast<qsizetype>(self.random(
                                                   static_cast<std::uint64_t>(whole.size() - 1)))));
            }
            ++torn;
            self.progress();
            ::poll(nullptr, 0, 5);
        }
    }

    /// Reads every record as it comes, and looks whether anything is missing or out of order.
    void witness(Participant &self)
    {
        Seen last;
        const OpenLog log{peerOf(self, 4), m_threshold};
        log->onChange([&](const LogRecord &record) {
            if (record.operation == LogOperation::Generation)
                beginAnew(self, *log, last);
            else
                look(self, last, record);
        });
        while (!self.isOver()) {
            if (!log->replay())
                self.complain(unreadable, "a witness cannot read the log");
            self.progress();
        }
        (void)log->replay();
        for (std::uint64_t writer = 0; writer < writerCount; ++writer)
            if (highestOf(*log, writer) < m_ledger->acknowledged[writer])
                self.complain(missing, "the last acknowledged number of a writer is missing");
        m_ledger->digests.at(static_cast<std::size_t>(self.number())) = digestOf(*log);
        m_ledger->tornCells = log->figures().tornCells;
    }

    /// Opens the log, reads, and goes.
    void visit(Participant &self)
    {
        while (!self.isOver()) {
            std::array<std::uint64_t, writerCount> acknowledged{};
            std::copy(m_ledger->acknowledged.begin(), m_ledger->acknowledged.end(), acknowledged.begin());
            const OpenLog log{peerOf(self, 5) | (self.random()() & 0xFFFF'0000), m_threshold};
            for (std::uint64_t writer = 0; writer < writerCount; ++writer)
                if (highestOf(*log, writer) < acknowledged[writer])
                    self.complain(missing, "a newcomer lacks number " + std::to_string(acknowledged[writer]) +
                                               " of writer " + std::to_string(writer));
            self.progress();
        }
    }

    /// The same as everybody else, read by a newcomer when all is quiet.
    void expectNewcomersAgree()
    {
        const OpenLog newcomer{0x0777, m_threshold};
        for (const Counter &digest : m_ledger->digests)
            EXPECT_EQ(digest, digestOf(*newcomer));
        generations = newcomer->figures().generation;
        if (generations == 1) {
            EXPECT_EQ(newcomer->figures().tornCells, m_ledger->tornCells);
        }
        for (std::uint64_t writer = 0; writer < writerCount; ++writer)
            EXPECT_GE(highestOf(*newcomer, writer), m_ledger->acknowledged[writer]);
    }

    /// What is torn ends no generation, however much it claims to be.
    void expectNoneBegunTooEarly()
    {
        EXPECT_LE(generations, 1 + 2 * m_ledger->bytes / static_cast<std::uint64_t>(m_threshold));
    }

    FreshSession fresh;
    Storm storm;
    Counter &records = storm.counts("records acknowledged");
    Counter &torn = storm.counts("records torn on purpose");
    Counter &named = storm.counts("names registered");
    Counter &generations = storm.counts("generations");
    Counter &leaps = storm.counts("generations leapt over");
    Counter &missing = storm.neverHappens("acknowledged and missing");
    Counter &disordered = storm.neverHappens("out of order");
    Counter &corrupt = storm.neverHappens("corrupt");
    Counter &conflicts = storm.neverHappens("two ids of one name, or two names of one id");
    Counter &backwards = storm.neverHappens("sequence not above one acknowledged before");
    Counter &forks = storm.neverHappens("second histories");
    Counter &unwritable = storm.neverHappens("changes refused");
    Counter &unreadable = storm.neverHappens("logs refused");

private:
    static std::uint64_t highestOf(const SessionLog &log, std::uint64_t writer)
    {
        std::uint64_t highest = 0;
        for (std::uint64_t slot = 0; slot < slotsOfAWriter; ++slot)
            if (const LogEntry *entry = log.state().find(keyOf(writer, slot)))
                if (const auto numbered = numberedIn(entry->body))
                    highest = std::max(highest, numbered->number);
        return highest;
    }

    void writeOne(Participant &self, SessionLog &log)
    {
        const auto writer = static_cast<std::size_t>(self.number());
        const std::uint64_t before = m_ledger->acknowledged[writer];
        const std::uint64_t number = ++m_ledger->begun[writer];
        const bool isLong = self.random(8) == 0;
        const auto filling = static_cast<qsizetype>(self.random(isLong ? 3400 : 100));
        const QByteArray body = bodyOf({writer, number, before}, filling);
        m_ledger->bytes += static_cast<std::uint64_t>(body.size()) + 2 * transport::logCellSize;
        if (!log.change({.operation = LogOperation::Put, .key = keyOf(writer, number), .body = body})) {
            self.complain(unwritable, "a change was refused");
            return;
        }
        const LogEntry *entry = log.state().find(keyOf(writer, number));
        if (!entry || entry->body != body)
            self.complain(missing, "its own change is not there");
        m_ledger->acknowledged[writer] = number;
        ++records;
    }

    void countUp(Participant &self, SessionLog &log)
    {
        const std::uint64_t before = m_ledger->sequence;
        if (!log.change({.operation = LogOperation::Put, .key = "sequence", .body = "x", .advance = 1})) {
            self.complain(unwritable, "a change was refused");
            return;
        }
        const std::uint64_t own = log.state().sequenceOf("sequence");
        if (own <= before)
            self.complain(backwards, "sequence " + std::to_string(own) + " after " + std::to_string(before));
        raise(m_ledger->sequence, own);
    }

    void nameFormat(Participant &self, SessionLog &log)
    {
        const std::uint64_t which = self.random(formatCount);
        const QByteArray key = "name/" + QByteArray::number(static_cast<qulonglong>(which));
        if (!log.state().find(key) &&
            !log.change({.operation = LogOperation::Add, .key = key, .body = "n"})) {
            self.complain(unwritable, "a change was refused");
            return;
        }
        const LogEntry *entry = log.state().find(key);
        if (!entry) {
            self.complain(missing, "a name is not there");
            return;
        }
        const std::uint64_t id = entry->order + 1;
        std::uint64_t known = 0;
        if (m_ledger->ids.at(which).compare_exchange_strong(known, id))
            ++named;
        else if (known != id)
            self.complain(conflicts, "name " + std::to_string(which) + " is " + std::to_string(id) + " and " +
                                         std::to_string(known));
    }

    /// A witness that was stopped for some generations finds the newest one, and what it missed in its
    /// snapshot.
    void beginAnew(Participant &self, const SessionLog &log, Seen &last)
    {
        for (std::uint64_t writer = 0; writer < writerCount; ++writer)
            if (highestOf(log, writer) < std::exchange(last[writer], std::nullopt).value_or(0))
                self.complain(forks, "what was there is not any more");
        ++leaps;
    }

    void look(Participant &self, Seen &last, const LogRecord &record)
    {
        if (!record.key.startsWith("writer/"))
            return;
        const auto numbered = numberedIn(record.body);
        if (!numbered) {
            self.complain(corrupt, "a record of a writer is not whole");
            return;
        }
        const std::uint64_t seen = last[numbered->writer].value_or(numbered->number - 1);
        if (numbered->number <= seen)
            self.complain(disordered,
                          "number " + std::to_string(numbered->number) + " behind " + std::to_string(seen));
        if (seen < numbered->acknowledgedBefore)
            self.complain(missing, "number " + std::to_string(numbered->acknowledgedBefore) +
                                       " was acknowledged, and what comes is " +
                                       std::to_string(numbered->number) + " behind " + std::to_string(seen));
        last[numbered->writer] = std::max(seen, numbered->number);
    }

    qint64 m_threshold;
    SharedArea<Ledger> m_ledger;
};

} // namespace

TEST(ASessionLog, LosesNothingThatWasAcknowledgedInAStorm)
{
    LogStorm log{rarely};
    log.storm.role("witness", witnessCount, [&](Participant &self) { log.witness(self); },
                   {.isKilled = false});
    log.storm.role("visitor", 1, [&](Participant &self) { log.visit(self); });
    log.storm.role("tearer", 1, [&](Participant &self) { log.tear(self); });
    log.storm.role("writer", writerCount, [&](Participant &self) { log.write(self); });

    log.storm.rage({.kills = 80});
    log.storm.settle();
    log.storm.end();

    log.expectNewcomersAgree();
    log.storm.report();
    log.expectNoneBegunTooEarly();
    EXPECT_THAT(leftovers(), testing::IsEmpty());
}

TEST(ACompaction, KeepsOneHistoryInAStorm)
{
    LogStorm log{8'000};
    log.storm.role("witness", witnessCount, [&](Participant &self) { log.witness(self); },
                   {.isKilled = false});
    log.storm.role("visitor", 1, [&](Participant &self) { log.visit(self); });
    log.storm.role("tearer", 1, [&](Participant &self) { log.tear(self); });
    log.storm.role("counter", 3, [&](Participant &self) { log.count(self); });
    log.storm.role("writer", 3, [&](Participant &self) { log.write(self); });

    log.storm.rage({.kills = 150});
    log.storm.settle();
    log.storm.end();

    log.expectNewcomersAgree();
    log.storm.report();
    EXPECT_GT(log.generations, 10U);
    EXPECT_THAT(leftovers(), testing::IsEmpty());
}

} // namespace tellwire::test
