// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/session_log.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::transport {

/// A session nobody else knows, removed with everything in it.
class ScratchSession
{
public:
    ScratchSession() : m_base(), m_directory(openAgain()) {}

    const SessionDirectory &directory() const { return m_directory; }
    QString basePath() const { return m_base.path(); }

    QProcessEnvironment environment() const
    {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("TELLWIRE_DIRECTORY"), m_base.path());
        return environment;
    }

    /// As another process would. Throws where a test cannot go on.
    SessionDirectory openAgain() const
    {
        return SessionDirectory::openOrCreate(QStringLiteral("scratch"), environment()).value();
    }

    QString logPath(quint64 generation) const
    {
        return m_directory.path() + QStringLiteral("/log.%1").arg(generation);
    }

    std::unique_ptr<SessionLog> log(quint64 peer, qint64 threshold = SessionLog::defaultCompactionThreshold,
                                    SystemCalls &calls = realSystemCalls()) const
    {
        return SessionLog::open(m_directory, calls, peer, threshold).value();
    }

    /// Writes what no program of ours would.
    void appendToFile(quint64 generation, const QByteArray &bytes) const
    {
        QFile file(logPath(generation));
        if (!file.open(QIODevice::Append | QIODevice::Unbuffered, QFile::ReadOwner | QFile::WriteOwner) ||
            file.write(bytes) != bytes.size())
            qFatal("cannot append to the log");
    }

private:
    QTemporaryDir m_base;
    SessionDirectory m_directory;
};

/// A second process: runs a body in a copy of this one and ends. Killed, if it still runs, when this object
/// goes.
class ForkedProcess
{
public:
    explicit ForkedProcess(const std::function<bool()> &body) : m_process(::fork())
    {
        if (m_process == 0)
            ::_exit(body() ? 0 : 1); // No destructors, no reports: they belong to the parent.
    }
    ForkedProcess(ForkedProcess &&other) noexcept : m_process(std::exchange(other.m_process, -1)) {}
    ForkedProcess &operator=(ForkedProcess &&other) noexcept
    {
        std::swap(m_process, other.m_process);
        return *this;
    }
    ~ForkedProcess() { killHard(); }

    void killHard()
    {
        if (m_process > 0) {
            ::kill(m_process, SIGKILL);
            exitCode();
        }
    }

    /// Waits for its end. 0 if the body was content, -1 if it was killed.
    int exitCode()
    {
        int status = -1;
        ::waitpid(std::exchange(m_process, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    bool succeeded() { return exitCode() == 0; }

private:
    pid_t m_process;
};

inline LogChange put(const QByteArray &key, const QByteArray &body, quint32 advance = 0)
{
    return {.operation = LogOperation::Put, .key = key, .body = body, .bound = false, .advance = advance};
}

inline LogChange add(const QByteArray &key, const QByteArray &body)
{
    return {.operation = LogOperation::Add, .key = key, .body = body};
}

inline LogChange drop(const QByteArray &key) { return {.operation = LogOperation::Drop, .key = key}; }

inline QByteArray bodyOf(const SessionLog &log, const QByteArray &key)
{
    const LogEntry *entry = log.state().find(key);
    return entry != nullptr ? entry->body : QByteArray();
}

/// A disk that takes only so many more bytes.
class FullDisk : public SystemCalls
{
public:
    explicit FullDisk(qint64 room) : m_room(room) {}
    void setRoom(qint64 room) { m_room = room; }

    ssize_t append(int file, const void *bytes, std::size_t length) override
    {
        const std::size_t fits = std::min(length, static_cast<std::size_t>(m_room));
        if (fits == 0) {
            errno = ENOSPC;
            return -1;
        }
        m_room -= static_cast<qint64>(fits);
        return SystemCalls::append(file, bytes, fits);
    }

    int allocate(int file, off_t start, off_t length) override
    {
        if (start + length <= m_room)
            return SystemCalls::allocate(file, start, length);
        errno = ENOSPC;
        return -1;
    }

private:
    qint64 m_room;
};

} // namespace tellwire::transport
