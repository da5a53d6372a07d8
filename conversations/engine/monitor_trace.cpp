// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/monitor_trace.h"

#include "conversations/engine/item.h"
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"

namespace tellwire::engine {

MonitorTrace ServedClient::trace() const
{
    MonitorTrace trace;
    for (const auto &[id, conversation] : m_conversations) {
        if (!conversation.isOpen())
            continue;
        const std::shared_ptr<ServedService> service =
            conversation.topic ? conversation.topic->service() : nullptr;
        MonitorTrace::Conversation &known = trace.conversations[id];
        known.links = {conversation.links.begin(), conversation.links.end()};
        if (conversation.direct) {
            known.service = conversation.direct->serviceName();
            known.topic = conversation.direct->topicName();
        } else {
            known.service = service ? service->name() : ServiceName{};
            known.topic = conversation.topic->name();
        }
    }
    for (const auto &[number, conversation] : m_conversations)
        for (const protocol::LinkId id : conversation.links) {
            const ServerLink &link = *m_links.find(id);
            MonitorTrace::Link &known = trace.links[id];
            known.conversation = link.conversation;
            known.isStarted = !m_awaiting.contains(id);
            if (link.feed != nullptr) {
                known.item = link.feed->item().name();
                known.format = link.feed->format().name();
                known.kind = link.feed->kind();
            } else if (const auto awaited = m_awaiting.find(id); awaited != m_awaiting.end()) {
                known.item = awaited->second.item;
                known.kind = awaited->second.kind;
                known.pace = awaited->second.pace;
            }
        }
    return trace;
}

} // namespace tellwire::engine
