// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/tools/tool_process.h"

#include <QStringList>
#include <QTemporaryDir>

#include <sys/types.h>

namespace tellwire::test {

QStringList words(const char *line); ///< Parted at blanks.

/// What `paste` wrote; fails the test if it failed.
QByteArray pasted(const char *type = "text");

/// What was put there, without what can be made of it, with blanks between.
QByteArray typesOn(const char *board);

/// The process that put what lies there; -1 if nobody did.
pid_t ownerOf(const char *board);

/// True if there is no such process any more, or if nobody has buried it yet.
bool isGone(pid_t process);

/// True once the process has ended; it need not be ours. False if it does not in time.
[[nodiscard]] bool ends(int processDescriptor);

QString fileWith(const QTemporaryDir &directory, const char *name, const QByteArray &content);
QByteArray contentOf(const QString &file);

} // namespace tellwire::test
