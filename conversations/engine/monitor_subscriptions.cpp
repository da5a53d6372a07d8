// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/monitor_subscriptions.h"

#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

using namespace std::chrono_literals;

namespace {

MonitoredProgram programOn(const transport::Channel &channel)
{
    return {channel.peer(), channel.identity().pid, channel.identity().program};
}

} // namespace

MonitorSubscriptions::MonitorSubscriptions(transport::Seat &seat) : m_seat(seat) {}

void MonitorSubscriptions::add(Listener &listener, MonitorKinds kinds)
{
    m_listeners.push_back({&listener, kinds});
    if (!m_guard) {
        m_guard = std::make_shared<int>();
        m_seat.onLogChange(m_guard, [this] { look(); });
    }
    askAll();
    look();
}

void MonitorSubscriptions::remove(Listener &listener)
{
    if (std::erase_if(m_listeners, [&](const Entry &entry) { return entry.listener == &listener; }) == 0)
        return;
    askAll();
    if (m_listeners.empty())
        m_channels.clear();
}

MonitorKinds MonitorSubscriptions::wanted() const
{
    MonitorKinds kinds;
    for (const Entry &entry : m_listeners)
        kinds |= entry.kinds;
    return kinds;
}

void MonitorSubscriptions::look()
{
    if (m_listeners.empty())
        return;
    (void)m_seat.log().replay(); // If it fails, what was read before still holds.
    for (const quint64 peer : m_seat.log().state().peers())
        if (!m_channels.contains(peer))
            ask(*m_channels.emplace(peer, m_seat.channelTo(peer)).first->second);
}

void MonitorSubscriptions::ask(transport::Channel &channel) const
{
    (void)channel.send(protocol::encode(protocol::Observe{wanted()})); // If it fails, its end is told.
}

void MonitorSubscriptions::askAll() const
{
    for (const auto &[peer, channel] : m_channels)
        ask(*channel);
}

/// To all that there are now and still are when their turn comes.
template <typename Tell>
void MonitorSubscriptions::tellAll(Tell tell)
{
    std::vector<Listener *> present;
    for (const Entry &entry : m_listeners)
        present.push_back(entry.listener);
    for (Listener *listener : present)
        if (const auto entry = std::ranges::find(m_listeners, listener, &Entry::listener);
            entry != m_listeners.end())
            tell(*entry);
}

void MonitorSubscriptions::onMessage(const Channel &from, const protocol::MonitorMessage &message)
{
    if (const auto known = m_channels.find(from->peer()); known != m_channels.end() && known->second == from)
        std::visit([&](const auto &alternative) { handle(from, alternative); }, message);
}

// It may be the answer to what was asked for before somebody wanted more.
void MonitorSubscriptions::handle(const Channel &from, const protocol::Observed &message)
{
    tellAll([&message, program = programOn(*from)](Entry &entry) {
        if (message.kinds.testFlags(entry.kinds) && entry.joined.insert(program.peer).second)
            entry.listener->onJoined(program);
    });
}

// One that was sent before somebody wanted less may still arrive.
void MonitorSubscriptions::handle(const Channel &from, const protocol::Event &message)
{
    MonitorEvent event = message.event;
    event.program = programOn(*from);
    if (message.lost > 0)
        tellAll([&](const Entry &entry) { entry.listener->onLost(event.program, message.lost); });
    tellAll([&](const Entry &entry) {
        if (entry.kinds.testFlag(event.kind()))
            entry.listener->onEvent(event);
    });
}

void MonitorSubscriptions::onClosed(const Channel &channel, const Error &reason)
{
    const auto known = m_channels.find(channel->peer());
    if (known == m_channels.end() || known->second != channel)
        return;
    m_channels.erase(known);
    // It may only have been stopped, or full: whoever is still in the log is asked again.
    if (m_retry == 0)
        m_retry = m_seat.reactor().after(1s, [this] {
            m_retry = 0;
            look();
        });
    tellAll([program = programOn(*channel), reason](Entry &entry) {
        if (entry.joined.erase(program.peer) > 0)
            entry.listener->onLeft(program, reason);
    });
}

} // namespace tellwire::engine
