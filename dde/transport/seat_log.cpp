// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/seat.h"

#include "dde/transport/logging.h"
#include "dde/transport/membership.h"
#include "dde/transport/name_table.h"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

// How a seat follows the session log, and what it does when that is lost.

namespace tellwire::transport {
namespace {

using namespace std::chrono_literals;

constexpr auto logComparison = 200ms;

} // namespace

void Seat::followLog()
{
    m_log->onChange([this](const LogRecord &record) {
        m_isLogUntold = true;
        m_membership->onRecord(record);
    });
    m_watchesLog = false;
}

bool Seat::isLogFollowed() const { return !m_logWatchers.empty() || m_membership->isEntered(); }

/// Called before this program sleeps. The end of an inotify watch takes the kernel 5 ms to seconds, which are
/// spared to a program that only asks for something and ends.
void Seat::watchLog()
{
    constexpr auto aWhile = 1s;
    m_hasSlept = true;
    if (m_watchesLog)
        return;
    if (isLogFollowed())
        return startToWatchLog();
    if (m_watchTimer == 0)
        m_watchTimer = m_reactor.after(aWhile, [this] { startToWatchLog(); });
}

void Seat::followIfAsleep()
{
    if (m_hasSlept)
        watchLog();
}

void Seat::startToWatchLog()
{
    m_reactor.cancel(m_watchTimer);
    if (m_isDead || std::exchange(m_watchesLog, true))
        return;
    m_log->watch();
    m_isWatchNew = true;
    m_reactor.wakeUp();
    const int notified = m_log->notificationDescriptor();
    if (notified >= 0 && m_reactor.watch(notified, EPOLLIN, [this](std::uint32_t) { readLog(); }))
        return;
    qCWarning(logTransport)
        << "no inotify instance is left for this user, or it may have no more open files; "
           "comparing the session log every 200 ms (raise fs.inotify.max_user_instances)";
    m_reactor.cancel(m_comparison);
    m_comparison = m_reactor.after(logComparison, [this] { compareLog(); });
}

void Seat::compareLog()
{
    if (m_isLogUntold || m_log->changedOnDisk())
        readLog();
    m_comparison = m_reactor.after(logComparison, [this] { compareLog(); });
}

void Seat::readLog()
{
    m_log->drainNotifications();
    const Result<void> read = m_log->replay();
    m_isLogUntold = false;
    if (read) {
        m_failedReads = 0;
    } else {
        qCWarning(logTransport) << "read the session log:" << read.error().detail;
        if (m_log->isLost() && beginAgain())
            return;
        readLogAgain();
    }
    std::erase_if(m_logWatchers, [](const LogWatcher &watcher) { return watcher.guard.expired(); });
    const std::vector<LogWatcher> watchers = m_logWatchers;
    for (const LogWatcher &watcher : watchers)
        if (const std::shared_ptr<void> alive = watcher.guard.lock())
            watcher.callback();
}

/// What changed before the log was watched. Of no interest if nobody is to be told: who looks something up
/// takes in first what is new.
bool Seat::readUnwatchedLog()
{
    if (!m_watchesLog && !isLogFollowed())
        return false;
    const bool wasWatched = m_watchesLog && !std::exchange(m_isWatchNew, false);
    if (wasWatched || (!m_isLogUntold && !m_log->changedOnDisk()))
        return false;
    readLog();
    return true;
}

/// A log that is gone while its directory is not yet is about to be lost, and the last step of that wakes
/// nobody.
void Seat::readLogAgain()
{
    constexpr int mostReads = 12; // 4 s in all.
    if (m_failedReads < mostReads)
        m_reactor.after(1ms * (1 << m_failedReads++), [this] { readLog(); });
}

/// The directory was removed, as a log-out does: whoever joins now meets elsewhere, so everybody goes there.
/// False if that fails: then everybody is told of the loss.
bool Seat::beginAgain()
{
    const Error reason{ErrorCode::Closed,
                       QStringLiteral("the directory of session %1 was removed").arg(m_name)};
    const std::vector<std::shared_ptr<Channel>> channels = m_channels;
    for (const std::shared_ptr<Channel> &channel : channels)
        channel->close(reason);
    m_reactor.remove(m_log->notificationDescriptor());
    Result<SessionDirectory> directory = SessionDirectory::openOrCreate(m_name, Environment{}, m_system);
    if (!directory) {
        qCWarning(logTransport) << "join the session again:" << directory.error().detail;
        return false;
    }
    SessionDirectory lost = std::exchange(m_directory, std::move(directory).value());
    Result<std::unique_ptr<SessionLog>> log = SessionLog::open(m_directory, m_system, m_id);
    if (!log) {
        qCWarning(logTransport) << "join the session again:" << log.error().detail;
        m_directory = std::move(lost);
        return false;
    }
    m_log = std::move(log).value();
    m_names = std::make_unique<NameTable>(*m_log);
    followLog();
    startToWatchLog();
    m_membership->enterAgain();
    readLog();
    return true;
}

void Seat::onLogChange(std::weak_ptr<void> guard, std::function<void()> callback)
{
    m_logWatchers.push_back({std::move(guard), std::move(callback)});
    followIfAsleep();
}

} // namespace tellwire::transport
