// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/channel.h"
#include "dde/transport/file_descriptor.h"
#include "dde/transport/log_record.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <memory>

namespace tellwire::transport {

class Seat;
class SessionDirectory;

/// The name under which a peer's socket lies in the session directory, and under which the log knows it.
QByteArray peerName(PeerId peer);
QByteArray peerKey(PeerId peer);

/// What a program says of itself in the log when it can be reached.
LogChange joining(PeerId peer);

/// The socket on which other programs reach this one. While it exists its name is in the session's directory.
class Listener
{
public:
    /// Errors: OutOfSpace, AccessDenied.
    static Result<std::unique_ptr<Listener>> open(Seat &seat);
    ~Listener();

    /// Gives the program at the other end of the socket, if it is our user's, what shows it our end: one end
    /// of a pair of sockets, the same for all who watch, so that they cost no descriptor each.
    void showLife(int socket);

    /// False if somebody removed the name under which others connect.
    bool isNamed() const;

    /// In a forked child: closes the socket and leaves the name to the parent.
    void abandon();

private:
    Listener(Seat &seat, FileDescriptor socket);
    void accept();
    void pause();
    bool makeLife();
    void endLife();

    Seat &m_seat;
    FileDescriptor m_socket;
    FileDescriptor m_life;  ///< Ends with this program.
    FileDescriptor m_shown; ///< Sees that.
    Reactor::TimerId m_pause = 0;
};

/// A socket connected to a peer. Errors: PeerGone (it is dead: nobody listens), Busy (alive, but its queue of
/// connections is full), AccessDenied (another user listens there), OutOfSpace.
Result<FileDescriptor> connectToPeer(SystemCalls &system, const SessionDirectory &directory, PeerId peer);

/// Removes what a dead peer left in the directory.
void removeSocketOf(const SessionDirectory &directory, PeerId peer);

} // namespace tellwire::transport
