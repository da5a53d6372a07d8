// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/environment.h"
#include "dde/transport/file_descriptor.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace tellwire::transport {

/// The place where the processes of one session meet: a directory that only its user can enter.
///
///     <base>/tellwire/<layout>/<session name>/     0700
///         log.1 log.2 …    the session log (SessionLog)
///         peers/           sockets of running programs
///         clip/            stored clipboard contents
///         tmp/             what is being prepared
///
/// Everything in it is reached through descriptor(), so it stays the same directory whatever happens to the
/// path. Thread: any.
class SessionDirectory
{
public:
    /// The layout of directory, log and messages. Programs with another number meet in another directory.
    static constexpr int layout = 1;

    /// Opens the directory of a session; creates what is missing. The base is the first of: the environment
    /// variable TELLWIRE_DIRECTORY; XDG_RUNTIME_DIR and /run/user/<uid>, each only if it is ours;
    /// tellwire-<uid> in TMPDIR or /tmp.
    /// Errors: BadData (not a session name, or a relative TELLWIRE_DIRECTORY), AccessDenied (somebody else's,
    /// or open to others), Refused (a network or FUSE file system), OutOfSpace.
    static Result<SessionDirectory> openOrCreate(const QString &sessionName,
                                                 const Environment &environment = {},
                                                 SystemCalls &calls = realSystemCalls());

    int descriptor() const noexcept { return m_directory.get(); }

    /// Where it was when it was opened; for people.
    const QString &path() const noexcept { return m_path; }

    /// Makes those of its folders that are missing. Errors: as openOrCreate().
    Result<void> makeFolders(SystemCalls &calls) const;

    /// True once it was removed, as a log-out does with the runtime directory. Whoever joins now meets
    /// elsewhere.
    bool isLost() const;

    /// A name for bind and connect that fits into a socket address however long the real path is. Valid in
    /// this process only, while this object lives.
    QByteArray socketPath(QByteArrayView folder, QByteArrayView name) const;

    /// The other layouts that were used below the same base: why two programs may not meet.
    QStringList otherLayouts() const;

    /// In a forked child: closes it.
    void abandon() { m_directory.reset(); }

private:
    SessionDirectory(FileDescriptor directory, QString path, QString layoutsPath);

    FileDescriptor m_directory;
    QString m_path;
    QString m_layoutsPath;
};

} // namespace tellwire::transport
