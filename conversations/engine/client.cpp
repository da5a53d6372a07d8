// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client.h"

#include "conversations/engine/format_numbers.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/violation.h"
#include "dde/protocol/message_codec.h"
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

void Client::onMessage(const Channel &from, protocol::ServerMessage message)
{
    std::visit([&](auto &alternative) { handle(from, alternative); }, message);
}

void Client::onUnreadable(const Channel &from, protocol::LinkId link)
{
    if (const ClientLink *found = linkOn(from, link))
        found->conversation().send(protocol::Fetch{.link = link});
    else if (const auto conversation = directLinkOn(from, link))
        conversation->send(protocol::Fetch{.link = link});
}

void Client::onClosed(const Channel &channel, const Error &reason)
{
    std::vector<std::shared_ptr<ClientConversation>> concerned;
    for (const auto &[id, entry] : m_conversations)
        if (entry.conversation->channel() == channel)
            concerned.push_back(entry.conversation);
    m_held.erase(channel); // A batch is seen whole or not at all.
    for (const auto &conversation : concerned)
        if (conversation->channel() == channel) // A handler may have ended or moved it meanwhile.
            conversation->onTerminated(reason);
    finishFinds(channel, reason);
}

void Client::finishFinds(const Channel &channel, const Error &reason)
{
    std::vector<protocol::TransactionId> concerned;
    for (const auto &[id, transaction] : m_transactions)
        if (transaction.channel == channel)
            concerned.push_back(id);
    for (const protocol::TransactionId id : concerned)
        if (const std::optional<Transaction> transaction = takeTransaction(id))
            transaction->finish(reason);
}

// A number that is not in a table belongs to something this side has ended; what was on its way is dropped.

