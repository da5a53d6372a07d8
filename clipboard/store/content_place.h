// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace tellwire::store {

/// A directory that content files may lie in. The numbers are in logs: never change or reuse one.
enum class VolumeKind : quint8 {
    Session = 1, ///< `clip/` of the session directory.
    Memory = 2,  ///< /dev/shm/tellwire-<uid>/
    Cache = 3,   ///< $XDG_CACHE_HOME/tellwire/clip/
};

/// Names a content file. Its name is random, so it is never used again.
struct ContentPlace
{
    VolumeKind volume = VolumeKind::Session;
    quint64 name = 0; ///< The file's name is its 16 hexadecimal digits.
    quint64 size = 0; ///< In bytes; never 0.

    friend bool operator==(const ContentPlace &, const ContentPlace &) = default;
};

} // namespace tellwire::store
