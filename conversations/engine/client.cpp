// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client.h"

#include "conversations/engine/format_numbers.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/violation.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <utility>
#include <vector>

namespace tellwire::engine {

Client::Client(transport::Seat &seat)
    : m_seat(seat),
      m_initiations(seat.reactor(), [this](std::uint32_t id) { onInitiationMissed(id); }),
      m_limits(seat.reactor(), [this](std::uint32_t id) { onTransactionMissed(id); })
{}

void Client::onMessage(const Channel &from, const protocol::ServerMessage &message)
{
    std::visit([&](const auto &alternative) { handle(from, alternative); }, message);
}

void Client::onUnreadable(const Channel &from, protocol::LinkId link)
{
    if (const auto found = linkOn(from, link))
        found->conversation().send(protocol::Fetch{.link = link});
}

void Client::onClosed(const Channel &channel, const Error &reason)
{
    std::vector<std::shared_ptr<ClientConversation>> concerned;
    for (const auto &[id, entry] : m_conversations)
        if (entry.conversation->channel() == channel)
            concerned.push_back(entry.conversation);
    for (const auto &conversation : concerned)
        conversation->onTerminated(reason);
}

// A number that is not in a table belongs to something this side has ended; what was on its way is dropped.

void Client::handle(const Channel &from, const protocol::Opened &message)
{
    const auto conversation = conversationOn(from, message.conversation);
    if (!conversation)
        return;
    if (conversation->state() != ClientConversation::State::Opening)
        return endForViolation(*from, QStringLiteral("a conversation was opened twice"));
    conversation->onOpened();
}

void Client::handle(const Channel &from, const protocol::Refused &message)
{
    const auto conversation = conversationOn(from, message.conversation);
    if (!conversation)
        return;
    if (conversation->state() != ClientConversation::State::Opening)
        return endForViolation(*from, QStringLiteral("an open conversation was refused"));
    conversation->onRefused(message.reason);
}

void Client::handle(const Channel &from, const protocol::Terminate &message)
{
    const auto conversation = conversationOn(from, message.conversation);
    if (!conversation)
        return;
    conversation->send(protocol::Terminate{.conversation = message.conversation, .reason = std::nullopt});
    conversation->onTerminated(message.reason.value_or(
        Error{ErrorCode::PeerGone, QStringLiteral("the service %1 ended the conversation about %2")
                                       .arg(conversation->service().text(), conversation->topic().text())}));
}

void Client::handle(const Channel &from, const protocol::Answer &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    const std::optional<Format> format = formatOf(m_seat, message.format);
    if (transaction->kind != Transaction::Kind::Request || !format)
        return endForViolation(*from, QStringLiteral("an answer that nobody can have asked for"));
    finish(message.transaction, Answer{.update = Update{Payload{*format, message.value}, message.sequence,
                                                        fromMicroseconds(message.time), message.quality, 0}});
}

void Client::handle(const Channel &from, const protocol::Accepted &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    if (transaction->kind != Transaction::Kind::Order)
        return endForViolation(*from, QStringLiteral("a request was accepted without an answer"));
    finish(message.transaction, Answer{.update = std::nullopt, .applicationCode = message.applicationCode});
}

void Client::handle(const Channel &from, const protocol::Declined &message)
{
    if (transactionOn(from, message.transaction) != nullptr)
        finish(message.transaction, message.reason);
}

void Client::handle(const Channel &from, const protocol::Advised &message)
{
    const auto link = linkOn(from, message.link);
    if (!link)
        return;
    const std::optional<Format> format = formatOf(m_seat, message.format);
    if (!format || !link->start(*format))
        endForViolation(*from,
                        QStringLiteral("a link was started twice, or in a format that nobody registered"));
}

void Client::handle(const Channel &from, const protocol::Value &message)
{
    const auto link = linkOn(from, message.link);
    if (link && !link->receive(message))
        endForViolation(*from, QStringLiteral("a value came before its link was started"));
}

void Client::handle(const Channel &from, const protocol::Changed &message)
{
    if (linkOn(from, message.link))
        endForViolation(*from, QStringLiteral("a link that was asked for values gets only the news"));
}

void Client::handle(const Channel &from, const protocol::LinkEnded &message)
{
    if (!linkOn(from, message.link))
        return;
    const std::shared_ptr<ClientLink> link = takeLink(message.link);
    link->tellEnd(message.reason);
}

std::shared_ptr<ClientConversation> Client::conversationOn(const Channel &channel,
                                                           protocol::ConversationId id) const
{
    const auto found = m_conversations.find(id);
    if (found == m_conversations.end() || found->second.conversation->channel() != channel)
        return nullptr;
    return found->second.conversation;
}

std::shared_ptr<ClientLink> Client::linkOn(const Channel &channel, protocol::LinkId id) const
{
    const auto found = m_links.find(id);
    if (found == m_links.end() || found->second->conversation().channel() != channel)
        return nullptr;
    return found->second;
}

const Transaction *Client::transactionOn(const Channel &channel, protocol::TransactionId id) const
{
    const auto found = m_transactions.find(id);
    if (found == m_transactions.end() || found->second.conversation->channel() != channel)
        return nullptr;
    return &found->second;
}

protocol::ConversationId Client::enter(const std::shared_ptr<ClientConversation> &conversation)
{
    const protocol::ConversationId id = newId();
    m_conversations.emplace(
        id, Entry{conversation, m_initiations.add(m_seat.configuration().connectTimeout, id)});
    return id;
}

void Client::stopClock(protocol::ConversationId opened)
{
    std::optional<Deadlines::Entry> &initiation = m_conversations.at(opened).initiation;
    if (initiation)
        m_initiations.remove(*initiation);
    initiation.reset();
}

void Client::leave(protocol::ConversationId conversation)
{
    if (!m_conversations.contains(conversation))
        return;
    stopClock(conversation);
    m_conversations.erase(conversation);
}

protocol::TransactionId Client::enter(Transaction transaction, std::chrono::milliseconds limit)
{
    const protocol::TransactionId id = newId();
    transaction.deadline = m_limits.add(limit, id);
    m_transactions.emplace(id, std::move(transaction));
    return id;
}

std::optional<Transaction> Client::takeTransaction(protocol::TransactionId id)
{
    auto node = m_transactions.extract(id);
    if (node.empty())
        return std::nullopt;
    m_limits.remove(node.mapped().deadline);
    return std::move(node.mapped());
}

std::shared_ptr<ClientLink> Client::enterLink(std::shared_ptr<ClientConversation> conversation,
                                              ClientLink::Observer *observer)
{
    const protocol::LinkId id = newId();
    return m_links.emplace(id, std::make_shared<ClientLink>(std::move(conversation), id, observer))
        .first->second;
}

std::shared_ptr<ClientLink> Client::takeLink(protocol::LinkId id)
{
    auto node = m_links.extract(id);
    if (node.empty())
        return nullptr;
    node.mapped()->conversation().forget(id);
    return std::move(node.mapped());
}

void Client::finish(protocol::TransactionId id, const Result<Answer> &outcome)
{
    const std::optional<Transaction> transaction = takeTransaction(id);
    transaction->conversation->forget(id);
    transaction->finish(outcome);
}

void Client::onInitiationMissed(protocol::ConversationId id)
{
    Entry &entry = m_conversations.at(id);
    entry.initiation.reset();
    const std::shared_ptr<ClientConversation> conversation = entry.conversation;
    conversation->onSilent();
}

void Client::onTransactionMissed(protocol::TransactionId id)
{
    auto node = m_transactions.extract(id);
    const std::shared_ptr<ClientConversation> conversation = node.mapped().conversation;
    conversation->forget(id);
    conversation->onTimedOut(id, node.mapped());
}

std::uint32_t Client::newId()
{
    do
        ++m_lastId;
    while (m_lastId == 0 || m_conversations.contains(m_lastId) || m_transactions.contains(m_lastId) ||
           m_links.contains(m_lastId));
    return m_lastId;
}

} // namespace tellwire::engine
