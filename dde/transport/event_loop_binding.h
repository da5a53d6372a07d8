// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSocketNotifier>

#include <memory>

namespace tellwire::transport {

class Seat;

/// Lets the Qt event loop of the seat's thread do the seat's work: one notifier on its one descriptor.
class EventLoopBinding
{
public:
    /// Null if this thread has no event loop (yet).
    static std::unique_ptr<EventLoopBinding> make(Seat &seat);

private:
    explicit EventLoopBinding(Seat &seat);

    QSocketNotifier m_notifier;
};

} // namespace tellwire::transport
