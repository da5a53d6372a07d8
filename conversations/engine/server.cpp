// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/server.h"

#include "conversations/engine/item.h"
#include "conversations/engine/link_feed.h"
#include "conversations/engine/log_category.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/system_topic.h"
#include "conversations/engine/violation.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

namespace {

Caller callerOn(const transport::Channel &channel)
{
    const transport::PeerIdentity &peer = channel.identity();
    return {peer.pid, peer.uid, peer.gid, peer.program};
}

} // namespace

std::uint32_t Server::add(const std::shared_ptr<ServedService> &service)
{
    m_services.emplace_back(++m_lastInstance, service);
    return m_lastInstance;
}

void Server::remove(std::uint32_t instance, const Error &reason)
{
    const auto found = std::ranges::find(m_services, instance, [](const auto &entry) { return entry.first; });
    const std::shared_ptr<ServedService> service = found->second;
    m_services.erase(found);
    for (const TopicName &name : service->topicNames())
        endConversations(*service->find(name), reason);
}

void Server::endConversations(const ServedTopic &topic, const Error &reason)
{
    for (auto &[channel, client] : m_clients)
        for (auto &[id, conversation] : client.conversations) {
            if (conversation.topic.get() != &topic)
                continue;
            for (const protocol::LinkId link : conversation.links) {
                const std::shared_ptr<ServerLink> ended = client.links.extract(link).mapped();
                sendLast(*ended);
                detach(ended);
            }
            conversation.links.clear();
            conversation.topic.reset();
            tell(channel, protocol::Terminate{id, reason});
        }
}

void Server::endLinks(const LinkFeed &feed, const Error &reason)
{
    for (const std::shared_ptr<ServerLink> &link : LinkFeed::Links{feed.links()}) {
        sendLast(*link);
        endLink(link);
        tell(link->channel, protocol::LinkEnded{link->id, reason});
    }
}

void Server::onMessage(const Channel &from, const protocol::ClientMessage &message)
{
    std::visit([&](const auto &alternative) { handle(from, alternative); }, message);
}

void Server::onClosed(const Channel &channel)
{
    const auto node = m_clients.extract(channel);
    if (node.empty())
        return;
    for (const auto &[id, link] : node.mapped().links)
        detach(link);
    for (const auto &[id, conversation] : node.mapped().conversations)
        if (conversation.topic)
            tellDisconnected(*conversation.topic, channel);
}

void Server::handle(const Channel &from, const protocol::Initiate &message)
{
    const Client &client = m_clients[from];
    if (client.conversations.contains(message.conversation))
        return endForViolation(*from, QStringLiteral("a conversation was started under a number in use"));
    if (client.conversations.size() >= maxConversations)
        return tell(from, protocol::Refused{message.conversation,
                                            {ErrorCode::Busy, QStringLiteral("too many conversations")}});
    const auto [instance, service] = serviceFor(message);
    const Result<std::shared_ptr<ServedTopic>> topic = topicFor(message, service);
    if (!topic)
        return tell(from, protocol::Refused{message.conversation, topic.error()});
    open(from, message, instance, *topic);
}

std::pair<std::uint32_t, std::shared_ptr<ServedService>>
Server::serviceFor(const protocol::Initiate &message) const
{
    for (const auto &[instance, service] : m_services) {
        const bool isMeant = message.instance == protocol::anyInstance || message.instance == instance;
        if (isMeant && (message.service.isEmpty() || message.service == service->name()))
            return {instance, service};
    }
    return {};
}

Result<std::shared_ptr<ServedTopic>> Server::topicFor(const protocol::Initiate &message,
                                                      const std::shared_ptr<ServedService> &service) const
{
    if (!service)
        return Error{ErrorCode::NoSuchService,
                     QStringLiteral("the service %1 is no longer published").arg(message.service.text())};
    if (const std::shared_ptr<ServedTopic> topic = service->find(message.topic))
        return topic;
    QStringList names;
    for (const TopicName &name : service->topicNames())
        names.append(name.text());
    return Error{ErrorCode::NoSuchTopic,
                 QStringLiteral("the service %1 has no topic %2; it has %3")
                     .arg(service->name().text(), message.topic.text(), names.join(QStringLiteral(", ")))};
}

