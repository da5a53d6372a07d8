// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client.h"
#include "conversations/engine/client_conversation.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// What goes over a conversation: transactions and links. How it opens and closes is in
// client_conversation.cpp.
namespace tellwire::engine {

/// `message` is looked at, and moved from, only after `transaction` has been made of it.
template <typename M>
protocol::TransactionId ClientConversation::begin(M &&message, Transaction &&transaction, Limit limit)
{
    if (m_client.seat().isDead()) { // Nothing would ever finish it.
        transaction.finish(Error{
            ErrorCode::Closed,
            QStringLiteral("%1: this process was forked from the one that joined").arg(transaction.words())});
        return 0;
    }
    transaction.conversation = shared_from_this();
    message.transaction = m_client.enter(std::move(transaction), limit);
    const protocol::TransactionId id = message.transaction;
    m_transactions.insert(id);
    sayOnceOpen(id, std::forward<M>(message));
    return id;
}

protocol::TransactionId ClientConversation::start(protocol::Request request, Limit limit, Finish finish)
{
    return begin(std::move(request),
                 {.kind = Transaction::Kind::Request,
                  .verb = QLatin1StringView{"request"},
                  .item = request.item,
                  .finish = std::move(finish)},
                 limit);
}

protocol::TransactionId ClientConversation::start(protocol::RequestMany request, Limit limit, Finish finish)
{
    const qsizetype count = request.items.size();
    return begin(std::move(request),
                 {.kind = Transaction::Kind::RequestMany, .finish = std::move(finish), .count = count},
                 limit);
}

protocol::TransactionId ClientConversation::start(protocol::Browse browse, Limit limit, Finish finish)
{
    return begin(std::move(browse),
                 {.kind = Transaction::Kind::Request,
                  .verb = QLatin1StringView{"list the items"},
                  .finish = std::move(finish)},
                 limit);
}

protocol::TransactionId ClientConversation::start(protocol::Poke poke, Limit limit, Finish finish)
{
    return begin(std::move(poke),
                 {.verb = QLatin1StringView{"poke"}, .item = poke.item, .finish = std::move(finish)}, limit);
}

protocol::TransactionId ClientConversation::start(protocol::Execute command, Limit limit, Finish finish)
{
    return begin(std::move(command), {.verb = QLatin1StringView{"execute"}, .finish = std::move(finish)},
                 limit);
}

protocol::TransactionId ClientConversation::start(protocol::Unadvise unadvise, Limit limit, Finish finish)
{
    return begin(std::move(unadvise), {.verb = QLatin1StringView{"end a link"}, .finish = std::move(finish)},
                 limit);
}

protocol::TransactionId ClientConversation::startDirect(protocol::Request request, Limit limit, Finish finish)
{
    return begin(std::move(request),
                 {.kind = Transaction::Kind::DirectRequest,
                  .verb = QLatin1StringView{"request"},
                  .item = request.item,
                  .finish = std::move(finish)},
                 limit);
}

// Never older than what one of the links has brought already.
std::optional<Update> ClientConversation::present(const ItemName &item, const Format &format)
{
    if (m_state != State::Open || m_links.empty() || !m_transactions.empty() || m_unansweredOrder)
        return std::nullopt;
    const auto links = linksByItem().constFind(item);
    if (links == m_linksByItem->cend())
        return std::nullopt;
    std::optional<Update> found;
    quint64 newest = 0;
    for (const protocol::LinkId id : *links) {
        const ClientLink *link = m_client.link(id);
        newest = std::max(newest, link->isActive() ? link->sequence() : 0);
        if (!found && link->format() == format)
            found = link->present();
    }
    return found && found->sequence >= newest ? found : std::nullopt;
}

const ClientConversation::LinksByItem &ClientConversation::linksByItem()
{
    if (!m_linksByItem) {
        m_linksByItem.emplace();
        for (const ClientLink *link : m_links)
            (*m_linksByItem)[link->item()].push_back(link->id());
    }
    return *m_linksByItem;
}

void ClientConversation::cancel(protocol::TransactionId transaction)
{
    const std::optional<Transaction> given = m_client.takeTransaction(transaction);
    if (!given)
        return;
    giveUpOn(transaction, *given);
    given->finish(
        Error{ErrorCode::Closed, QStringLiteral("%1: this program gave it up").arg(given->words())});
}

void ClientConversation::onTimedOut(protocol::TransactionId transaction, const Transaction &given)
{
    giveUpOn(transaction, given);
    given.finish(Error{
        ErrorCode::TimedOut,
        QStringLiteral("%1: the service %2 did not answer in time").arg(given.words(), m_service.text())});
}

// Telling the server is a courtesy: the queue to one that does not read may be full.
void ClientConversation::giveUpOn(protocol::TransactionId transaction, const Transaction &given)
{
    forget(transaction);
    if (m_state != State::Open)
        return;
    (void)trySend(protocol::Cancel{.transaction = transaction});
    if (given.kind == Transaction::Kind::Order)
        m_unansweredOrder = transaction;
}

// The server reads in order: an answer to something later shows that it has read all before.
void ClientConversation::onAnswered(protocol::TransactionId transaction)
{
    forget(transaction);
    if (m_unansweredOrder && static_cast<std::int32_t>(transaction - *m_unansweredOrder) > 0)
        m_unansweredOrder.reset();
}

void ClientConversation::forget(protocol::TransactionId transaction)
{
    m_transactions.erase(transaction);
    m_waiting.erase(transaction);
}

LinkTerms::Pointer ClientConversation::termsFor(const Session &session, const LinkOptions &options)
{
    const bool isHot = options.kind == LinkKind::Hot;
    Q_ASSERT_X(!options.wholeBatches || (isHot && options.pace == LinkPace::EveryUpdate), "AdviseLink",
               "whole batches are for hot links that get every update");
    Q_ASSERT_X(options.pace != LinkPace::Acknowledged || options.window > 0, "AdviseLink",
               "with a window of 0 no update could ever come");
    LinkOptions fitting = options;
    fitting.window = std::max(options.window, quint16{1});
    fitting.wholeBatches = options.wholeBatches && isHot && options.pace == LinkPace::EveryUpdate;
    fitting.finalValue = options.finalValue && !isHot;
    if (m_lastTerms == nullptr || m_lastTerms->options != fitting)
        m_lastTerms = new LinkTerms{session, shared_from_this(), std::move(fitting)};
    return LinkTerms::Pointer{m_lastTerms};
}

LinkTerms::~LinkTerms()
{
    if (conversation->m_lastTerms == this)
        conversation->m_lastTerms = nullptr;
}

ClientLink::Pointer ClientConversation::advise(const ItemName &item, const LinkTerms::Pointer &terms,
                                               ClientLink::Observer *observer)
{
    ClientLink::Pointer link = m_client.enterLink(terms, item, observer);
    link->placeInConversation = static_cast<std::uint32_t>(m_links.size());
    m_links.push_back(link.get());
    if (m_linksByItem)
        (*m_linksByItem)[item].push_back(link->id());
    const bool isStartedWithAll = m_state == State::Opening && m_target.reconnect;
    if (isStartedWithAll)
        return link;
    Result<protocol::Advise> message = link->advise();
    if (message)
        sayOnceOpen(link->id(), std::move(message).value());
    else
        failLater(link->id(), message.error());
    return link;
}

void ClientConversation::unadvise(ClientLink &link)
{
    link.forgetObserver();
    if (m_client.takeLink(link.id()) && m_state == State::Open)
        send(protocol::Unadvise{.link = link.id()});
}

protocol::LinkId ClientConversation::adviseDirect(protocol::Advise advise)
{
    advise.link = m_client.enterDirectLink(*this);
    const protocol::LinkId id = advise.link;
    if (trySend(std::move(advise)))
        return id;
    m_client.leaveDirectLink(id);
    return 0;
}

void ClientConversation::leaveDirectLink(protocol::LinkId link, bool tellServer)
{
    m_client.leaveDirectLink(link);
    if (tellServer && m_state == State::Open)
        send(protocol::Unadvise{.link = link});
}

// An item that went, or a reader that was too slow, may be better at once; and a link that has never brought
// anything is not asked for again.
void ClientConversation::onLinkEnded(const ClientLink::Pointer &link, const Error &reason)
{
    const bool startsAgain = m_target.reconnect && link->hasArrived() &&
                             (reason.code == ErrorCode::NoSuchItem || reason.code == ErrorCode::Overrun);
    if (!startsAgain || !link->lose()) {
        m_client.takeLink(link->id());
        return link->tellEnd(reason);
    }
    if (const Result<void> sent = tryToStart(*link); !sent)
        failLater(link->id(), sent.error());
    link->tellLost(reason);
}

void ClientConversation::forget(const ClientLink &link)
{
    m_links.back()->placeInConversation = link.placeInConversation;
    m_links[link.placeInConversation] = m_links.back();
    m_links.pop_back();
    m_waiting.erase(link.id());
    if (!m_linksByItem)
        return;
    const auto siblings = m_linksByItem->find(link.item());
    if (siblings == m_linksByItem->end())
        return;
    std::erase(*siblings, link.id());
    if (siblings->empty())
        m_linksByItem->erase(siblings);
}

template <typename M>
void ClientConversation::sayOnceOpen(std::uint32_t id, M &&message)
{
    if (m_state == State::Opening)
        m_waiting.emplace(id, WaitingMessage{m_client.seat(), std::forward<M>(message)});
    else if (m_state == State::Closed)
        failLater(id, *m_endReason);
    else if (const Result<void> sent = say(std::forward<M>(message)); !sent)
        failLater(id, sent.error());
}

void ClientConversation::sendWaiting()
{
    const auto send = [this](const protocol::ClientMessage &message) { return trySend(message); };
    for (auto &[id, message] : std::exchange(m_waiting, {}))
        if (const Result<void> sent = std::move(message).take().and_then(send); !sent)
            failLater(id, sent.error());
}

void ClientConversation::failLater(std::uint32_t id, const Error &reason)
{
    m_client.seat().reactor().post([self = shared_from_this(), id, reason] { self->fail(id, reason); });
}

void ClientConversation::fail(std::uint32_t id, const Error &reason)
{
    forget(id);
    if (const std::optional<Transaction> transaction = m_client.takeTransaction(id))
        transaction->finish(reason);
    else if (const ClientLink::Pointer link = m_client.takeLink(id))
        link->tellEnd(reason);
}

void ClientConversation::send(const protocol::ClientMessage &message)
{
    const Result<void> sent = trySend(message);
    if (!sent && sent.error().code != ErrorCode::PeerGone)
        m_channel->close(sent.error());
}

Result<void> ClientConversation::trySend(protocol::ClientMessage message)
{
    return std::visit([this](auto &&verb) { return say(std::forward<decltype(verb)>(verb)); },
                      std::move(message));
}

template <typename M>
Result<void> ClientConversation::say(M &&message)
{
    if (!m_channel)
        return Error{ErrorCode::PeerGone, QStringLiteral("the conversation is not open")};
    if constexpr (requires { message.conversation; })
        message.conversation = m_id;
    return m_channel->send(protocol::encode(std::forward<M>(message)));
}

} // namespace tellwire::engine
