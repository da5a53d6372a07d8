// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/seat.h"
#include "dde/transport/session_log.h"
#include "tests/processes/steps/walk.h"

#include <gtest/gtest.h>

#include <QFile>

#include <poll.h>
#include <unistd.h>

namespace tellwire::test {

using transport::LogChange;
using transport::LogOperation;
using transport::SessionDirectory;
using transport::SessionLog;

namespace {

constexpr qint64 threshold = 2000;         // Bytes; a new generation for each dozen of records.
constexpr quint64 walkersId = 0x00C0'FFEE; // Ids that begin with zeros are ids, too.
constexpr quint64 othersId = 0x1234'5678'9ABC'DEF0;
constexpr quint64 newcomersId = 0x0FED'CBA9'8765'4321;
constexpr std::uint32_t keys = 5;

QByteArray keyOf(std::uint32_t number) { return "walker/" + QByteArray::number(number % keys); }

LogChange numbered(std::uint32_t number)
{
    return {.operation = LogOperation::Put,
            .key = keyOf(number),
            .body = QByteArray::number(number) + QByteArray(150, '.')};
}

std::uint32_t numberIn(const SessionLog &log, const QByteArray &key)
{
    const transport::LogEntry *entry = log.state().find(key);
    return entry ? entry->body.left(entry->body.indexOf('.')).toUInt() : 0;
}

/// A log with a low threshold, in the one session of the test.
struct OpenLog
{
    explicit OpenLog(quint64 peer)
        : directory(SessionDirectory::openOrCreate(QStringLiteral("default")).value()),
          log(SessionLog::open(directory, transport::realSystemCalls(), peer, threshold).value())
    {}

    QString path(quint64 generation) const
    {
        return directory.path() + QStringLiteral("/log.%1").arg(generation);
    }

    SessionDirectory directory;
    std::unique_ptr<SessionLog> log;
};

/// Somebody else has the log open, and goes on writing whatever becomes of the walker.
class LogScenario : public Scenario
{
public:
    void meet() override
    {
        m_others = std::make_unique<OpenLog>(othersId);
        EXPECT_TRUE(m_others->log->change(LogChange{.key = "others/0", .body = "here"}));
        m_others->log->watch();
        m_session = m_others->log->sessionId();
    }

    void turn(std::chrono::milliseconds atMost) override
    {
        pollfd news{m_others->log->notificationDescriptor(), POLLIN, 0};
        ::poll(&news, 1, static_cast<int>(atMost.count()));
        m_others->log->drainNotifications();
    }

    void goOn(const Ledger &ledger) override
    {
        expectAcknowledged(ledger);
        // So far that a walker who names the next generation only now would name one that is long finished.
        const quint64 far = m_others->log->figures().generation + 3;
        for (int number = 1; number <= 500 && m_others->log->figures().generation < far; ++number)
            EXPECT_TRUE(m_others->log->change(
                LogChange{.key = "others/" + QByteArray::number(number % 7), .body = QByteArray(200, 'o')}));
        EXPECT_EQ(m_others->log->figures().generation, far);
        expectAcknowledged(ledger);
        expectNewcomersSeeTheSame();
    }

    void settle(const Ledger &ledger) override
    {
        expectAcknowledged(ledger);
        expectNewcomersSeeTheSame();
        EXPECT_EQ(m_others->log->sessionId(), m_session) << "a second history";
    }

protected:
    /// Appends so many changes, and says so after each of them.
    static bool append(SessionLog &log, std::uint32_t count, Ledger &ledger)
    {
        for (std::uint32_t done = 0; done < count; ++done) {
            if (!log.change(numbered(ledger.acknowledged + 1)))
                return false;
            ++ledger.acknowledged;
        }
        return true;
    }

    OpenLog &others() { return *m_others; }

private:
    /// Each key has the number acknowledged last, or the one that was on its way.
    void expectAcknowledged(const Ledger &ledger)
    {
        ASSERT_TRUE(m_others->log->replay());
        const std::uint32_t last = ledger.acknowledged;
        for (std::uint32_t number = last; number > 0 && number + keys > last; --number) {
            const std::uint32_t found = numberIn(*m_others->log, keyOf(number));
            EXPECT_TRUE(found == number || found == last + 1) << found << " in place of " << number;
        }
    }

    void expectNewcomersSeeTheSame()
    {
        ASSERT_TRUE(m_others->log->replay());
        const OpenLog newcomer(newcomersId);
        EXPECT_EQ(newcomer.log->state(), m_others->log->state());
        EXPECT_EQ(newcomer.log->figures().generation, m_others->log->figures().generation);
        EXPECT_EQ(newcomer.log->sessionId(), m_others->log->sessionId());
    }

    std::unique_ptr<OpenLog> m_others;
    QUuid m_session;
};

/// Appends, and begins one generation after the other.
class AppendingAndCompacting : public LogScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        const OpenLog own(walkersId);
        bool isRight = true;
        while (isRight && own.log->figures().generation < 3)
            isRight = append(*own.log, 1, ledger);
        // Few: what was written into a generation of one's own is to be missed, not to be written over.
        return isRight && append(*own.log, 2, ledger);
    }
};
TELLWIRE_SCENARIO(AppendingAndCompacting)

/// Appends behind a piece of a cell that somebody else has left.
class FillingACell : public LogScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        const OpenLog own(walkersId);
        if (!append(*own.log, 2, ledger))
            return false;
        QFile file(own.path(own.log->figures().generation));
        return file.open(QIODevice::Append | QIODevice::Unbuffered) && file.write("piece") == 5 &&
               append(*own.log, 3, ledger);
    }
};
TELLWIRE_SCENARIO(FillingACell)

/// Begins a generation behind a piece of a cell.
class EndingBehindATornCell : public LogScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        const OpenLog own(walkersId);
        bool isRight = true;
        while (isRight && own.log->figures().generation < 2) {
            QFile file(own.path(1));
            isRight = file.open(QIODevice::Append | QIODevice::Unbuffered) && file.write("piece") == 5 &&
                      append(*own.log, 1, ledger);
        }
        return isRight;
    }
};
TELLWIRE_SCENARIO(EndingBehindATornCell)

/// Writes a log anew that has lost its name.
class RestoringALostLog : public LogScenario
{
public:
    bool walk(Ledger &ledger) override
    {
        const OpenLog own(walkersId);
        return append(*own.log, 3, ledger) && QFile::remove(own.path(own.log->figures().generation)) &&
               append(*own.log, 3, ledger);
    }
};
TELLWIRE_SCENARIO(RestoringALostLog)

} // namespace

} // namespace tellwire::test
