// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client.h"
#include "conversations/engine/client_conversation.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <utility>

// What goes over a conversation: transactions and links. How it opens and closes is in
// client_conversation.cpp.
namespace tellwire::engine {

template <typename M>
protocol::TransactionId ClientConversation::begin(M message, Transaction transaction, Limit limit)
{
    transaction.conversation = shared_from_this();
    message.transaction = m_client.enter(std::move(transaction), limit);
    const protocol::TransactionId id = message.transaction;
    m_transactions.insert(id);
    sayOnceOpen(id, std::move(message));
    return id;
}

protocol::TransactionId ClientConversation::start(protocol::Request request, Limit limit, Finish finish)
{
    const QString what = QStringLiteral("request %1").arg(request.item.text());
    return begin(std::move(request),
                 {.kind = Transaction::Kind::Request, .what = what, .finish = std::move(finish)}, limit);
}

protocol::TransactionId ClientConversation::start(protocol::RequestMany request, Limit limit, Finish finish)
{
    const qsizetype count = request.items.size();
    const QString what = QStringLiteral("request %1 items").arg(count);
    return begin(
        std::move(request),
        {.kind = Transaction::Kind::RequestMany, .what = what, .finish = std::move(finish), .count = count},
        limit);
}

protocol::TransactionId ClientConversation::start(protocol::Browse browse, Limit limit, Finish finish)
{
    return begin(std::move(browse),
                 {.kind = Transaction::Kind::Request,
                  .what = QStringLiteral("list the items"),
                  .finish = std::move(finish)},
                 limit);
}

protocol::TransactionId ClientConversation::start(protocol::Poke poke, Limit limit, Finish finish)
{
    const QString what = QStringLiteral("poke %1").arg(poke.item.text());
    return begin(std::move(poke), {.what = what, .finish = std::move(finish)}, limit);
}

protocol::TransactionId ClientConversation::start(protocol::Execute command, Limit limit, Finish finish)
{
    return begin(std::move(command), {.what = QStringLiteral("execute"), .finish = std::move(finish)}, limit);
}

std::optional<Update> ClientConversation::present(const ItemName &item, const Format &format)
{
    if (m_state != State::Open || m_links.empty() || !m_transactions.empty())
        return std::nullopt;
    const auto [first, last] = linksByItem().equal_range(item);
    for (auto id = first; id != last; ++id) {
        const std::shared_ptr<ClientLink> link = m_client.link(*id);
        if (link->format() != format)
            continue;
        if (std::optional<Update> update = link->present())
            return update;
    }
    return std::nullopt;
}

const QMultiHash<ItemName, protocol::LinkId> &ClientConversation::linksByItem()
{
    if (!m_linksByItem) {
        m_linksByItem.emplace();
        for (const protocol::LinkId id : m_links)
            m_linksByItem->insert(m_client.link(id)->item(), id);
    }
    return *m_linksByItem;
}

void ClientConversation::cancel(protocol::TransactionId transaction)
{
    const std::optional<Transaction> given = m_client.takeTransaction(transaction);
    if (!given)
        return;
    m_transactions.erase(transaction);
    tellCancelled(transaction);
    given->finish(Error{ErrorCode::Closed, QStringLiteral("%1: this program gave it up").arg(given->what)});
}

void ClientConversation::onTimedOut(protocol::TransactionId transaction, const Transaction &given)
{
    tellCancelled(transaction);
    given.finish(
        Error{ErrorCode::TimedOut,
              QStringLiteral("%1: the service %2 did not answer in time").arg(given.what, m_service.text())});
}

// A courtesy: the queue to a server that does not read may be full.
void ClientConversation::tellCancelled(protocol::TransactionId transaction)
{
    if (m_state == State::Open)
        (void)trySend(protocol::Cancel{.transaction = transaction});
}

std::shared_ptr<ClientLink> ClientConversation::advise(protocol::Advise advise,
                                                       ClientLink::Observer *observer)
{
    advise.awaitItem = m_target.reconnect;
    auto link = m_client.enterLink(shared_from_this(), advise, observer);
    advise.link = link->id();
    m_links.insert(link->id());
    if (m_linksByItem)
        m_linksByItem->insert(link->item(), link->id());
    if (m_state != State::Opening || !m_target.reconnect) // Else it is started with all others.
        sayOnceOpen(link->id(), std::move(advise));
    return link;
}

std::shared_ptr<ClientLink> ClientConversation::adviseInVain(const protocol::Advise &advise,
                                                             ClientLink::Observer *observer,
                                                             const Error &reason)
{
    auto link = m_client.enterLink(shared_from_this(), advise, observer);
    failLater(link->id(), reason);
    return link;
}

void ClientConversation::unadvise(ClientLink &link)
{
    link.forgetObserver();
    if (m_client.takeLink(link.id()) && m_state == State::Open)
        send(protocol::Unadvise{.link = link.id()});
}

// An item that went, or a reader that was too slow, may be better at once; and a link that never came to be
// is not asked for again.
void ClientConversation::onLinkEnded(const std::shared_ptr<ClientLink> &link, const Error &reason)
{
    const bool startsAgain = m_target.reconnect && link->isActive() &&
                             (reason.code == ErrorCode::NoSuchItem || reason.code == ErrorCode::Overrun);
    if (!startsAgain) {
        m_client.takeLink(link->id());
        return link->tellEnd(reason);
    }
    const auto self = shared_from_this();
    link->lose(reason);
    if (m_state == State::Open && m_client.link(link->id()) == link)
        if (const Result<void> sent = trySend(link->advise()); !sent)
            failLater(link->id(), sent.error());
}

void ClientConversation::forget(const ClientLink &link)
{
    m_links.erase(link.id());
    if (m_linksByItem)
        m_linksByItem->remove(link.item(), link.id());
}

void ClientConversation::sayOnceOpen(std::uint32_t id, protocol::ClientMessage message)
{
    if (m_state == State::Opening)
        m_waiting.push_back({id, std::move(message)});
    else if (m_state == State::Closed)
        failLater(id, *m_endReason);
    else if (const Result<void> sent = trySend(std::move(message)); !sent)
        failLater(id, sent.error());
}

void ClientConversation::sendWaiting()
{
    for (Waiting &waiting : std::exchange(m_waiting, {})) {
        if (!m_transactions.contains(waiting.id) && !m_links.contains(waiting.id))
            continue;
        if (const Result<void> sent = trySend(std::move(waiting.message)); !sent)
            failLater(waiting.id, sent.error());
    }
}

void ClientConversation::failLater(std::uint32_t id, const Error &reason)
{
    m_client.seat().reactor().post([self = shared_from_this(), id, reason] { self->fail(id, reason); });
}

void ClientConversation::fail(std::uint32_t id, const Error &reason)
{
    m_transactions.erase(id);
    if (const std::optional<Transaction> transaction = m_client.takeTransaction(id))
        transaction->finish(reason);
    else if (const std::shared_ptr<ClientLink> link = m_client.takeLink(id))
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
    if (!m_channel)
        return Error{ErrorCode::PeerGone, QStringLiteral("the conversation is not open")};
    return m_channel->send(std::visit(
        [this](auto &&verb) {
            if constexpr (requires { verb.conversation; })
                verb.conversation = m_id;
            return protocol::encode(std::forward<decltype(verb)>(verb));
        },
        std::move(message)));
}

} // namespace tellwire::engine
