// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace tellwire {

/// What a change of the item brings. The numbers travel between processes.
enum class LinkKind : quint8 {
    Hot = 0,  ///< The new value.
    Warm = 1, ///< Only the news; request the value when you want it.
};

/// What happens to values while the receiver is busy. The numbers travel between processes.
enum class LinkPace : quint8 {
    NewestOnly = 0,  ///< Values in between are skipped; the last one always comes.
    EveryUpdate = 1, ///< Nothing is skipped, as long as the limits of the session allow.
    Acknowledged =
        2, ///< At most a window of updates is on its way; DDE's own flow control has a window of one.
};

} // namespace tellwire
