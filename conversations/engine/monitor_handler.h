// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/monitor_reporter.h"
#include "conversations/engine/monitor_subscriptions.h"
#include "dde/transport/message_handler.h"

namespace tellwire::engine {

/// What a session does with the messages of monitors: it is observed by others, and may observe them. There
/// is one for each seat: `seat.handler<MonitorHandler>()`.
class MonitorHandler final : public transport::MessageHandler
{
public:
    static constexpr std::uint8_t firstType = protocol::firstMonitorMessageType;
    static constexpr std::uint8_t lastType = protocol::lastMonitorMessageType;

    explicit MonitorHandler(transport::Seat &seat) : m_subscriptions(seat) {}

    MonitorReporter &reporter() noexcept { return m_reporter; }
    MonitorSubscriptions &subscriptions() noexcept { return m_subscriptions; }

    void onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message) override;
    void onUnreadable(const std::shared_ptr<transport::Channel> &, std::uint8_t, std::uint32_t) override {}
    void onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason) override;

private:
    MonitorReporter m_reporter;
    MonitorSubscriptions m_subscriptions;
};

} // namespace tellwire::engine
