// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/log_record.h"
#include "dde/transport/log_state.h"
#include "dde/transport/session_directory.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <QList>
#include <QUuid>

#include <functional>
#include <memory>

namespace tellwire::transport {

/// The common memory of a session: one file, changed only by appending records to it in single writes. The
/// kernel orders the writes and cuts none short by a stopped or killed writer; so the order of the file
/// decides every race, and every process that replays it holds the same state. No lock, no daemon.
///
/// Replaces the file by a snapshot of itself when it has grown (a new generation); nobody waits for that
/// either. Thread: the one it was opened in. Blocks only for the time of a file access.
class SessionLog
{
public:
    /// A log shorter than this is never compacted; a longer one when it is four times the size of its
    /// snapshot.
    static constexpr qint64 defaultCompactionThreshold = qint64{1} << 20;

    /// What `doctor` shows about a log.
    struct Figures
    {
        quint64 generation = 0;
        qint64 sizeInBytes = 0;
        quint64 recordsApplied = 0;
        quint64 tornCells = 0;
        bool isWatched = false; ///< False: no inotify instance was left; somebody must call changedOnDisk().
    };

    using Observer = std::function<void(const LogRecord &record)>;

    /// Opens and replays the log of a session; creates it if this is the first process. `directory` and
    /// `calls` are borrowed for life. `ownPeer` is random, not 0, and never used by another process. Errors:
    /// AccessDenied, OutOfSpace, Corrupted.
    static Result<std::unique_ptr<SessionLog>> open(const SessionDirectory &directory, SystemCalls &calls,
                                                    quint64 ownPeer,
                                                    qint64 compactionThreshold = defaultCompactionThreshold);
    ~SessionLog();

    /// In a forked child: closes its files. Every call that can fail fails with Closed from now on.
    void abandon();

    /// Appends and replays until the change was read back: then state() shows what became of it. That
    /// somebody else's earlier record decided otherwise is a normal outcome, not an error. Errors: TooLarge
    /// (key and body), OutOfSpace (nothing changed), Corrupted, Closed (the directory is gone).
    Result<void> change(const LogChange &change);

    /// The same for several changes in one write, so that nobody else's record comes between them. When the
    /// disk is full, the first ones may have happened. Together they take at most a few pages.
    Result<void> change(const QList<LogChange> &changes);

    /// Takes in what others appended. Also writes the next generation if that is due.
    Result<void> replay();

    /// Valid until the next replay() or change().
    const LogState &state() const noexcept;

    /// Tells the session from another one of the same name.
    QUuid sessionId() const;

    /// How often state() was replaced by one that does not follow from it, because the log had been damaged.
    /// What was derived from it before is void then.
    quint64 restarts() const noexcept;

    /// Registers who is told of every record after it was applied to state(); replaces the one before. It may
    /// call change(): what follows from that is told after it has returned. A record of operation Generation
    /// says that the state was read anew from a snapshot (the log had been damaged): anything may differ. A
    /// Leave may be about oneself.
    void onChange(Observer observer);

    /// Makes the notification descriptor. For who is about to sleep: whoever ends before that is spared the
    /// milliseconds that the kernel takes to end a watch. What came before is not notified.
    void watch();

    /// Readable when something was appended since watch(); -1 when no inotify instance was left: then compare
    /// every 200 ms.
    int notificationDescriptor() const noexcept;

    /// Forgets what made notificationDescriptor() readable. Call it before replay(), so that nothing is
    /// missed.
    void drainNotifications();

    /// True if replay() would find something. Two system calls.
    bool changedOnDisk() const;

    /// True once the session directory was removed: the session is over, a new one begins elsewhere.
    bool isLost() const;

    Figures figures() const;

private:
    class Private;
    explicit SessionLog(std::unique_ptr<Private> data);

    std::unique_ptr<Private> m_data;
};

} // namespace tellwire::transport