void Server::open(const Channel &from, const protocol::Initiate &message, std::uint32_t instance,
                  const std::shared_ptr<ServedTopic> &topic)
{
    const std::shared_ptr<ServedService> service = topic->service();
    m_clients[from].conversations.emplace(message.conversation, Conversation{topic, {}});
    tell(from, protocol::Opened{message.conversation, instance, service->name(), topic->name()});
    if (ServedService::Observer *observer = service->observer();
        observer && topic->name() != systemTopicName())
        observer->onConnected(topic->name(), callerOn(*from));
}

void Server::handle(const Channel &from, const protocol::Terminate &message)
{
    if (find(from, message.conversation) == nullptr)
        return;
    Client &client = m_clients[from];
    const Conversation ended = std::move(client.conversations.extract(message.conversation).mapped());
    for (const protocol::LinkId link : ended.links)
        detach(client.links.extract(link).mapped());
    if (!ended.topic)
        return;
    tell(from, protocol::Terminate{message.conversation, std::nullopt});
    tellDisconnected(*ended.topic, from);
}

void Server::handle(const Channel &from, const protocol::Request &message)
{
    const std::shared_ptr<ServedTopic> topic = topicOf(from, message.conversation);
    if (!topic)
        return;
    const std::optional<WantedFormats> wanted = wantedOf(m_seat, message.formats);
    if (!wanted)
        return endForViolation(*from, QStringLiteral("a request for a format that nobody registered"));
    const Result<Update> update = topic->answer(message.item, *wanted);
    const Result<FormatNumber> format = update.and_then(
        [this](const Update &found) { return m_seat.formatNames().number(found.value.format()); });
    if (!format)
        return tell(from, protocol::Declined{message.transaction, format.error()});
    const Result<void> sent = from->send(protocol::encode(
        protocol::Answer{message.transaction, update->quality, update->sequence,
                         toMicroseconds(update->sourceTime), *format, update->value.bytes()}));
    if (!sent)
        tell(from, protocol::Declined{message.transaction, sent.error()});
}

void Server::handle(const Channel &from, const protocol::Poke &message)
{
    const std::shared_ptr<ServedTopic> topic = topicOf(from, message.conversation);
    if (!topic)
        return;
    const std::optional<Format> format = formatOf(m_seat, message.format);
    if (!format)
        return endForViolation(*from, QStringLiteral("a poke in a format that nobody registered"));
    order(from, message.transaction, [&] {
        return topic->poke(message.item, Payload{*format, message.value}, callerOn(*from));
    });
}

void Server::handle(const Channel &from, const protocol::Execute &message)
{
    const std::shared_ptr<ServedTopic> topic = topicOf(from, message.conversation);
    if (!topic)
        return;
    order(from, message.transaction, [&]() -> Result<void> {
        return FormatOf<QString>::decode(message.command).and_then([&](const QString &command) {
            return topic->execute(command, callerOn(*from));
        });
    });
}

template <typename Ask>
void Server::order(const Channel &from, protocol::TransactionId transaction, Ask ask)
{
    Result<void> done =
        Error{ErrorCode::Busy, QStringLiteral("the service is still busy with earlier commands")};
    if (m_handlerDepth < maxHandlerDepth) {
        ++m_handlerDepth;
        done = ask();
        --m_handlerDepth;
    }
    if (done)
        tell(from, protocol::Accepted{transaction, 0});
    else
        tell(from, protocol::Declined{transaction, done.error()});
}

void Server::handle(const Channel &from, const protocol::Advise &message)
{
    const std::shared_ptr<ServedTopic> topic = topicOf(from, message.conversation);
    if (!topic)
        return;
    if (findLink(from, message.link))
        return endForViolation(*from, QStringLiteral("a link was started under a number in use"));
    const std::optional<WantedFormats> wanted = wantedOf(m_seat, message.formats);
    if (!wanted)
        return endForViolation(*from, QStringLiteral("a link in a format that nobody registered"));
    if (message.kind == LinkKind::Warm)
        return tell(
            from, protocol::LinkEnded{message.link,
                                      {ErrorCode::Refused, QStringLiteral("there are no warm links here")}});
    const Result<std::shared_ptr<LinkFeed>> feed = topic->feedFor(message.item, *wanted);
    if (!feed)
        return tell(from, protocol::LinkEnded{message.link, feed.error()});
    start(from, message, *feed);
    (*feed)->item().dropIfUnused(**feed);
}

