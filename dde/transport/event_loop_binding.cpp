// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/event_loop_binding.h"

#include "dde/transport/seat.h"

#include <QAbstractEventDispatcher>

namespace tellwire::transport {

std::unique_ptr<EventLoopBinding> EventLoopBinding::make(Seat &seat)
{
    if (!QAbstractEventDispatcher::instance())
        return nullptr;
    return std::unique_ptr<EventLoopBinding>{new EventLoopBinding(seat)};
}

EventLoopBinding::EventLoopBinding(Seat &seat) : m_notifier(seat.reactor().fd(), QSocketNotifier::Read)
{
    // An event loop inside a handler sleeps while the seat counts as awake, unless it is told.
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock,
                     &m_notifier, [&seat] { seat.prepareToSleep(); });
    QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [&seat] { seat.process(); });
}

} // namespace tellwire::transport
