// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/monitor_handler.h"

#include "conversations/engine/violation.h"
#include "dde/transport/channel.h"

#include <utility>

namespace tellwire::engine {

void MonitorHandler::onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message)
{
    if (from->isClient()) {
        const Result<protocol::MonitorMessage> decoded = protocol::decodeForMonitor(std::move(message));
        if (isUsable(decoded, *from))
            m_subscriptions.onMessage(from, *decoded);
    } else {
        const Result<protocol::Observe> decoded = protocol::decodeFromMonitor(std::move(message));
        if (isUsable(decoded, *from))
            m_reporter.observe(from, decoded->kinds);
    }
}

void MonitorHandler::onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason)
{
    if (channel->isClient())
        m_subscriptions.onClosed(channel, reason);
    else
        m_reporter.forget(channel);
}

} // namespace tellwire::engine
