// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/served_service.h"

#include "conversations/engine/served_topic.h"
#include "conversations/engine/system_topic.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

ServedService::ServedService(Server &server, ServiceName name, Observer *observer)
    : m_server(server),
      m_name(std::move(name)),
      m_observer(observer)
{}

std::shared_ptr<ServedTopic> ServedService::addTopic(const TopicName &name)
{
    return *m_topics.insert(name, std::make_shared<ServedTopic>(m_server, weak_from_this(), name));
}

QList<TopicName> ServedService::topicNames() const
{
    QList<TopicName> names = m_topics.keys();
    std::ranges::sort(names, [](const TopicName &a, const TopicName &b) {
        const bool aIsSystem = a == systemTopicName();
        const bool bIsSystem = b == systemTopicName();
        return aIsSystem != bIsSystem ? aIsSystem : (a <=> b) < 0;
    });
    return names;
}

} // namespace tellwire::engine
