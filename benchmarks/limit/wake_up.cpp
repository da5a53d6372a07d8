// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limit/wake_up.h"

#include "benchmarks/harness/require.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tellwire::comparison {

WakeUp::WakeUp() : m_event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), m_epoll(epoll_create1(EPOLL_CLOEXEC))
{
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    require(m_event >= 0 && m_epoll >= 0 && epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_event, &wanted) == 0,
            "there is no further eventfd");
}

WakeUp::~WakeUp()
{
    close(m_epoll);
    close(m_event);
}

void WakeUp::send() const { eventfd_write(m_event, 1); }

bool WakeUp::receive(int milliseconds) const
{
    epoll_event event{};
    if (epoll_wait(m_epoll, &event, 1, milliseconds) <= 0)
        return false;
    eventfd_t sent = 0;
    eventfd_read(m_event, &sent);
    return true;
}

} // namespace tellwire::comparison
