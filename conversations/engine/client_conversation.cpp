// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_conversation.h"

#include "conversations/engine/client.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire::engine {

ClientConversation::ClientConversation(Client &client, ServiceName service, TopicName topic,
                                       Observer *observer)
    : m_client(client),
      m_service(std::move(service)),
      m_topic(std::move(topic)),
      m_observer(observer)
{}

std::shared_ptr<ClientConversation> ClientConversation::open(Client &client, const ServiceName &service,
                                                             const TopicName &topic, Observer *observer)
{
    auto conversation = std::make_shared<ClientConversation>(client, service, topic, observer);
    transport::SessionLog &log = client.seat().log();
    if (const Result<void> current = log.replay(); !current)
        conversation->m_refusal = current.error();
    for (const protocol::ServiceOffer &offer : protocol::servicesNamed(log.state(), service))
        conversation->m_candidates.push_back(offer);
    conversation->tryNext();
    return conversation;
}

void ClientConversation::tryNext()
{
    leaveCandidate();
    while (!m_candidates.empty()) {
        const protocol::ServiceOffer candidate = m_candidates.front();
        m_candidates.pop_front();
        m_channel = m_client.seat().channelTo(candidate.peer);
        m_id = m_client.enter(shared_from_this());
        if (trySend(protocol::Initiate{m_id, candidate.instance, m_service, m_topic}))
            return;
        leaveCandidate();
    }
    giveUpLater();
}

void ClientConversation::leaveCandidate()
{
    m_client.leave(m_id);
    m_channel.reset();
}

// Nothing may be told inside the call that opens the conversation.
void ClientConversation::giveUpLater()
{
    const Error reason = m_refusal.value_or(
        Error{ErrorCode::NoSuchService, QStringLiteral("nobody publishes the service %1 in session %2; "
                                                       "`tellwire list` shows what there is")
                                            .arg(m_service.text(), m_client.seat().name())});
    m_client.seat().reactor().post([self = shared_from_this(), reason] { self->close(reason); });
}

void ClientConversation::onOpened()
{
    m_client.stopClock(m_id);
    m_state = State::Open;
    m_candidates.clear();
    sendWaiting();
    if (m_observer != nullptr)
        m_observer->onOpened();
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

void ClientConversation::onRefused(const Error &reason)
{
    if (!m_refusal)
        m_refusal = reason;
    tryNext();
}

void ClientConversation::onSilent()
{
    send(protocol::Terminate{.conversation = m_id, .reason = std::nullopt});
    onRefused(
        Error{ErrorCode::TimedOut, QStringLiteral("the service %1 did not answer whether it talks about %2")
                                       .arg(m_service.text(), m_topic.text())});
}

void ClientConversation::onTerminated(const Error &reason)
{
    if (m_state == State::Opening && reason.code == ErrorCode::PeerGone)
        return tryNext(); // Whoever published the service is dead, but others may have too.
    if (m_state == State::Opening)
        return onRefused(reason);
    close(reason);
}

void ClientConversation::close(const Error &reason)
{
    if (m_state == State::Closed)
        return;
    const auto self = shared_from_this();
    m_state = State::Closed;
    m_endReason = reason;
    m_waiting.clear();
    leaveCandidate();
    finishTransactions(reason);
    for (const protocol::LinkId id : std::exchange(m_links, {}))
        if (const std::shared_ptr<ClientLink> link = m_client.takeLink(id))
            link->tellEnd(reason);
    if (Observer *observer = std::exchange(m_observer, nullptr))
        observer->onClosed(reason);
}

void ClientConversation::end()
{
    const auto self = shared_from_this();
    const Error reason{ErrorCode::Closed,
                       QStringLiteral("this program ended the conversation with %1 about %2")
                           .arg(m_service.text(), m_topic.text())};
    m_observer = nullptr;
    if (m_state != State::Closed) {
        if (m_channel)
            send(protocol::Terminate{.conversation = m_id, .reason = std::nullopt});
        m_state = State::Closed;
        m_endReason = reason;
        m_waiting.clear();
        leaveCandidate();
    }
    finishTransactions(reason);
    for (const protocol::LinkId link : m_links)
        failLater(link, reason);
}

// Those that are started meanwhile finish later; see sayOnceOpen().
void ClientConversation::finishTransactions(const Error &reason)
{
    for (const protocol::TransactionId id : std::exchange(m_transactions, {}))
        if (const std::optional<Transaction> transaction = m_client.takeTransaction(id))
            transaction->finish(reason);
}

template <typename M>
protocol::TransactionId ClientConversation::begin(M message, Transaction transaction,
                                                  std::chrono::milliseconds limit)
{
    transaction.conversation = shared_from_this();
    message.transaction = m_client.enter(std::move(transaction), limit);
    const protocol::TransactionId id = message.transaction;
    m_transactions.insert(id);
    sayOnceOpen(id, std::move(message));
    return id;
}

protocol::TransactionId ClientConversation::start(protocol::Request request, std::chrono::milliseconds limit,
                                                  Finish finish)
{
    const QString what = QStringLiteral("request %1").arg(request.item.text());
    return begin(std::move(request), {{}, Transaction::Kind::Request, std::move(finish), {}, what}, limit);
}

protocol::TransactionId ClientConversation::start(protocol::Poke poke, std::chrono::milliseconds limit,
                                                  Finish finish)
{
    const QString what = QStringLiteral("poke %1").arg(poke.item.text());
    return begin(std::move(poke), {{}, Transaction::Kind::Order, std::move(finish), {}, what}, limit);
}

protocol::TransactionId ClientConversation::start(protocol::Execute command, std::chrono::milliseconds limit,
                                                  Finish finish)
{
    return begin(std::move(command),
                 {{}, Transaction::Kind::Order, std::move(finish), {}, QStringLiteral("execute")}, limit);
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
    auto link = m_client.enterLink(shared_from_this(), observer);
    advise.link = link->id();
    m_links.insert(link->id());
    sayOnceOpen(link->id(), std::move(advise));
    return link;
}

void ClientConversation::unadvise(ClientLink &link)
{
    link.forgetObserver();
    if (m_client.takeLink(link.id()) && m_state == State::Open)
        send(protocol::Unadvise{.link = link.id()});
}

void ClientConversation::forget(std::uint32_t transactionOrLink)
{
    m_transactions.erase(transactionOrLink);
    m_links.erase(transactionOrLink);
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
    return m_channel->send(std::visit(
        [this](auto &&verb) {
            if constexpr (requires { verb.conversation; })
                verb.conversation = m_id;
            return protocol::encode(std::forward<decltype(verb)>(verb));
        },
        std::move(message)));
}

} // namespace tellwire::engine