// The conversation may have ended while the value was converted.
void Server::start(const Channel &from, const protocol::Advise &message,
                   const std::shared_ptr<LinkFeed> &feed)
{
    Conversation *conversation = find(from, message.conversation);
    if (conversation == nullptr || !conversation->topic)
        return;
    Client &client = m_clients[from];
    const Result<FormatNumber> format = m_seat.formatNames().number(feed->format());
    if (!format)
        return tell(from, protocol::LinkEnded{message.link, format.error()});
    if (client.links.size() >= maxLinks)
        return tell(from,
                    protocol::LinkEnded{message.link, {ErrorCode::Busy, QStringLiteral("too many links")}});

    const auto link =
        std::make_shared<ServerLink>(ServerLink{from, message.link, message.conversation, feed});
    client.links.emplace(link->id, link);
    conversation->links.insert(link->id);
    tell(from, protocol::Advised{link->id, *format});
    const auto pace =
        message.pace == LinkPace::EveryUpdate ? transport::Feed::EveryUpdate : transport::Feed::NewestOnly;
    const auto onCut = [this, weak = std::weak_ptr{link}](const Error &reason) {
        const std::shared_ptr<ServerLink> cut = weak.lock();
        if (!cut || findLink(cut->channel, cut->id) != cut)
            return;
        endLink(cut);
        tell(cut->channel, protocol::LinkEnded{cut->id, reason});
    };
    if (const Result<void> added = feed->add(link, pace, onCut); !added) {
        endLink(link);
        tell(from, protocol::LinkEnded{link->id, added.error()});
    }
}

void Server::handle(const Channel &from, const protocol::Unadvise &message)
{
    if (const std::shared_ptr<ServerLink> link = findLink(from, message.link))
        endLink(link);
}

void Server::handle(const Channel &from, const protocol::Fetch &message)
{
    const std::shared_ptr<ServerLink> link = findLink(from, message.link);
    const std::shared_ptr<LinkFeed> feed = link ? link->feed.lock() : nullptr;
    if (!feed)
        return;
    if (const Result<void> sent = feed->resend(*link); !sent) {
        endLink(link);
        tell(from, protocol::LinkEnded{link->id, sent.error()});
    }
}

std::shared_ptr<ServedTopic> Server::topicOf(const Channel &from, protocol::ConversationId id)
{
    const Conversation *conversation = find(from, id);
    if (conversation != nullptr)
        return conversation->topic;
    endForViolation(*from, QStringLiteral("a transaction of a conversation that never was"));
    return nullptr;
}

Server::Conversation *Server::find(const Channel &channel, protocol::ConversationId id)
{
    const auto client = m_clients.find(channel);
    if (client == m_clients.end())
        return nullptr;
    const auto found = client->second.conversations.find(id);
    return found == client->second.conversations.end() ? nullptr : &found->second;
}

std::shared_ptr<ServerLink> Server::findLink(const Channel &channel, protocol::LinkId id) const
{
    const auto client = m_clients.find(channel);
    if (client == m_clients.end())
        return nullptr;
    const auto found = client->second.links.find(id);
    return found == client->second.links.end() ? nullptr : found->second;
}

void Server::endLink(const std::shared_ptr<ServerLink> &link)
{
    const auto client = m_clients.find(link->channel);
    if (client != m_clients.end() && client->second.links.erase(link->id) != 0)
        client->second.conversations.at(link->conversation).links.erase(link->id);
    detach(link);
}

void Server::detach(const std::shared_ptr<ServerLink> &link)
{
    if (const std::shared_ptr<LinkFeed> feed = link->feed.lock()) {
        feed->remove(link);
        feed->item().dropIfUnused(*feed);
    }
}

void Server::sendLast(const ServerLink &link)
{
    if (const std::shared_ptr<LinkFeed> feed = link.feed.lock())
        feed->sendLast(link);
}

void Server::tellDisconnected(const ServedTopic &topic, const Channel &channel)
{
    const std::shared_ptr<ServedService> service = topic.service();
    if (service && service->observer() && topic.name() != systemTopicName())
        service->observer()->onDisconnected(topic.name(), callerOn(*channel));
}

template <typename M>
void Server::tell(const Channel &to, M message)
{
    const Result<void> sent = to->send(protocol::encode(std::move(message)));
    if (sent || sent.error().code == ErrorCode::PeerGone)
        return;
    qCWarning(conversationsLog).noquote()
        << "ending the channel to" << to->identity().program << to->identity().pid
        << "- it does not read:" << sent.error().detail;
    to->close(sent.error());
}

} // namespace tellwire::engine
