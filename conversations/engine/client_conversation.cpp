// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_conversation.h"

#include "conversations/engine/client.h"
#include "conversations/engine/finder.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <chrono>
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
    case ErrorCode::Closed: // The session has moved to a new directory.
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
    if (target.only)
        conversation->m_candidates.push_back(*target.only);
    else
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
    const QList<protocol::ServiceOffer> offers =
        m_target.service.isEmpty()
            ? protocol::allServices(log.state()) + protocol::servicesOfAnyName(log.state())
            : protocol::servicesNamed(log.state(), m_target.service);
    QList<protocol::ServiceOffer> fresh;
    for (const protocol::ServiceOffer &offer : offers)
        if (!m_known.contains(offer))
            fresh.append(offer);
    m_known = offers;
    if (m_target.service.isEmpty() || m_target.topic.isEmpty())
        return ask(fresh);
    for (const protocol::ServiceOffer &offer : fresh)
        m_candidates.push_back(
            {offer.peer, offer.instance, offer.takesAnyName ? m_target.service : offer.name, m_target.topic});
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
            m_candidates.push_back({peer, found.instance, found.service, found.topic, answer->transaction});
        if (m_state == State::Opening && !m_channel)
            tryNext();
    };
    const auto onDone = [this] {
        const auto self = shared_from_this();
        m_finder.reset();
        if (m_state != State::Opening || m_channel)
            return;
        if (m_target.reconnect)
            search(); // What was published while others were waited for.
        tryNext();
    };
    m_finder = Finder::start(
        m_client, fresh,
        protocol::Find{.service = m_target.service, .topic = m_target.topic, .context = m_target.context},
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
        if (trySend(protocol::Initiate{m_id, m_candidate.instance, m_candidate.service, m_candidate.topic,
                                       m_candidate.found, m_target.context}))
            return;
        leaveCandidate();
    }
    if (!m_finder)
        giveUp();
}

// Nobody says when a program that is busy or stopped can be had, so the pause is timed, and grows.
void ClientConversation::tryAgainLater()
{
    using namespace std::chrono_literals;
    constexpr int longest = 6;
    const auto pause = 100ms * (1 << std::min(m_failures++, longest));
    m_client.seat().reactor().after(pause, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->m_state != State::Opening || self->m_channel)
            return;
        for (const Candidate &candidate : std::exchange(self->m_later, {}))
            self->m_candidates.push_back(candidate);
        self->tryNext();
    });
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
    if (m_target.reconnect && !m_later.empty())
        return tryAgainLater();
    if (m_target.reconnect && isWorthWaiting(reason))
        return;
    m_guard.reset(); // Nothing may start it again before it is closed.
    m_client.seat().reactor().post([self = shared_from_this(), reason] { self->close(reason); });
}

bool ClientConversation::hasAskedFor(const ServiceName &service, const TopicName &topic) const
{
    return m_candidate.service == service && m_candidate.topic == topic;
}

void ClientConversation::onOpened(const protocol::Opened &message)
{
    m_openedAt = std::chrono::steady_clock::now();
    m_hasBeenOpen = true;
    m_later.clear();
    m_client.stopClock(m_id);
    m_state = State::Open;
    m_service = message.service;
    m_topic = message.topic;
    m_exactPartner = message.exactPartner;
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
    std::vector<const ClientLink *> inOrder{m_links.begin(), m_links.end()};
    std::ranges::sort(inOrder, {}, &ClientLink::id);
    for (const ClientLink *link : inOrder)
        if (const Result<void> sent = tryToStart(*link); !sent)
            failLater(link->id(), sent.error());
}

Result<void> ClientConversation::tryToStart(const ClientLink &link)
{
    return link.advise().and_then([this](protocol::Advise advise) { return trySend(std::move(advise)); });
}

void ClientConversation::onRefused(const Error &reason)
{
    if (!m_refusal)
        m_refusal = reason;
    if (m_target.reconnect && (reason.code == ErrorCode::TimedOut || reason.code == ErrorCode::Busy))
        m_later.push_back(m_candidate); // It may only be stopped.
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
    if (m_state == State::Closed)
        return;
    if (m_state == State::Opening && reason.code == ErrorCode::PeerGone) {
        // Whoever published the service is dead as a rule, but it may have cut off this channel only.
        if (m_target.reconnect && m_client.seat().isAlive(m_candidate.peer))
            m_later.push_back(m_candidate);
        return tryNext();
    }
    if (m_state == State::Opening)
        return onRefused(reason);
    if (m_target.reconnect && isWorthWaiting(reason))
        return lose(reason);
    close(reason);
}

// What was on its way is never sent again; what is started from now on waits. All links have stopped before
// anybody is told, because a handler may let other messages in.
void ClientConversation::lose(const Error &reason)
{
    using namespace std::chrono_literals;
    const auto self = shared_from_this();
    const bool hasLasted = std::chrono::steady_clock::now() - m_openedAt > 5s;
    m_failures = hasLasted ? 0 : m_failures + 1;
    m_state = State::Opening;
    leaveCandidate();
    m_unansweredOrder.reset();
    std::vector<ClientLink::Pointer> lost;
    for (ClientLink *link : m_links)
        if (link->lose())
            lost.emplace_back(link);
    finishTransactions(reason);
    for (const ClientLink::Pointer &link : lost)
        link->tellLost(reason);
    if (m_observer != nullptr)
        m_observer->onLost(reason);
    if (m_state != State::Opening || m_channel || m_finder)
        return; // Handlers have ended it, or let other messages in.
    lookAfterLoss();
    tryNext();
}

// Who has lost us again and again, and is still there, is left in peace for a while; who is new is not.
void ClientConversation::lookAfterLoss()
{
    const QList<protocol::ServiceOffer> before = std::exchange(m_known, {});
    if (m_failures < 2)
        return search();
    m_known = before;
    search();
    for (const protocol::ServiceOffer &offer : before)
        if (m_known.contains(offer))
            m_later.push_back({offer.peer, offer.instance, offer.name, m_target.topic});
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
    m_client.leave(m_id);
    m_client.leaveDirectLinks(*this);
    finishTransactions(reason);
    for (const ClientLink::Pointer &link : std::vector<ClientLink::Pointer>(m_links.begin(), m_links.end()))
        if (m_client.takeLink(link->id()))
            link->tellEnd(reason);
    m_channel.reset(); // Not before: final values are read through it.
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
        m_client.leaveDirectLinks(*this);
        leaveCandidate();
    }
    finishTransactions(reason);
    for (const ClientLink *link : m_links)
        failLater(link->id(), reason);
}

// Those that are started meanwhile finish later; see sayOnceOpen().
void ClientConversation::finishTransactions(const Error &reason)
{
    for (const protocol::TransactionId id : std::exchange(m_transactions, {}))
        if (const std::optional<Transaction> transaction = m_client.takeTransaction(id))
            transaction->finish(reason);
}

} // namespace tellwire::engine
