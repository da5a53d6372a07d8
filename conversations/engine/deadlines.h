// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reactor.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

namespace tellwire::engine {

/// Many deadlines, mostly met, on one timer of the reactor: adding one costs a tree insertion, removing one
/// next to nothing, and neither a system call as a rule.
class Deadlines
{
public:
    using Clock = transport::Reactor::Clock;
    using Entry = std::multimap<Clock::time_point, std::uint32_t>::iterator;

    /// `missed` is told the id of each deadline that passed, from the reactor's dispatch; the entry is gone
    /// by then.
    Deadlines(transport::Reactor &reactor, std::function<void(std::uint32_t id)> missed);
    ~Deadlines();
    Deadlines(const Deadlines &) = delete;
    Deadlines &operator=(const Deadlines &) = delete;

    Entry add(std::chrono::milliseconds fromNow, std::uint32_t id);

    /// Precondition: the deadline has not passed to `missed`.
    void remove(Entry entry) { m_spare = m_entries.extract(entry); }

private:
    void arm();
    void expire();

    transport::Reactor &m_reactor;
    std::function<void(std::uint32_t)> m_missed;
    std::multimap<Clock::time_point, std::uint32_t> m_entries;
    decltype(m_entries)::node_type m_spare; ///< The memory of the one removed last, for the next one.
    transport::Reactor::TimerId m_timer = 0;
    Clock::time_point m_armedFor;
};

} // namespace tellwire::engine
