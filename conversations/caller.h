// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMetaType>
#include <QString>

#include <sys/types.h>

namespace tellwire {

/// The program at the other end of a conversation, as the kernel knows it, not as it says itself. Read once,
/// when the two programs met. What is proof and what a hint: docs/rights.md.
struct Caller
{
    pid_t pid = -1; ///< For people to read; by the time you look at it, it may be another program's.
    uid_t uid = static_cast<uid_t>(-1); ///< Proof, as the process was when it connected;
    gid_t gid = static_cast<gid_t>(-1); ///< likewise.
    QString program;    ///< Base name of its executable, or empty. A hint: it may run another one by now.
    QString executable; ///< Its whole path as this program may see it, or empty. Likewise a hint.

    /// The confinement it runs under: a security module's label, which is proof, or "flatpak:" and an
    /// application's id, which is a hint; empty if there is none to be seen.
    QString sandbox;

    friend bool operator==(const Caller &, const Caller &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::Caller)
