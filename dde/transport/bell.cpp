// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/bell.h"

#include "dde/transport/step.h"

#include <fcntl.h>
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
    // Its owner may have made the eventfd wait, and filled it. A socket is told not to wait by each call.
    if (m_event.isValid() && (fcntl(m_event.get(), F_GETFL) & O_NONBLOCK) == 0)
        m_event.reset();
    // A full counter or socket means that unread wake-ups are waiting there already.
    if (m_event.isValid()) {
        eventfd_write(m_event.get(), 1);
    } else {
        [[maybe_unused]] const ssize_t sent = send(m_socket, &wakeByte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    step("bell.rung");
}

} // namespace tellwire::transport
