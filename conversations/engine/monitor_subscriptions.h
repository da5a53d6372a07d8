// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/monitor_message.h"
#include "dde/transport/reactor.h"

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class Channel;
class Seat;
} // namespace tellwire::transport

namespace tellwire::engine {

/// All that a session does as a monitor: has every program that sits in the session tell what happens in it,
/// those that come later too.
class MonitorSubscriptions
{
public:
    /// Who is told; called from the session's event processing only. Each function may delete anything.
    class Listener
    {
    public:
        virtual void onJoined(const MonitoredProgram &program) = 0; ///< From now on it tells what is wanted.
        virtual void onLeft(const MonitoredProgram &program, const Error &reason) = 0;
        virtual void onEvent(const MonitorEvent &event) = 0; ///< Of the kinds it wants.
        virtual void onLost(const MonitoredProgram &program, std::uint32_t count) = 0;

    protected:
        ~Listener() = default;
    };

    explicit MonitorSubscriptions(transport::Seat &seat);

    void add(Listener &listener, MonitorKinds kinds);
    void remove(Listener &listener);

    using Channel = std::shared_ptr<transport::Channel>;
    void onMessage(const Channel &from, const protocol::MonitorMessage &message);
    void onClosed(const Channel &channel, const Error &reason);

private:
    struct Entry
    {
        Listener *listener;
        MonitorKinds kinds;
        std::unordered_set<std::uint64_t> joined = {}; ///< Peers.
    };

    void look();
    void ask(transport::Channel &channel) const;
    void askAll() const;
    void handle(const Channel &from, const protocol::Observed &message);
    void handle(const Channel &from, const protocol::Event &message);
    template <typename Tell>
    void tellAll(Tell tell);
    MonitorKinds wanted() const;

    transport::Seat &m_seat;
    std::unordered_map<std::uint64_t, Channel> m_channels; ///< By peer.
    std::vector<Entry> m_listeners;
    transport::Reactor::TimerId m_retry = 0;
    std::shared_ptr<int> m_guard; ///< Of the watch on the log, once somebody has listened.
};

} // namespace tellwire::engine
