// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMetaType>
#include <QString>

#include <sys/types.h>

namespace tellwire {

/// The program at the other end of a conversation, as the kernel knows it, not as it says itself. Read once,
/// when the two programs met: a process that replaces its executable later keeps what it was.
struct Caller
{
    pid_t pid = -1; ///< For people to read; by the time you look at it, it may be another program's.
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    QString program;    ///< Base name of its executable, or empty.
    QString executable; ///< Its whole path as this program may see it, or empty.

    /// The confinement it runs under: a security module's label, "flatpak:" and an application's id, or empty
    /// if there is none to be seen.
    QString sandbox;

    friend bool operator==(const Caller &, const Caller &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::Caller)
