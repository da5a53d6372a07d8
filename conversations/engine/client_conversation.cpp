// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_conversation.h"

#include "conversations/engine/client.h"
#include "conversations/engine/finder.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// How a conversation opens, is lost, and closes. What goes over it is in client_transactions.cpp.
namespace tellwire::engine {

namespace {

/// What may be otherwise when the service is there again.
bool isWorthWaiting(const Error &reason)
{
    switch (reason.code) {
    case ErrorCode::NoSuchService:
    case ErrorCode::NoSuchTopic:
    case ErrorCode::PeerGone:
    case ErrorCode::TimedOut:
    case ErrorCode::Busy:
        return true;
    default:
        return false;
    }
}

} // namespace

ClientConversation::ClientConversation(Client &client, const Target &target, Observer *observer)
    : m_client(client),
      m_target(target),
      m_service(target.service),
      m_topic(target.topic),
      m_observer(observer),
      m_limit(client.seat().configuration().requestTimeout)
{}

ClientConversation::~ClientConversation() = default;

std::shared_ptr<ClientConversation> ClientConversation::open(Client &client, const Target &target,
                                                             Observer *observer)
{
    auto conversation = std::make_shared<ClientConversation>(client, target, observer);
    if (target.reconnect) {
        conversation->m_guard = std::make_shared<int>();
        client.seat().onLogChange(conversation->m_guard, [weak = std::weak_ptr{conversation}] {
            if (const auto alive = weak.lock())
                alive->onLogChange();
        });
    }
    conversation->search();
    conversation->tryNext();
    return conversation;
}

// Looks for offers that were not there, or not the same, when it looked before.
void ClientConversation::search()
{
    transport::SessionLog &log = m_client.seat().log();
    if (const Result<void> current = log.replay(); !current && !m_refusal)
        m_refusal = current.error();
    const QList<protocol::ServiceOffer> offers = m_target.service.isEmpty()
                                                     ? protocol::allServices(log.state())
                                                     : protocol::servicesNamed(log.state(), m_target.service);
    QList<protocol::ServiceOffer> fresh;
    for (const protocol::ServiceOffer &offer : offers)
        if (!m_known.contains(offer))
            fresh.append(offer);
    m_known = offers;
    if (m_target.service.isEmpty() || m_target.topic.isEmpty())
        return ask(fresh);
    for (const protocol::ServiceOffer &offer : fresh)
        m_candidates.push_back({offer.peer, offer.instance, offer.name, m_target.topic});
}

// Who answers first is tried first, so that a program that hangs keeps nobody waiting.
void ClientConversation::ask(const QList<protocol::ServiceOffer> &fresh)
{
    if (fresh.isEmpty())
        return;
    const auto onAnswer = [this](std::uint64_t peer, const Result<protocol::Found> &answer) {
        if (!answer)
            return;
        for (const protocol::FoundTopic &found : answer->topics)
            m_candidates.push_back({peer, found.instance, found.service, found.topic});
        if (m_state == State::Opening && !m_channel)
            tryNext();
    };
    const auto onDone = [this] {
        const auto self = shared_from_this();
        m_finder.reset();
        if (m_state == State::Opening && !m_channel)
            tryNext();
    };
    m_finder =
        Finder::start(m_client, fresh, protocol::Find{.service = m_target.service, .topic = m_target.topic},
                      {onAnswer, onDone});
}

void ClientConversation::onLogChange()
{
    if (m_state != State::Opening || m_finder)
        return;
    search();
    if (!m_channel && !m_candidates.empty())
        tryNext();
}

void ClientConversation::tryNext()
{
    leaveCandidate();
    while (!m_candidates.empty()) {
        m_candidate = m_candidates.front();
        m_candidates.pop_front();
        m_channel = m_client.seat().channelTo(m_candidate.peer);
        m_id = m_client.enter(shared_from_this());
        if (trySend(protocol::Initiate{m_id, m_candidate.instance, m_candidate.service, m_candidate.topic}))
            return;
        leaveCandidate();
    }
    if (!m_finder)
        giveUp();
}

void ClientConversation::leaveCandidate()
{
    m_client.leave(m_id);
    m_channel.reset();
}

// Nothing may be told inside the call that opens the conversation.
void ClientConversation::giveUp()
{
    const Error nobody{ErrorCode::NoSuchService,
                       QStringLiteral("nobody publishes the service %1 in session %2; "
                                      "`tellwire list` shows what there is")
                           .arg(m_service.text(), m_client.seat().name())};
    const Error nothing{
        ErrorCode::NoSuchTopic,
        QStringLiteral("nobody in session %1 has a match; `tellwire list` shows what there is")
            .arg(m_client.seat().name())};
    const bool isWild = m_target.service.isEmpty() || m_target.topic.isEmpty();
    const Error reason = m_refusal.value_or(isWild ? nothing : nobody);
    if (m_target.reconnect && isWorthWaiting(reason))
        return;
    m_client.seat().reactor().post([self = shared_from_this(), reason] { self->close(reason); });
}

void ClientConversation::onOpened(const protocol::Opened &message)
{
    m_client.stopClock(m_id);
    m_state = State::Open;
    m_service = message.service;
    m_topic = message.topic;
    if (m_target.service.isEmpty()) // From now on it is this one, whenever it comes back.
        m_target.service = m_service;
    m_target.topic = m_topic;
    m_finder.reset();
    m_candidates.clear();
    m_refusal.reset();
    restoreLinks();
    sendWaiting();
    if (m_observer != nullptr)
        m_observer->onOpened();
}

void ClientConversation::restoreLinks()
{
    if (!m_target.reconnect)
        return;
    std::vector<protocol::LinkId> inOrder{m_links.begin(), m_links.end()};
    std::ranges::sort(inOrder);
    for (const protocol::LinkId id : inOrder)
        if (const Result<void> sent = trySend(m_client.link(id)->advise()); !sent)
            failLater(id, sent.error());
}

void ClientConversation::onRefused(const Error &reason)
{
    if (!m_refusal)
        m_refusal = reason;
    if (m_target.reconnect && reason.code == ErrorCode::TimedOut)
        m_candidates.push_back(m_candidate); // It may only be stopped. Each attempt takes its time anyway.
    tryNext();
}

void ClientConversation::onSilent()
{
    send(protocol::Terminate{.conversation = m_id, .reason = std::nullopt});
    onRefused(
        Error{ErrorCode::TimedOut, QStringLiteral("the service %1 did not answer whether it talks about %2")
                                       .arg(m_candidate.service.text(), m_candidate.topic.text())});
}

void ClientConversation::onTerminated(const Error &reason)
{
    if (m_state == State::Opening && reason.code == ErrorCode::PeerGone)
        return tryNext(); // Whoever published the service is dead, but others may have too.
    if (m_state == State::Opening)
        return onRefused(reason);
    if (m_target.reconnect && isWorthWaiting(reason))
        return lose(reason);
    close(reason);
}

// What was on its way is never sent again; what is started from now on waits.
void ClientConversation::lose(const Error &reason)
{
    const auto self = shared_from_this();
    m_state = State::Opening;
    leaveCandidate();
    m_known.clear();
    finishTransactions(reason);
    for (const protocol::LinkId id : std::vector<protocol::LinkId>{m_links.begin(), m_links.end()})
        if (const std::shared_ptr<ClientLink> link = m_client.link(id))
            link->lose(reason);
    if (m_observer != nullptr)
        m_observer->onLost(reason);
    if (m_state != State::Opening || m_channel || m_finder)
        return; // Handlers have ended it, or let other messages in.
    search();
    tryNext();
}

void ClientConversation::close(const Error &reason)
{
    if (m_state == State::Closed)
        return;
    const auto self = shared_from_this();
    m_state = State::Closed;
    m_endReason = reason;
    m_waiting.clear();
    m_finder.reset();
    const auto channel = m_channel; // Final values are read through it.
    m_client.leave(m_id);
    finishTransactions(reason);
    for (const protocol::LinkId id : std::exchange(m_links, {}))
        if (const std::shared_ptr<ClientLink> link = m_client.takeLink(id))
            link->tellEnd(reason);
    m_channel.reset();
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
    m_finder.reset();
    m_guard.reset();
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

} // namespace tellwire::engine
