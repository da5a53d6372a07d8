// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMetaType>
#include <QString>

#include <sys/types.h>

namespace tellwire {

/// The program at the other end of a conversation, as the kernel knows it, not as it says itself.
struct Caller
{
    pid_t pid = -1; ///< For people to read; by the time you look at it, it may be another program's.
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    QString program; ///< Base name of its executable, or empty.
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::Caller)
