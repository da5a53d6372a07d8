// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/monitor_reporter.h"

#include "dde/protocol/monitor_message.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tellwire::engine {

namespace {

bool hasRoom(transport::Channel &channel)
{
    if (channel.waitingBytes() < MonitorReporter::mostWaitingBytes)
        return true;
    channel.flush(); // Who works without pause has not looked yet at what was read meanwhile.
    return channel.waitingBytes() < MonitorReporter::mostWaitingBytes;
}

} // namespace

void MonitorReporter::report(MonitorEvent event)
{
    const MonitorKind kind = event.kind();
    event.time = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    transport::Message message = protocol::encode(protocol::Event{.event = std::move(event)});
    for (Observer &observer : m_observers) {
        if (!observer.kinds.testFlag(kind))
            continue;
        message.sequence = observer.lost;
        if (hasRoom(*observer.channel) && observer.channel->send(message))
            observer.lost = 0;
        else if (observer.lost < std::numeric_limits<std::uint32_t>::max())
            ++observer.lost;
    }
}

void MonitorReporter::observe(const Channel &monitor, MonitorKinds kinds)
{
    const auto known = std::ranges::find(m_observers, monitor, &Observer::channel);
    kinds &= allMonitorKinds;
    if (known != m_observers.end())
        known->kinds = kinds;
    else
        m_observers.push_back({monitor, kinds});
    count();
    (void)monitor->send(protocol::encode(protocol::Observed{kinds})); // Who does not read it hears nothing.
}

void MonitorReporter::forget(const Channel &monitor)
{
    if (std::erase_if(m_observers, [&](const Observer &observer) { return observer.channel == monitor; }) > 0)
        count();
}

void MonitorReporter::count()
{
    const MonitorKinds before = std::exchange(m_kinds, MonitorKinds{});
    for (const Observer &observer : m_observers)
        m_kinds |= observer.kinds;
    if (!before != !m_kinds && m_onTurn)
        m_onTurn(!before);
}

} // namespace tellwire::engine
