// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/channel.h"
#include "dde/transport/log_record.h"
#include "formats/result.h"

#include <QByteArray>
#include <QMap>

#include <memory>

namespace tellwire::transport {

class Listener;
class Seat;

/// This program's place in the session: its listening socket, and what it has declared in the log about
/// itself. Whoever takes a program for dead removes all that; a program that reads of its own death says
/// everything again.
///
/// Thread: that of its seat.
class Membership
{
public:
    explicit Membership(Seat &seat);
    ~Membership();

    /// Makes this program reachable. Idempotent. Errors: OutOfSpace, AccessDenied, those of the log.
    Result<void> enter();
    bool isEntered() const noexcept { return m_listener != nullptr; }

    /// Puts a change in the log that is bound to this program, and keeps it true. Enters first. Errors: those
    /// of enter().
    Result<void> declare(const LogChange &change);

    /// Drops what was declared under the key.
    Result<void> retract(const QByteArray &key);

    /// True if `peer` accepts connections. False is a proof of death, and is recorded in the log.
    bool isAlive(PeerId peer);

    /// Finds out, now or a little later, whether a program whose channel ended is dead.
    void suspect(PeerId peer);

    /// Lets the program at the other end of the socket see our end.
    void showLife(int socket);

    /// To be told of every record, after it was applied.
    void onRecord(const LogRecord &record);

    /// The session began anew in another directory.
    void enterAgain();

    /// Leaves the session in order.
    void leave();

    void abandon(); ///< In a forked child.

private:
    void checkLater(PeerId peer, int attempt);
    void declareAgain();

    Seat &m_seat;
    std::unique_ptr<Listener> m_listener;
    QMap<QByteArray, LogChange> m_declared;
    bool m_isDeclaring = false;
};

} // namespace tellwire::transport
