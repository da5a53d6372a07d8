// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_log.h"

#include "dde/transport/log_chain.h"
#include "dde/transport/step.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {

namespace {

// How often a change may be voided by a new generation, or a log be found damaged, before we call it a fault.
constexpr int maxAttempts = 1000;

constexpr quint32 watchedEvents = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;

FileDescriptor watchOver(const SessionDirectory &directory, SystemCalls &calls)
{
    const QByteArray path = "/proc/self/fd/" + QByteArray::number(directory.descriptor());
    return FileDescriptor(calls.watch(path.constData(), watchedEvents));
}

} // namespace

class SessionLog::Private
{
public:
    Private(const SessionDirectory &directory, SystemCalls &calls, quint64 ownPeer,
            qint64 compactionThreshold)
        : m_directory(directory),
          m_calls(calls),
          m_chain(directory, calls, ownPeer),
          m_ownPeer(ownPeer),
          m_compactionThreshold(compactionThreshold)
    {}

    Result<void> open();
    Result<void> change(const QList<LogChange> &changes);
    Result<void> replay();
    void notify();
    bool changedOnDisk() const;
    Figures figures() const;

    const SessionDirectory &m_directory;
    SystemCalls &m_calls;
    LogChain m_chain;
    quint64 m_ownPeer;
    qint64 m_compactionThreshold;
    FileDescriptor m_watch;

    LogFile m_file;
    LogGeneration m_generation;
    LogState m_state;
    qint64 m_snapshotEnd = 0; // Where it was, not where m_generation says: anybody may have written that.
    bool m_isAbandoned = false;
    bool m_isFinished = false; // The end of m_file was read: what follows there is void.
    qint64 m_sizeSeen = 0;
    quint64 m_lastNonce = 0;
    quint64 m_restarts = 0;
    quint64 m_recordsApplied = 0;
    quint64 m_tornCellsBefore = 0; // In the files before m_file.

    Observer m_observer;
    QList<LogRecord> m_untold; // Applied, but the observer was not told yet.
    bool m_isTelling = false;

private:
    bool readOn(quint64 awaitedNonce = 0);
    void apply(const LogRecord &record);
    bool isDamaged(const struct stat &status) const;
    bool isDueForCompaction();
    Result<void> restore();
    Result<void> moveOn();
    void use(LogChain::Entered entered);
    Result<void> append(const QList<LogChange> &changes);
};

Result<void> SessionLog::Private::open()
{
    auto entered = m_chain.enterNewest();
    if (!entered)
        return std::move(entered).error();
    use(*std::move(entered));
    auto outcome = replay();
    m_untold.clear(); // Nobody can have been told anything before.
    return outcome;
}

Result<void> SessionLog::Private::replay()
{
    if (m_isAbandoned)
        return Error{ErrorCode::Closed,
                     QStringLiteral("use the session log: this process was forked from the one that joined")};
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        // Asked before reading: if a finished file has lost its name by now, its end is in it and will be
        // read.
        struct stat status
        {};
        if (::fstat(m_file.descriptor(), &status) != 0)
            return systemError(errno, QStringLiteral("look at the session log"));
        const bool looksDamaged = isDamaged(status);
        m_sizeSeen = status.st_size;
        if (status.st_size != m_file.position())
            readOn();
        if (m_isFinished) {
            if (auto moved = moveOn(); !moved)
                return moved;
        } else if (looksDamaged) {
            if (auto restored = restore(); !restored)
                return restored;
        } else if (!isDueForCompaction() || !m_chain.freeze(m_file.descriptor())) {
            return {}; // A log that cannot be compacted is only longer than it need be.
        }
    }
    return Error{ErrorCode::Corrupted,
                 QStringLiteral("the session log keeps changing under us: ") + m_directory.path()};
}

