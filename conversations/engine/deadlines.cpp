// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/deadlines.h"

#include <utility>

namespace tellwire::engine {

Deadlines::Deadlines(transport::Reactor &reactor, std::function<void(std::uint32_t)> missed)
    : m_reactor(reactor),
      m_missed(std::move(missed))
{}

Deadlines::~Deadlines()
{
    if (m_timer != 0)
        m_reactor.cancel(m_timer);
}

Deadlines::Entry Deadlines::add(std::chrono::milliseconds fromNow, std::uint32_t id)
{
    const Clock::time_point due = Clock::now() + fromNow;
    if (m_spare.empty()) {
        const Entry added = m_entries.emplace(due, id);
        arm();
        return added;
    }
    m_spare.key() = due;
    m_spare.mapped() = id;
    const Entry added = m_entries.insert(std::move(m_spare));
    arm();
    return added;
}

// A timer that is early, because its deadline was removed, does no harm: it finds nothing due and is set
// again.
void Deadlines::arm()
{
    if (m_entries.empty())
        return;
    const Clock::time_point earliest = m_entries.begin()->first;
    if (m_timer != 0) {
        if (m_armedFor <= earliest)
            return;
        m_reactor.cancel(m_timer);
    }
    m_armedFor = earliest;
    m_timer = m_reactor.after(earliest - Clock::now(), [this] { expire(); });
}

void Deadlines::expire()
{
    m_timer = 0;
    const Clock::time_point now = Clock::now();
    while (!m_entries.empty() && m_entries.begin()->first <= now) {
        const std::uint32_t id = m_entries.begin()->second;
        m_entries.erase(m_entries.begin());
        m_missed(id);
    }
    arm();
}

} // namespace tellwire::engine
