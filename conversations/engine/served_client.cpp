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
#include "dde/transport/peer_identity.h"
#include "dde/transport/seat.h"

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

ServiceName serviceNameOf(const ServedTopic &topic)
{
    const std::shared_ptr<ServedService> service = topic.service();
    return service ? service->name() : ServiceName{};
}

} // namespace

ServedClient::ServedClient(Server &server, std::shared_ptr<transport::Channel> channel, std::uint32_t number)
    : m_server(server),
      m_traffic(server.traffic()),
      m_channel(std::move(channel)),
      m_caller(callerOn(*m_channel)),
      m_rights(server.seat().policy(), m_caller,
               m_caller.sandbox.isEmpty() ? QString{} : transport::ownSandbox()),
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
    const bool isOffered = wasOffered(message);
    const Result<Match> match = m_server.match(message, isOffered);
    if (!match)
        return refuse(message, match.error());
    if (const auto forbidden = forbids(transport::Right::Connect, {match->service, message.topic, {}}))
        return refuse(message, *forbidden);
    if (match->direct)
        return openDirectly(message, *match, isOffered);
    open(message, *match);
}

void ServedClient::refuse(const protocol::Initiate &message, const Error &reason)
{
    tell(protocol::Refused{message.conversation, reason});
}

void ServedClient::open(const protocol::Initiate &message, const Match &match)
{
    const std::shared_ptr<ServedService> service = match.topic->service();
    m_conversations.emplace(message.conversation,
                            Conversation{.topic = match.topic, .service = match.service});
    tell(protocol::Opened{message.conversation, match.instance, service->name(), match.topic->name()});
    m_server.conversationsChanged();
    if (ServedService::Observer *observer = service->observer();
        observer && match.topic->name() != systemTopicName())
        observer->onConnected(match.topic->name(), m_caller);
}

void ServedClient::handle(const protocol::Find &message)
{
    const auto self = shared_from_this();
    Server::Finding finding = m_server.find(self, message);
    if (!finding.offered.isEmpty()) {
        m_finds.push_back({message.transaction, std::move(finding.offered)});
        if (m_finds.size() > rememberedFinds)
            m_finds.pop_front();
    }
    tell(std::move(finding.found));
}

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
    const Conversation ended = std::move(found->second);
    m_conversations.erase(found);
    if (!ended.isOpen())
        return;
    tell(protocol::Terminate{message.conversation, std::nullopt});
    m_server.conversationsChanged();
    runAll(gaveUp);
    tellDisconnected(ended);
}

/// Takes its links and transactions away. Returns what the program is to be told.
std::vector<GiveUp> ServedClient::clear(Conversation &conversation)
{
    while (!conversation.links.empty())
        removeLink(*m_links.find(conversation.links.back()));
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
            if (const ServerLink &ended = *m_links.find(link); ended.feed != nullptr)
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
    for (auto &[id, conversation] : m_conversations)
        for (GiveUp &giveUp : clear(conversation))
            gaveUp.push_back(std::move(giveUp));
    const auto left = std::exchange(m_conversations, {});
    m_server.conversationsChanged();
    runAll(gaveUp);
    for (const auto &[id, conversation] : left)
        tellDisconnected(conversation);
}

void ServedClient::tellDisconnected(const Conversation &ended) const
{
    if (ended.direct)
        return ended.direct->onEnded();
    if (!ended.topic || ended.topic->name() == systemTopicName())
        return;
    const std::shared_ptr<ServedService> service = ended.topic->service();
    if (service && service->observer())
        service->observer()->onDisconnected(ended.topic->name(), m_caller);
}

std::vector<ServedClient::Listed> ServedClient::conversations() const
{
    std::vector<std::pair<protocol::ConversationId, Listed>> numbered;
    for (const auto &[id, conversation] : m_conversations) {
        const std::size_t links = conversation.links.size();
        if (conversation.direct)
            numbered.emplace_back(
                id, Listed{conversation.direct->serviceName(), conversation.direct->topicName(), links});
        else if (conversation.topic)
            numbered.emplace_back(
                id, Listed{serviceNameOf(*conversation.topic), conversation.topic->name(), links});
    }
    std::ranges::sort(numbered, {}, &std::pair<protocol::ConversationId, Listed>::first);
    std::vector<Listed> listed;
    for (auto &[id, conversation] : numbered)
        listed.push_back(std::move(conversation));
    return listed;
}

} // namespace tellwire::engine
