// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/direct_updates.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <utility>

// What services decide themselves. Whatever is handed to a direct conversation may run the program's code, so
// nothing found before that is good after it.

namespace tellwire::engine {

// Conversations

/// An Initiate names a Find that this client has been answered so.
bool ServedClient::wasOffered(const protocol::Initiate &message) const
{
    if (message.found == 0)
        return false;
    const auto find = std::ranges::find(m_finds, message.found, &RememberedFind::transaction);
    return find != m_finds.end() &&
           find->topics.contains(protocol::FoundTopic{message.instance, message.service, message.topic});
}

void ServedClient::openDirectly(const protocol::Initiate &message, const Match &match, bool isOffered)
{
    const auto self = shared_from_this();
    m_conversations[message.conversation].isOpening = true;
    const Result<DirectOpening> opening = match.direct->connect(self, message, match.instance, isOffered);
    const auto found = m_conversations.find(message.conversation);
    if (found == m_conversations.end() || !found->second.isOpening)
        return; // The client has given up meanwhile.
    if (opening) {
        const std::shared_ptr<DirectConversation> direct = opening->conversation;
        found->second.isOpening = false;
        found->second.direct = direct;
        found->second.service = match.service;
        tell(protocol::Opened{message.conversation, match.instance, direct->serviceName(),
                              direct->topicName(), opening->number});
        m_server.conversationsChanged();
        return match.direct->onOpened(*direct);
    }
    m_conversations.erase(found);
    const Result<Match> still = m_server.match(message, false);
    if (still && still->topic && opening.error().code == ErrorCode::NoSuchTopic)
        return open(message, *still);
    refuse(message, opening.error());
}

std::shared_ptr<DirectConversation> ServedClient::directOf(protocol::ConversationId id) const
{
    const auto found = m_conversations.find(id);
    return found == m_conversations.end() ? nullptr : found->second.direct;
}

void ServedClient::terminate(protocol::ConversationId id, const std::optional<Error> &reason)
{
    const auto found = m_conversations.find(id);
    if (found == m_conversations.end() || !found->second.direct)
        return;
    const std::shared_ptr<DirectConversation> ended = std::exchange(found->second.direct, nullptr);
    clear(found->second);
    tell(protocol::Terminate{id, reason});
    m_server.conversationsChanged();
}

// Transactions

/// True if the message is about a direct conversation, which has got it.
template <typename M>
bool ServedClient::handDirectly(const M &message)
{
    const std::shared_ptr<DirectConversation> direct = directOf(message.conversation);
    if (direct && begin(message.transaction, message.conversation))
        direct->onMessage(message);
    return direct != nullptr;
}

template bool ServedClient::handDirectly(const protocol::Request &);
template bool ServedClient::handDirectly(const protocol::RequestMany &);
template bool ServedClient::handDirectly(const protocol::Browse &);
template bool ServedClient::handDirectly(const protocol::Poke &);
template bool ServedClient::handDirectly(const protocol::Execute &);

/// True if somebody still waits for the answer, who gets it now.
bool ServedClient::finish(protocol::TransactionId id)
{
    const auto found = m_transactions.find(id);
    if (found == m_transactions.end())
        return false;
    const TransactionPointer finished = found->second;
    return finish(*finished);
}

void ServedClient::answer(protocol::TransactionId id, FormatNumber format, const QByteArray &value)
{
    if (!finish(id))
        return;
    answer({.transaction = id,
            .time = toMicroseconds(SourceTime::clock::now()),
            .format = format,
            .value = value});
}

void ServedClient::answer(const protocol::AnswerMany &answers)
{
    const protocol::TransactionId id = answers.transaction;
    if (!finish(id))
        return;
    if (const Result<void> sent = m_channel->send(protocol::encode(answers)); !sent)
        return decline(id, sent.error());
    showMonitors(answers);
}

void ServedClient::accept(protocol::TransactionId id, std::uint8_t applicationCode)
{
    if (finish(id))
        tell(protocol::Accepted{id, applicationCode});
}

void ServedClient::refuse(protocol::TransactionId id, const Error &reason)
{
    if (finish(id))
        decline(id, reason);
}

// Links

/// True if the link is of a direct conversation, which has got it or was spared it.
bool ServedClient::adviseDirectly(const protocol::Advise &message)
{
    const std::shared_ptr<DirectConversation> direct = directOf(message.conversation);
    if (!direct)
        return false;
    if (m_links.size() >= maxLinks) {
        tell(protocol::LinkEnded{message.link, {ErrorCode::Busy, QStringLiteral("too many links")}});
        return true;
    }
    addLink(message).isDirect = true;
    m_channel->addLink();
    direct->onMessage(message);
    return true;
}

bool ServedClient::unadviseDirectly(const protocol::Unadvise &message, const ServerLink &link)
{
    const std::shared_ptr<DirectConversation> direct = directOf(link.conversation);
    if (direct && (message.transaction == 0 || begin(message.transaction, link.conversation)))
        direct->onMessage(message);
    return direct != nullptr;
}

ServerLink *ServedClient::findDirectLink(protocol::LinkId id)
{
    ServerLink *link = findLink(id);
    return link != nullptr && link->isDirect ? link : nullptr;
}

void ServedClient::advised(protocol::LinkId id, FormatNumber format)
{
    if (findDirectLink(id) != nullptr)
        tell(protocol::Advised{.link = id, .format = format});
}

void ServedClient::endLink(protocol::LinkId id, const Error &reason)
{
    if (ServerLink *link = findDirectLink(id))
        endLink(*link, reason);
}

void ServedClient::dropLink(protocol::LinkId id)
{
    if (ServerLink *link = findDirectLink(id))
        removeLink(*link);
}

Result<void> ServedClient::sendValue(DirectUpdates &updates, protocol::LinkId id, const News &news,
                                     const QByteArray &value)
{
    const Result<transport::BlockPointer> block = updates.blockOf(value);
    if (!block)
        return block.error();
    const protocol::Value update{
        .link = id, .quality = news.quality, .sequence = news.sequence, .time = news.time, .value = value};
    const Result<void> sent = send(id, protocol::encode(update), *block);
    if (sent)
        showMonitors(update);
    return sent;
}

Result<void> ServedClient::sendChanged(protocol::LinkId id, const News &news)
{
    const protocol::Changed update{id, news.quality, news.sequence, news.time};
    const Result<void> sent = send(id, protocol::encode(update), {});
    if (sent)
        showMonitors(update);
    return sent;
}

Result<void> ServedClient::send(protocol::LinkId id, const transport::Message &message,
                                const transport::BlockPointer &block)
{
    if (findDirectLink(id) == nullptr)
        return Error{ErrorCode::Closed, QStringLiteral("send an update of a link that has ended")};
    if (m_channel->sendValue(message, block))
        return {};
    return Error{ErrorCode::Busy, QStringLiteral("%1 is too far behind").arg(m_caller.program)};
}

} // namespace tellwire::engine
