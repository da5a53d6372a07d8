// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/violation.h"
#include "dde/transport/channel.h"
#include "dde/transport/publication.h"
#include "dde/transport/seat.h"

#include <utility>

// A client program's links.

namespace tellwire::engine {

namespace {

transport::Feed feedOf(LinkPace pace)
{
    switch (pace) {
    case LinkPace::NewestOnly:
        return transport::Feed::NewestOnly;
    case LinkPace::EveryUpdate:
        return transport::Feed::EveryUpdate;
    case LinkPace::Acknowledged:
        return transport::Feed::Windowed;
    }
    Q_UNREACHABLE();
}

transport::Feeding feedingOf(const protocol::Advise &message)
{
    return {.feed = feedOf(message.pace),
            .noticeOnly = message.kind == LinkKind::Warm,
            .window = message.window,
            .marksBatches = message.wholeBatches};
}

} // namespace

void endLinks(LinkFeed &feed, const Error &reason)
{
    for (ServerLink *link : LinkFeed::Links{feed.links()})
        link->client->endLink(*link, reason);
}

void ServedClient::handle(const protocol::Advise &message)
{
    if (findLink(message.link) != nullptr)
        return endForViolation(*m_channel, QStringLiteral("a link was started under a number in use"));
    if (adviseDirectly(message) || !topicOf(message.conversation))
        return;
    const std::optional<WantedFormats> wanted = wantedOf(m_server.seat(), message.formats);
    if (!wanted)
        return endForViolation(*m_channel, QStringLiteral("a link in a format that nobody registered"));
    start(message, *wanted);
}

void ServedClient::start(const protocol::Advise &message, const WantedFormats &wanted)
{
    const std::shared_ptr<ServedTopic> topic = m_conversations.at(message.conversation).topic;
    const Result<std::shared_ptr<LinkFeed>> feed = topic->feedFor(message.item, wanted, message.kind, *this);
    join(message, *topic, feed);
    if (!feed)
        return;
    (*feed)->item().dropIfUnused(**feed);
    topic->fill(*feed); // Runs providers, which may remove the item.
}

void ServedClient::join(const protocol::Advise &message, ServedTopic &topic,
                        const Result<std::shared_ptr<LinkFeed>> &feed)
{
    // While the value was converted the conversation may have ended, and numbers have been used again.
    const auto conversation = m_conversations.find(message.conversation);
    const bool isWanted = conversation != m_conversations.end() && conversation->second.topic.get() == &topic;
    if (!isWanted || findLink(message.link) != nullptr)
        return;
    if (m_links.size() >= maxLinks)
        return tell(protocol::LinkEnded{message.link, {ErrorCode::Busy, QStringLiteral("too many links")}});
    if (feed)
        return attach(message, topic, **feed);
    if (!message.awaitItem || feed.error().code != ErrorCode::NoSuchItem || topic.find(message.item))
        return tell(protocol::LinkEnded{message.link, feed.error()});
    if (m_awaiting.size() >= maxAwaiting)
        return tell(protocol::LinkEnded{
            message.link, {ErrorCode::Busy, QStringLiteral("too many links that wait for their item")}});
    addLink(message);
    m_awaiting.emplace(message.link, message);
    topic.await(message.item, *this, message.link);
}

void ServedClient::resume(protocol::LinkId link)
{
    const auto self = shared_from_this();
    const auto node = m_awaiting.extract(link);
    if (node.empty())
        return;
    const protocol::Advise &message = node.mapped();
    removeLink(*m_links.find(link));
    if (const std::optional<WantedFormats> wanted = wantedOf(m_server.seat(), message.formats))
        start(message, *wanted);
}

void ServedClient::attach(const protocol::Advise &message, ServedTopic &topic, LinkFeed &feed)
{
    const transport::Feeding feeding = feedingOf(message);
    const Item &item = feed.item();
    const Result<FormatNumber> format = m_server.seat().formatNames().number(feed.format());
    const Result<void> prepared =
        format.and_then([&](FormatNumber) -> Result<void> { return feed.prepareFor(feeding); });
    if (!prepared)
        return tell(protocol::LinkEnded{message.link, prepared.error()});

    topic.noteWatchers(item);
    protocol::Advised advised{.link = message.link, .format = *format, .sequence = item.stamp().sequence};
    const bool isInPlace = message.pace == LinkPace::NewestOnly || message.kind == LinkKind::Warm;
    if (const auto latest = feed.latest(); latest && isInPlace && !item.provider()) {
        advised.latestPlace = latest->place;
        advised.publication = latest->publication;
    }
    tell(advised);
    ServerLink &link = addLink(message);
    if (const Result<void> added = feed.add(link, feeding); !added) {
        removeLink(link);
        tell(protocol::LinkEnded{message.link, added.error()});
    }
}

void ServedClient::handle(const protocol::Unadvise &message)
{
    ServerLink *link = findLink(message.link);
    if (link != nullptr && unadviseDirectly(message, *link))
        return;
    if (link != nullptr)
        removeLink(*link);
    if (message.transaction == 0)
        return;
    if (link != nullptr)
        tell(protocol::Accepted{message.transaction, 0});
    else
        decline(message.transaction, {ErrorCode::Refused, QStringLiteral("there is no such link")});
}

void ServedClient::handle(const protocol::Fetch &message)
{
    ServerLink *link = findLink(message.link);
    if (link == nullptr || link->feed == nullptr)
        return;
    if (const Result<void> sent = link->feed->resend(*link); !sent) {
        removeLink(*link);
        tell(protocol::LinkEnded{message.link, sent.error()});
    }
}

void ServedClient::handle(const protocol::Received &message)
{
    const ServerLink *link = findLink(message.link);
    if (link == nullptr)
        return;
    if (link->feed != nullptr)
        link->feed->acknowledge(*link, message.sequence);
    else if (const std::shared_ptr<DirectConversation> direct = directOf(link->conversation))
        direct->onMessage(message);
}

void ServedClient::onCut(protocol::LinkId id, const Error &reason)
{
    ServerLink *link = findLink(id);
    if (link == nullptr || link->feed == nullptr)
        return;
    link->feed->sendLastToCut(*link);
    removeLink(*link);
    tell(protocol::LinkEnded{id, reason});
}

void ServedClient::endLink(ServerLink &link, const Error &reason)
{
    const protocol::LinkId id = link.id;
    if (link.feed != nullptr)
        link.feed->sendLast(link);
    removeLink(link);
    tell(protocol::LinkEnded{id, reason});
}

ServerLink *ServedClient::findLink(protocol::LinkId id) { return m_links.find(id); }

/// Without a feed yet.
ServerLink &ServedClient::addLink(const protocol::Advise &message)
{
    std::vector<protocol::LinkId> &siblings = m_conversations.at(message.conversation).links;
    ServerLink &link =
        m_links.insert(message.link, {.client = this,
                                      .id = message.link,
                                      .conversation = message.conversation,
                                      .placeInConversation = static_cast<std::uint32_t>(siblings.size()),
                                      .wholeBatches = message.wholeBatches,
                                      .wantsLast = message.finalValue});
    siblings.push_back(message.link);
    m_server.conversationsChanged();
    return link;
}

/// Tells nobody.
void ServedClient::removeLink(ServerLink &link)
{
    Conversation &conversation = m_conversations.at(link.conversation);
    if (LinkFeed *feed = link.feed) {
        conversation.topic->noteWatchers(feed->item());
        feed->remove(link);
        feed->item().dropIfUnused(*feed);
    } else if (const auto awaited = m_awaiting.extract(link.id); !awaited.empty()) {
        conversation.topic->forgetAwaiting(awaited.mapped().item, *this, link.id);
    } else if (link.isDirect) {
        m_channel->removeLink();
    }
    std::vector<protocol::LinkId> &siblings = conversation.links;
    m_links.find(siblings.back())->placeInConversation = link.placeInConversation;
    siblings[link.placeInConversation] = siblings.back();
    siblings.pop_back();
    m_links.take(link.id);
    m_server.conversationsChanged();
}

} // namespace tellwire::engine
