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
    const auto topic = std::make_shared<ServedTopic>(m_server, weak_from_this(), name);
    addLibraryItems(*topic);
    m_topics.insert(name, topic);
    topicsChanged();
    return topic;
}

void ServedService::removeTopic(const TopicName &name)
{
    m_topics.remove(name);
    topicsChanged();
    systemItemChanged(systemItems().formats);
}

void ServedService::topicsChanged() const
{
    systemItemChanged(systemItems().topics);
    if (m_observer != nullptr)
        m_observer->onTopicsChanged();
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

std::shared_ptr<ServedTopic> ServedService::system() const { return find(systemTopicName()); }

void ServedService::systemItemChanged(const ItemName &item) const
{
    if (const std::shared_ptr<ServedTopic> topic = system())
        topic->libraryItemChanged(item);
}

void ServedService::setHelp(const QString &text)
{
    m_help = text;
    systemItemChanged(systemItems().help);
}

void ServedService::setBusy(bool isBusy)
{
    if (std::exchange(m_isBusy, isBusy) != isBusy)
        systemItemChanged(systemItems().status);
}

void ServedService::setProtocols(const QStringList &protocols)
{
    m_protocols = protocols;
    setProtocolsItem(*system(), protocols);
}

void ServedService::setRestartCommand(const QString &commandLine)
{
    m_restartCommand = commandLine;
    setRestartItem(*system(), commandLine);
}

} // namespace tellwire::engine
