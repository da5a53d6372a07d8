// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/served_client.h"

#include "conversations/engine/caller_on.h"
#include "conversations/engine/link_feed.h"
#include "conversations/engine/log_category.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "conversations/engine/violation.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <utility>

// A client program's conversations.

namespace tellwire::engine {

namespace {

void runAll(const std::vector<GiveUp> &gaveUp)
{
    for (const GiveUp &giveUp : gaveUp)
        giveUp();
}

} // namespace

ServedClient::ServedClient(Server &server, std::shared_ptr<transport::Channel> channel, std::uint32_t number)
    : m_server(server),
      m_traffic(server.traffic()),
      m_channel(std::move(channel)),
      m_caller(callerOn(*m_channel)),
      m_number(number)
{}

void ServedClient::sendOrEnd(const transport::Message &message)
{
    const Result<void> sent = m_channel->send(message);
    if (sent || sent.error().code == ErrorCode::PeerGone)
        return;
    qCWarning(conversationsLog).noquote() << "ending the channel to" << m_caller.program << m_caller.pid
                                          << "- it does not read:" << sent.error().detail;
    if (m_traffic.isObserved())
        m_traffic.cut(*this, sent.error());
    m_channel->close(sent.error());
}

void ServedClient::handle(const protocol::Initiate &message)
{
    if (m_conversations.contains(message.conversation))
        return endForViolation(*m_channel,
                               QStringLiteral("a conversation was started under a number in use"));
    if (m_conversations.size() >= maxConversations)
        return tell(protocol::Refused{message.conversation,
                                      {ErrorCode::Busy, QStringLiteral("too many conversations")}});
    const Result<Server::Match> match = m_server.match(message);
    if (!match)
        return tell(protocol::Refused{message.conversation, match.error()});
    const std::shared_ptr<ServedService> service = match->topic->service();
    m_conversations.emplace(message.conversation, Conversation{match->topic});
    tell(protocol::Opened{message.conversation, match->instance, service->name(), match->topic->name()});
    m_server.conversationsChanged();
    if (ServedService::Observer *observer = service->observer();
        observer && match->topic->name() != systemTopicName())
        observer->onConnected(match->topic->name(), m_caller);
}

void ServedClient::handle(const protocol::Find &message) { tell(m_server.find(message)); }

std::shared_ptr<ServedTopic> ServedClient::topicOf(protocol::ConversationId id)
{
    const auto found = m_conversations.find(id);
    if (found != m_conversations.end())
        return found->second.topic;
    endForViolation(*m_channel, QStringLiteral("a transaction of a conversation that never was"));
    return nullptr;
}

void ServedClient::handle(const protocol::Terminate &message)
{
    const auto found = m_conversations.find(message.conversation);
    if (found == m_conversations.end())
        return;
    const auto self = shared_from_this();
    const std::vector<GiveUp> gaveUp = clear(found->second);
    const std::shared_ptr<ServedTopic> topic = found->second.topic;
    m_conversations.erase(found);
    if (!topic)
        return;
    tell(protocol::Terminate{message.conversation, std::nullopt});
    m_server.conversationsChanged();
    runAll(gaveUp);
    tellDisconnected(*topic);
}

/// Takes its links and transactions away. Returns what the program is to be told.
std::vector<GiveUp> ServedClient::clear(Conversation &conversation)
{
    while (!conversation.links.empty())
        removeLink(m_links.at(conversation.links.back()));
    std::vector<GiveUp> gaveUp;
    while (!conversation.transactions.empty())
        for (GiveUp &giveUp : drop(*conversation.transactions.begin()))
            gaveUp.push_back(std::move(giveUp));
    return gaveUp;
}

std::vector<GiveUp> ServedClient::endConversations(const std::unordered_set<const ServedTopic *> &topics,
                                                   const Error &reason)
{
    std::vector<GiveUp> gaveUp;
    for (auto &[id, conversation] : m_conversations) {
        if (!topics.contains(conversation.topic.get()))
            continue;
        for (const protocol::LinkId link : conversation.links)
            if (const ServerLink &ended = m_links.at(link); ended.feed != nullptr)
                ended.feed->sendLast(ended);
        for (GiveUp &giveUp : clear(conversation))
            gaveUp.push_back(std::move(giveUp));
        conversation.topic.reset();
        tell(protocol::Terminate{id, reason});
        m_server.conversationsChanged();
    }
    return gaveUp;
}

void ServedClient::end()
{
    const auto self = shared_from_this();
    std::vector<GiveUp> gaveUp;
    std::vector<std::shared_ptr<ServedTopic>> left;
    for (auto &[id, conversation] : m_conversations) {
        for (GiveUp &giveUp : clear(conversation))
            gaveUp.push_back(std::move(giveUp));
        if (conversation.topic)
            left.push_back(std::move(conversation.topic));
    }
    m_conversations.clear();
    m_server.conversationsChanged();
    runAll(gaveUp);
    for (const std::shared_ptr<ServedTopic> &topic : left)
        tellDisconnected(*topic);
}

void ServedClient::tellDisconnected(const ServedTopic &topic) const
{
    const std::shared_ptr<ServedService> service = topic.service();
    if (service && service->observer() && topic.name() != systemTopicName())
        service->observer()->onDisconnected(topic.name(), m_caller);
}

std::vector<ServedClient::Listed> ServedClient::conversations() const
{
    std::vector<std::pair<protocol::ConversationId, Listed>> numbered;
    for (const auto &[id, conversation] : m_conversations)
        if (conversation.topic)
            numbered.emplace_back(id, Listed{conversation.topic, conversation.links.size()});
    std::ranges::sort(numbered, {}, &std::pair<protocol::ConversationId, Listed>::first);
    std::vector<Listed> listed;
    for (auto &[id, conversation] : numbered)
        listed.push_back(std::move(conversation));
    return listed;
}

} // namespace tellwire::engine
