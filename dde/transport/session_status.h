// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/session.h"

#include <QList>
#include <QString>

#include <chrono>

#include <sys/types.h>

namespace tellwire {

/// A program that others can reach in a session, as it describes itself; for people to read.
struct SessionPeer
{
    pid_t pid = -1;
    QString program;
    bool isAlive = false; ///< False: it was found dead just now, and its entries are gone from the session.
};

/// The limits this program works with; docs/configuration.md tells how to change them.
struct TELLWIRE_EXPORT SessionLimits
{
    quint64 payloadLimit = 0;   ///< Bytes of one value.
    quint64 memoryLimit = 0;    ///< Bytes of shared memory of one program.
    quint64 peerLimit = 0;      ///< Programs that may be connected to this one.
    quint64 clipboardLimit = 0; ///< Bytes of all formats put on a board at once.
    std::chrono::milliseconds requestTimeout{0};
    std::chrono::milliseconds clipboardRenderTime{0}; ///< For what an owner has promised, when it ends.

    /// As they were when the session was joined; asks nobody.
    static SessionLimits of(const Session &session);
};

/// What there is to know about a session and this program's seat in it; what `tellwire status` shows.
struct TELLWIRE_EXPORT SessionStatus : SessionLimits
{
    QString name;
    QString directory;
    quint64 logGeneration = 0; ///< How often the log was replaced by a shorter one, plus one.
    qint64 logSizeInBytes = 0;
    quint64 recordsRead = 0;
    quint64 cellsSkipped = 0; ///< Left behind by programs that were killed while they wrote.
    bool isNotified = false;  ///< False: no inotify instance was left, the log is compared every 200 ms.
    QList<SessionPeer> peers; ///< Those that published something, in the order of their coming.

    /// Knocks at every peer once: some microseconds each, never waiting for an answer.
    /// Thread: the one that joined the session.
    static SessionStatus of(const Session &session);
};

} // namespace tellwire
