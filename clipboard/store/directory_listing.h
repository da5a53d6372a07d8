// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>

struct stat;

namespace tellwire::store {

/// What lies in a directory: at most a thousand names, the rest is for the next one who comes. None that
/// begin with a dot.
QByteArrayList namesIn(int directory);

/// How a session is told from others, wherever its directory is seen: by its device and inode.
QByteArray nameOfSession(const struct stat &directory);

} // namespace tellwire::store
