// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/bell.h"

#include "dde/transport/step.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {

void Bell::ring(std::uint32_t sleepEpoch)
{
    if (sleepEpoch % 2 == 0 || sleepEpoch == m_lastRung)
        return;
    m_lastRung = sleepEpoch;
    step("bell.due");
    // A full counter or socket means that unread wake-ups are waiting there already. That an eventfd takes
    // more without waiting is no property of ours: its owner may have filled it and made it wait.
    if (m_event.isValid()) {
        pollfd room{m_event.get(), POLLOUT, 0};
        if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0)
            eventfd_write(m_event.get(), 1);
    } else {
        [[maybe_unused]] const ssize_t sent = send(m_socket, &wakeByte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    step("bell.rung");
}

} // namespace tellwire::transport