// True if the awaited record of our own was read. Reads to the end otherwise.
bool SessionLog::Private::readOn(quint64 awaitedNonce)
{
    bool isFound = false;
    while (!m_isFinished && !isFound) {
        const auto record = m_file.next();
        if (!record)
            break;
        isFound = awaitedNonce != 0 && record->peer == m_ownPeer && record->nonce == awaitedNonce;
        m_isFinished = record->operation == LogOperation::Freeze;
        apply(*record);
    }
    m_sizeSeen = std::max(m_sizeSeen, m_file.position());
    return isFound;
}

void SessionLog::Private::apply(const LogRecord &record)
{
    m_state.apply(record);
    ++m_recordsApplied;
    if (m_observer && record.operation != LogOperation::Freeze)
        m_untold.append(record);
}

// A file that its name does not lead to any more, or shorter than what we read of it, and yet without an end.
bool SessionLog::Private::isDamaged(const struct stat &status) const
{
    return status.st_size < m_file.position() || !m_chain.isNamed(m_file.number(), status);
}

bool SessionLog::Private::isDueForCompaction()
{
    // Room first: between the end of one file and the next one nobody can append.
    return m_file.position() > std::max(m_compactionThreshold, 4 * m_snapshotEnd) &&
           m_chain.hasRoomFor(generationBytes(m_file.number() + 1, m_generation.session, m_state).size());
}

// Everybody who has the damaged file open ends it, reads on to that end and writes the next one from what it
// knows. They all know the same, unless the file was cut: then the first one decides.
Result<void> SessionLog::Private::restore()
{
    if (m_directory.isLost())
        return Error{ErrorCode::Closed,
                     QStringLiteral("the session directory was removed: ") + m_directory.path()};
    step("log.restore.begun");
    if (!m_chain.freeze(m_file.descriptor()))
        return systemError(errno, QStringLiteral("end the damaged session log in ") + m_directory.path());
    readOn();
    m_isFinished = true;
    if (auto moved = moveOn(); !moved)
        return moved;
    step("log.restore.written");
    m_chain.finishBefore(m_file.number());
    step("log.restore.done");
    return {};
}

Result<void> SessionLog::Private::moveOn()
{
    auto entered = m_chain.enterAfter(m_file.number(), m_generation.session, m_state);
    if (!entered)
        return std::move(entered).error();
    m_tornCellsBefore += m_file.tornCells();
    const bool isTheSame = entered->state == m_state && entered->generation.session == m_generation.session;
    if (!isTheSame) {
        ++m_restarts;
        m_untold.append(entered->generation.toRecord());
    }
    use(*std::move(entered));
    return {};
}

void SessionLog::Private::use(LogChain::Entered entered)
{
    m_file = std::move(entered.file);
    m_generation = entered.generation;
    m_state = std::move(entered.state);
    m_snapshotEnd = m_file.position();
    m_isFinished = false;
    m_sizeSeen = m_snapshotEnd;
}

Result<void> SessionLog::Private::change(const QList<LogChange> &changes)
{
    for (const LogChange &change : changes) {
        if (change.key.size() + change.body.size() > qsizetype{maxLogContent})
            return Error{ErrorCode::TooLarge,
                         QStringLiteral("a record of the session log holds %1 bytes, not %2")
                             .arg(maxLogContent)
                             .arg(change.key.size() + change.body.size())};
    }
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        if (auto replayed = replay(); !replayed)
            return replayed;
        if (auto appended = append(changes); !appended)
            return appended;
        if (readOn(m_lastNonce)) {
            step("log.append.seen");
            return {};
        }
        if (!m_isFinished)
            m_chain.fillLastCell(m_file.descriptor());
    }
    return Error{ErrorCode::Corrupted,
                 QStringLiteral("a record appended to the session log does not appear in it")};
}

