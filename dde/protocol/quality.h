// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace tellwire {

/// How far a value can be trusted, as its publisher says. The numbers travel between processes: never change
/// or reuse one.
enum class Quality : quint16 {
    Good = 0,
    Uncertain = 1, ///< Probably right: the source is disturbed, or the value was derived from doubtful ones.
    Bad = 2,       ///< Not to be used; it is sent so that the receiver knows.
    Stale = 3,     ///< It was good, but its source has not confirmed it for longer than it should.
};

} // namespace tellwire
