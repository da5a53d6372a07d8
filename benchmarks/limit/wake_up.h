// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::comparison {

/// An eventfd that somebody waits for with epoll, as an event loop does. Made before the processes that use
/// it.
class WakeUp
{
public:
    WakeUp();
    ~WakeUp();
    WakeUp(const WakeUp &) = delete;
    WakeUp &operator=(const WakeUp &) = delete;

    void send() const;
    bool receive(int milliseconds) const; ///< False if none came in time. -1: for ever.

private:
    int m_event;
    int m_epoll;
};

} // namespace tellwire::comparison