// With new nonces each time: what an earlier attempt wrote is void and must not be taken for this one.
Result<void> SessionLog::Private::append(const QList<LogChange> &changes)
{
    QByteArray bytes;
    for (const LogChange &change : changes)
        bytes += encodeLogRecord({.operation = change.operation,
                                  .flags = change.bound ? LogFlag::bound : quint8{0},
                                  .peer = m_ownPeer,
                                  .nonce = ++m_lastNonce,
                                  .advance = change.advance,
                                  .key = change.key,
                                  .body = change.body});
    step("log.append.begun");
    const ssize_t written =
        appendOnce(m_calls, m_file.descriptor(), bytes.constData(), static_cast<std::size_t>(bytes.size()));
    step("log.append.written");
    if (written == bytes.size())
        return {};
    const QString attempt = QStringLiteral("append to the session log in ") + m_directory.path();
    return systemError(written < 0 ? errno : ENOSPC, attempt);
}

// The observer may come back with a change: what follows from it waits until the observer has returned.
void SessionLog::Private::notify()
{
    if (std::exchange(m_isTelling, true))
        return;
    while (!m_untold.isEmpty()) {
        const LogRecord record = m_untold.takeFirst();
        if (const Observer observer = m_observer)
            observer(record);
    }
    m_isTelling = false;
}

bool SessionLog::Private::changedOnDisk() const
{
    struct stat status
    {};
    return m_isFinished || m_isAbandoned || ::fstat(m_file.descriptor(), &status) != 0 ||
           status.st_size != m_sizeSeen || !m_chain.isNamed(m_file.number(), status);
}

SessionLog::Figures SessionLog::Private::figures() const
{
    return {.generation = m_file.number(),
            .sizeInBytes = m_sizeSeen,
            .recordsApplied = m_recordsApplied,
            .tornCells = m_tornCellsBefore + m_file.tornCells(),
            .isWatched = m_watch.isValid()};
}

SessionLog::SessionLog(std::unique_ptr<Private> data) : m_data(std::move(data)) {}

SessionLog::~SessionLog() = default;

Result<std::unique_ptr<SessionLog>> SessionLog::open(const SessionDirectory &directory, SystemCalls &calls,
                                                     quint64 ownPeer, qint64 compactionThreshold)
{
    Q_ASSERT_X(ownPeer != 0, "SessionLog", "0 stands for no peer");
    auto data = std::make_unique<Private>(directory, calls, ownPeer, compactionThreshold);
    if (auto opened = data->open(); !opened)
        return std::move(opened).error();
    return std::unique_ptr<SessionLog>(new SessionLog(std::move(data))); // The constructor is private.
}

void SessionLog::abandon()
{
    m_data->m_isAbandoned = true;
    m_data->m_watch.reset();
    m_data->m_file = {};
}

Result<void> SessionLog::change(const LogChange &change) { return this->change(QList<LogChange>{change}); }

Result<void> SessionLog::change(const QList<LogChange> &changes)
{
    auto outcome = m_data->change(changes);
    m_data->notify();
    return outcome;
}

Result<void> SessionLog::replay()
{
    auto outcome = m_data->replay();
    m_data->notify();
    return outcome;
}

const LogState &SessionLog::state() const noexcept { return m_data->m_state; }

QUuid SessionLog::sessionId() const { return m_data->m_generation.session; }

quint64 SessionLog::restarts() const noexcept { return m_data->m_restarts; }

void SessionLog::onChange(Observer observer) { m_data->m_observer = std::move(observer); }

void SessionLog::watch()
{
    if (!m_data->m_watch.isValid())
        m_data->m_watch = watchOver(m_data->m_directory, m_data->m_calls);
}

int SessionLog::notificationDescriptor() const noexcept { return m_data->m_watch.get(); }

void SessionLog::drainNotifications()
{
    char events[4096]; // NOLINT(modernize-avoid-c-arrays): bytes to throw away.
    if (m_data->m_watch.isValid()) {
        while (::read(m_data->m_watch.get(), events, sizeof events) > 0) {
        }
    }
}

bool SessionLog::changedOnDisk() const { return m_data->changedOnDisk(); }

bool SessionLog::isLost() const { return m_data->m_directory.isLost(); }

SessionLog::Figures SessionLog::figures() const { return m_data->figures(); }

} // namespace tellwire::transport
