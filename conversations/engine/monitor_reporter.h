// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/monitor_event.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

/// Tells monitors what happens in this program. While there are none it costs those who report one test:
///
///     if (reporter.wants(MonitorKind::Errors))
///         reporter.report(…);
class MonitorReporter
{
public:
    /// Bytes of events that may wait for one monitor; what happens beyond that is only counted.
    static constexpr std::uint64_t mostWaitingBytes = std::uint64_t{4} << 20;

    bool wants(MonitorKinds any) const noexcept { return (m_kinds & any) != 0; }

    /// Registers who is told that somebody watches after nobody did, and that nobody does any more.
    void onTurn(std::function<void(bool isWatched)> turn) { m_onTurn = std::move(turn); }

    /// To all who want it. Adds the time. Never blocks, and runs nothing of the program's.
    void report(MonitorEvent event);

    using Channel = std::shared_ptr<transport::Channel>;
    void observe(const Channel &monitor, MonitorKinds kinds); ///< Instead of what it has observed before.
    void forget(const Channel &monitor);

private:
    struct Observer
    {
        Channel channel;
        MonitorKinds kinds;
        std::uint32_t lost = 0;
    };

    void count();

    MonitorKinds m_kinds; ///< That at least one wants.
    std::function<void(bool)> m_onTurn;
    std::vector<Observer> m_observers;
};

} // namespace tellwire::engine
