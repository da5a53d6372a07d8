// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/format_names.h"
#include "formats/result.h"

#include <chrono>
#include <memory>

namespace tellwire {

namespace transport {
class Seat;
}

/// This program's seat in a session: the memory and sockets through which programs reach each other. Programs
/// meet if they join a session of the same name as the same user; none has to be started first, and there is
/// no server.
///
/// A handle: copies share one seat, and the last copy gives it up, so nothing can outlive its session.
///
/// Thread: the one that joined, and only that. Another thread joins for itself (tens of microseconds). There
/// are no hidden threads: a running Qt event loop does all the work; without one, watch fd() and call
/// process(), or call wait().
///
/// After fork() the child's copy is dead: every call that can fail fails with Closed. The child joins for
/// itself.
class TELLWIRE_EXPORT Session
{
public:
    /// Joins, creating the session if nobody has. Blocks for no other program.
    /// Errors: BadData (the name, or a file of settings), AccessDenied, Refused (a file system that cannot
    /// append atomically), OutOfSpace, Corrupted.
    static Result<Session> join(const QString &name = QStringLiteral("default"));

    QString name() const;

    int fd() const; ///< Readable when there is something to do. Only poll it.
    void process(); ///< Does what there is to do. Never blocks.

    /// The same for a program that looks again and again without sleeping. Most turns only look at memory,
    /// and nobody has to wake such a program; so before it sleeps on fd() it calls process() or wait(). What
    /// concerns time-outs and other programs' coming and going is found some turns later.
    void spin();

    /// Sleeps until there was something to do, and does it. False if the limit came first; a negative limit
    /// never comes.
    bool wait(std::chrono::milliseconds limit);

    /// The names and numbers of formats, shared by all programs of the session.
    FormatNames &formatNames() const;

    // For the layers of the library.
    explicit Session(std::shared_ptr<transport::Seat> seat) : m_seat(std::move(seat)) {}
    transport::Seat &seat() const noexcept { return *m_seat; }
    std::shared_ptr<transport::Seat> sharedSeat() const noexcept { return m_seat; }

private:
    std::shared_ptr<transport::Seat> m_seat;
};

} // namespace tellwire
