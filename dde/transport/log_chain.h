// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/log_file.h"
#include "dde/transport/log_generation.h"
#include "dde/transport/log_state.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <QByteArray>
#include <QList>

#include <sys/stat.h>

namespace tellwire::transport {

/// The files of a session log, log.1, log.2 …: each begins with a snapshot of what the one before it said at
/// its end.
///
/// A name, once given, is never removed; a finished file is replaced by an empty stub. So giving a name with
/// link(2) is a compare-and-swap: whoever comes late finds it taken, and the file was complete when it got
/// its name.
class LogChain
{
public:
    /// A file that was entered, read up to the end of its snapshot.
    struct Entered
    {
        LogFile file;
        LogGeneration generation;
        LogState state;
    };

    /// Borrows both for life. `ownPeer` makes the names of temporary files unique.
    LogChain(const SessionDirectory &directory, SystemCalls &calls, quint64 ownPeer);

    /// Opens the file that is in use. If there is none, begins a session. Errors, of this and the next:
    /// AccessDenied (a file that is not of this user alone, or something else under its name), OutOfSpace,
    /// Corrupted, Closed (the directory was removed).
    Result<Entered> enterNewest();

    /// Opens the file after `number`, or the first later one that is in use. If there is none, creates it
    /// from `state`.
    Result<Entered> enterAfter(quint64 number, QUuid session, const LogState &state);

    /// Ends all files before `number`, so that whoever is there moves on to it, and gives their room back:
    /// also of those whose successor was written by somebody who was killed before it had done that. `number`
    /// is in use.
    void finishBefore(quint64 number);

    /// True if the name of file `number` leads to the file with this status. How many names that one has does
    /// not say it: a temporary one may be left, and a file may be moved away.
    bool isNamed(quint64 number, const struct stat &status) const;

    /// True if a file of `length` bytes would fit on the disk now.
    bool hasRoomFor(qint64 length);

    /// Somebody may have left a piece of a cell at the end of a file: what is appended behind it lies across
    /// two cells, and nobody reads it. This appends the rest of that cell.
    void fillLastCell(int file);

    /// Appends the record that ends a file. Any process may; the first one counts.
    bool freeze(int file);

private:
    /// A null `session` stands for one of a new name, should it begin here.
    Result<Entered> enter(quint64 number, QUuid session, const LogState &state);
    std::optional<Entered> load(FileDescriptor descriptor, quint64 number);
    Result<void> create(quint64 number, const QByteArray &content);
    void replaceByStub(quint64 number);
    bool isNoFile(quint64 number) const;
    bool isInUse(quint64 number) const;
    bool isStub(quint64 number) const;
    FileDescriptor openFile(quint64 number) const;
    Result<void> checkFile(int file, quint64 number) const;
    Error whyNotOpened(int reason, quint64 number) const;
    QString pathOf(quint64 number) const;
    FileDescriptor prepare(const QByteArray &name) const;
    bool writeAll(int file, const QByteArray &content);
    QByteArray temporaryName(const char *purpose) const;
    QList<quint64> numbers() const;
    quint64 highest() const;
    quint64 newestInUse() const;

    const SessionDirectory &m_directory;
    SystemCalls &m_calls;
    quint64 m_ownPeer;
};

} // namespace tellwire::transport
