// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QString>

#include <sys/types.h>

namespace tellwire::transport {

/// The program on the other side of a socket, as the kernel says, not as it says itself.
///
/// `pid`, `uid` and `gid` are those of the process that connected, or that began to listen, kept by the
/// kernel with the socket; so is a security label. These are proof of who connected, though not of who holds
/// the socket now: it may have been passed on. The rest is looked up once in /proc/<pid>, when the channel is
/// made. That is a race: a process may have ended since, and its number may be another one's by then; it may
/// have executed another program. Good for rules that prevent accidents and for telling people who it was,
/// and no proof.
struct PeerIdentity
{
    pid_t pid = -1; ///< For display only; never compared.
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    QString program = {};    ///< Base name of its executable, or empty.
    QString executable = {}; ///< Path of its executable as its own file system names it, or empty. A program
                             ///< that was replaced on disk since it started keeps its path.
    QString sandbox = {}; ///< What confines it: a security label (SELinux, AppArmor, Smack; so also a snap),
                          ///< or "flatpak:<application id>", or empty. Empty does not mean that nothing does.
};

/// True if the process on the other side belongs to the user of this one.
bool belongsToOwnUser(int socket);

/// Asks the kernel. Reads a bounded amount, opens nothing that can wait for another process (a pipe for one),
/// and leaves empty what cannot be learnt. Errors: AccessDenied (it belongs to another user).
Result<PeerIdentity> identityOf(int socket);

/// Base name of the executable of this program, or empty.
QString ownProgram();

/// What confines this program, as PeerIdentity::sandbox says it of others.
QString ownSandbox();

/// The application that a flatpak's `.flatpak-info` names: letters, digits, '.', '-' and '_'; else empty.
QString flatpakApplication(const QByteArray &info);

/// What a security label says of confinement: the label without what ends it, or nothing if it says that the
/// program is not confined.
QString confinement(QByteArray label);

} // namespace tellwire::transport
