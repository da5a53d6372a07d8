// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/channel.h"

#include <functional>
#include <memory>

namespace tellwire::transport {

class Seat;

/// Learns of the end of another program, at the cost of one descriptor here and of none there. For those who
/// need no channel to it.
///
/// Its end is proved, as everywhere, by its listening socket, and recorded in the log, so that everybody
/// learns. A socket that ends without that is made again, less and less often, at last once in a second.
///
/// Thread: that of its seat, which it must not outlive.
class PeerWatch
{
public:
    /// `onEnd` is called once, from the session's event processing, never from here, also if the program has
    /// ended long ago. It may destroy the watch.
    PeerWatch(Seat &seat, PeerId peer, std::function<void()> onEnd);
    ~PeerWatch();
    PeerWatch(const PeerWatch &) = delete;
    PeerWatch &operator=(const PeerWatch &) = delete;

    void abandon(); ///< In a forked child.

private:
    class Private;
    Seat &m_seat;
    std::shared_ptr<Private> m_data;
};

} // namespace tellwire::transport