void Client::handle(const Channel &from, const protocol::Opened &message)
{
    const auto conversation = conversationOn(from, message.conversation);
    if (!conversation)
        return;
    if (conversation->state() != ClientConversation::State::Opening)
        return endForViolation(*from, QStringLiteral("a conversation was opened twice"));
    if (!conversation->hasAskedFor(message.service, message.topic))
        return endForViolation(*from, QStringLiteral("a conversation was opened about something else"));
    conversation->onOpened(message);
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

void Client::handle(const Channel &from, protocol::Answer &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    if (transaction->kind == Transaction::Kind::DirectRequest)
        return finish(message.transaction, Answer{std::move(message)});
    if (transaction->kind != Transaction::Kind::Request)
        return endForViolation(*from, QStringLiteral("an answer that nobody can have asked for"));
    Result<Update> update = read({.quality = message.quality,
                                  .sequence = message.sequence,
                                  .time = message.time,
                                  .format = message.format},
                                 std::move(message.value));
    if (!update)
        return endForViolation(*from, update.error().detail);
    finish(message.transaction, Answer{*std::move(update)});
}

void Client::handle(const Channel &from, const protocol::AnswerMany &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    if (transaction->kind != Transaction::Kind::RequestMany || message.parts.size() != transaction->count)
        return endForViolation(*from, QStringLiteral("answers that nobody can have asked for"));
    QList<Result<Update>> updates;
    qsizetype position = 0;
    for (const protocol::AnswerPart &part : message.parts) {
        if (part.refusal) {
            updates.append(*part.refusal);
            continue;
        }
        updates.append(read(part, message.values.mid(position, qsizetype{part.length})));
        position += qsizetype{part.length};
        if (!updates.constLast())
            return endForViolation(*from, updates.constLast().error().detail);
    }
    finish(message.transaction, Answer{std::move(updates)});
}

Result<Update> Client::read(const protocol::AnswerPart &part, Bytes value) const
{
    std::optional<Format> format = formatOf(m_seat, part.format);
    if (!format)
        return Error{ErrorCode::BadData, QStringLiteral("an answer in a format that nobody registered")};
    return Update{Payload{*std::move(format), std::move(value)}, part.sequence, fromMicroseconds(part.time),
                  part.quality};
}

void Client::handle(const Channel &from, const protocol::Found &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    if (transaction->kind != Transaction::Kind::Find)
        return endForViolation(*from, QStringLiteral("something found that nobody has asked for"));
    finish(message.transaction, Answer{message});
}

void Client::handle(const Channel &from, const protocol::Accepted &message)
{
    const Transaction *transaction = transactionOn(from, message.transaction);
    if (transaction == nullptr)
        return;
    if (transaction->kind != Transaction::Kind::Order)
        return endForViolation(*from, QStringLiteral("a request was accepted without an answer"));
    finish(message.transaction, Answer{Done{message.applicationCode}});
}

void Client::handle(const Channel &from, const protocol::Declined &message)
{
    if (transactionOn(from, message.transaction) != nullptr)
        finish(message.transaction, message.reason);
}

void Client::handle(const Channel &from, const protocol::Advised &message)
{
    if (handedToDirectLink(from, message, &DirectLinks::onAdvised))
        return;
    ClientLink *link = linkOn(from, message.link);
    if (link == nullptr)
        return;
    const std::optional<Format> format = formatOf(m_seat, message.format);
    if (!format || !link->start(message, *format))
        endForViolation(*from,
                        QStringLiteral("a link was started twice, or in a format that was not asked for"));
}

void Client::handle(const Channel &from, const protocol::Value &message)
{
    if (handedToDirectLink(from, message, &DirectLinks::onValue))
        return;
    ClientLink *link = linkOn(from, message.link);
    if (link == nullptr)
        return;
    if (!link->accepts(message))
        return endForViolation(*from, QStringLiteral("a value that its link cannot have asked for"));
    if (message.partOfBatch)
        hold(from, message);
    else
        link->receive(message);
}

void Client::hold(const Channel &from, const protocol::Value &value)
{
    HeldValues &held = m_held[from];
    held.bytes += static_cast<quint64>(value.value.size());
    held.values.push_back(value);
    if (held.values.size() > maxHeldValues || held.bytes > m_seat.configuration().payloadLimit)
        endForViolation(*from, QStringLiteral("a batch without an end"));
}

// All links have their new values before anybody hears of the first.
void Client::handle(const Channel &from, const protocol::BatchEnd &)
{
    const auto node = m_held.extract(from);
    if (node.empty())
        return;
    std::vector<std::pair<ClientLink::Pointer, Update>> kept;
    for (const protocol::Value &value : node.mapped().values) {
        ClientLink *link = linkOn(from, value.link);
        if (link == nullptr || !link->isActive())
            continue;
        if (const std::optional<Update> update = link->keep(value))
            kept.emplace_back(link, *update);
    }
    for (const auto &[link, update] : kept)
        link->tell(update);
}

void Client::handle(const Channel &from, const protocol::Changed &message)
{
    if (handedToDirectLink(from, message, &DirectLinks::onChanged))
        return;
    ClientLink *link = linkOn(from, message.link);
    if (link != nullptr && !link->change(message))
        endForViolation(*from, QStringLiteral("news that their link cannot have asked for"));
}

void Client::handle(const Channel &from, const protocol::LinkEnded &message)
{
    if (const ClientLink::Pointer link{linkOn(from, message.link)})
        link->conversation().onLinkEnded(link, message.reason);
    if (const auto conversation = directLinkOn(from, message.link)) {
        m_directLinks.erase(message.link);
        conversation->directLinks()->onLinkEnded(message);
    }
}

std::shared_ptr<ClientConversation> Client::conversationOn(const Channel &channel,
                                                           protocol::ConversationId id) const
{
    const auto found = m_conversations.find(id);
    if (found == m_conversations.end() || found->second.conversation->channel() != channel)
        return nullptr;
    return found->second.conversation;
}

ClientLink *Client::linkOn(const Channel &channel, protocol::LinkId id) const
{
    ClientLink *found = link(id);
    return found != nullptr && found->conversation().channel() == channel ? found : nullptr;
}

std::shared_ptr<ClientConversation> Client::directLinkOn(const Channel &channel, protocol::LinkId id) const
{
    const auto found = m_directLinks.find(id);
    if (found == m_directLinks.end() || found->second->channel() != channel)
        return nullptr;
    return found->second->shared_from_this();
}

template <typename M>
bool Client::handedToDirectLink(const Channel &from, const M &message, bool (DirectLinks::*told)(const M &))
{
    const auto conversation = directLinkOn(from, message.link);
    if (!conversation)
        return false;
    if (!(conversation->directLinks()->*told)(message))
        endForViolation(*from, QStringLiteral("news that their link cannot have asked for"));
    return true;
}

protocol::LinkId Client::enterDirectLink(ClientConversation &conversation)
{
    const protocol::LinkId id = newId();
    m_directLinks.emplace(id, &conversation);
    return id;
}

void Client::leaveDirectLinks(const ClientConversation &conversation)
{
    std::erase_if(m_directLinks, [&](const auto &entry) { return entry.second == &conversation; });
}

const Transaction *Client::transactionOn(const Channel &channel, protocol::TransactionId id) const
{
    const auto found = m_transactions.find(id);
    if (found == m_transactions.end())
        return nullptr;
    const Transaction &transaction = found->second;
    const Channel &asked =
        transaction.conversation ? transaction.conversation->channel() : transaction.channel;
    return asked == channel ? &transaction : nullptr;
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

protocol::TransactionId Client::find(std::uint64_t peer, protocol::Find question,
                                     std::chrono::milliseconds limit, Finish finish)
{
    Transaction transaction{
        .kind = Transaction::Kind::Find, .verb = QLatin1StringView{"find"}, .finish = std::move(finish)};
    transaction.channel = m_seat.channelTo(peer);
    const Channel channel = transaction.channel;
    question.transaction = enter(std::move(transaction), limit);
    const Result<void> sent = channel->send(protocol::encode(question));
    if (!sent)
        m_seat.reactor().post(
            [this, guard = std::weak_ptr{m_guard}, id = question.transaction, reason = sent.error()] {
                if (guard.expired())
                    return;
                if (const std::optional<Transaction> unasked = takeTransaction(id))
                    unasked->finish(reason);
            });
    return question.transaction;
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

ClientLink::Pointer Client::enterLink(const LinkTerms::Pointer &terms, const ItemName &item,
                                      ClientLink::Observer *observer)
{
    ClientLink::Pointer link{new ClientLink{terms, newId(), item, observer}};
    m_links.insert(link->id(), link);
    return link;
}

ClientLink *Client::link(protocol::LinkId id) const
{
    const ClientLink::Pointer *found = m_links.find(id);
    return found != nullptr ? found->data() : nullptr;
}

ClientLink::Pointer Client::takeLink(protocol::LinkId id)
{
    ClientLink::Pointer link = m_links.take(id);
    if (link)
        link->conversation().forget(*link);
    return link;
}

void Client::finish(protocol::TransactionId id, Result<Answer> &&outcome)
{
    const std::optional<Transaction> transaction = takeTransaction(id);
    if (transaction->conversation)
        transaction->conversation->onAnswered(id);
    transaction->finish(std::move(outcome));
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
    const Transaction &missed = node.mapped();
    if (missed.conversation)
        return missed.conversation->onTimedOut(id, missed);
    missed.finish(Error{ErrorCode::TimedOut,
                        QStringLiteral("%1: the program did not answer in time").arg(missed.words())});
}

std::uint32_t Client::newId()
{
    do
        ++m_lastId;
    while (m_lastId == 0 || m_conversations.contains(m_lastId) || m_transactions.contains(m_lastId) ||
           link(m_lastId) != nullptr || m_directLinks.contains(m_lastId));
    return m_lastId;
}

} // namespace tellwire::engine
