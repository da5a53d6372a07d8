// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/client_link.h"
#include "conversations/engine/deadlines.h"
#include "conversations/engine/transaction.h"
#include "dde/protocol/message.h"
#include "dde/protocol/service_table.h"

#include <deque>
#include <memory>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

class Client;

/// The client's end of one conversation: finds a server, and keeps what is started before one has been found.
///
///     Opening ──Opened──▶ Open ──Terminate, end of the channel, end()──▶ Closed
///        │  ▲                                                              ▲
///        └──┘ Refused, dead or silent: the next candidate      none left ──┘
class ClientConversation : public std::enable_shared_from_this<ClientConversation>
{
public:
    enum class State : quint8 { Opening, Open, Closed };

    /// Who is told; called from the session's processing only. Each function may delete anything.
    class Observer
    {
    public:
        virtual void onOpened() = 0;
        virtual void onClosed(const Error &reason) = 0;

    protected:
        ~Observer() = default;
    };

    /// Tries everybody who publishes the service, in order of publication, and returns at once.
    static std::shared_ptr<ClientConversation> open(Client &client, const ServiceName &service,
                                                    const TopicName &topic, Observer *observer);

    ClientConversation(Client &client, ServiceName service, TopicName topic, Observer *observer);

    State state() const noexcept { return m_state; }
    const ServiceName &service() const noexcept { return m_service; }
    const TopicName &topic() const noexcept { return m_topic; }
    const std::shared_ptr<transport::Channel> &channel() const noexcept { return m_channel; }

    // Starts a transaction; see Finish. `limit` counts from now.
    protocol::TransactionId start(protocol::Request request, std::chrono::milliseconds limit, Finish finish);
    protocol::TransactionId start(protocol::Poke poke, std::chrono::milliseconds limit, Finish finish);
    protocol::TransactionId start(protocol::Execute command, std::chrono::milliseconds limit, Finish finish);

    /// Finishes the transaction with Closed before it returns, if there still is one.
    void cancel(protocol::TransactionId transaction);

    std::shared_ptr<ClientLink> advise(protocol::Advise advise, ClientLink::Observer *observer);

    /// Ends a link; its observer hears nothing more.
    void unadvise(ClientLink &link);

    /// Ends the conversation; its observer hears nothing more. Transactions finish with Closed before it
    /// returns, links are told later.
    void end();

    // From Client:
    void onOpened();
    void onRefused(const Error &reason);
    void onSilent(); ///< The candidate has not answered in time.
    void onTerminated(const Error &reason);
    void onTimedOut(protocol::TransactionId transaction, const Transaction &given);
    void forget(std::uint32_t transactionOrLink);
    void send(const protocol::ClientMessage &message); ///< What both sides must know; else the channel ends.

private:
    void tryNext();
    void giveUpLater();
    void leaveCandidate();
    void close(const Error &reason);
    void finishTransactions(const Error &reason);
    void sayOnceOpen(std::uint32_t id, protocol::ClientMessage message);
    void sendWaiting();
    void failLater(std::uint32_t id, const Error &reason);
    void fail(std::uint32_t id, const Error &reason);
    void tellCancelled(protocol::TransactionId transaction);
    Result<void> trySend(protocol::ClientMessage message);
    template <typename M>
    protocol::TransactionId begin(M message, Transaction transaction, std::chrono::milliseconds limit);

    struct Waiting
    {
        std::uint32_t id; ///< Of the transaction or link; it may be gone when the message could be sent.
        protocol::ClientMessage message;
    };

    Client &m_client;
    ServiceName m_service;
    TopicName m_topic;
    Observer *m_observer; ///< Null once nobody listens any more.
    State m_state = State::Opening;
    protocol::ConversationId m_id = 0; ///< A new one for each candidate.
    std::shared_ptr<transport::Channel> m_channel;
    std::deque<protocol::ServiceOffer> m_candidates;
    std::optional<Error> m_refusal;   ///< The first one a candidate gave.
    std::optional<Error> m_endReason; ///< Once Closed.
    std::vector<Waiting> m_waiting;
    std::unordered_set<protocol::TransactionId> m_transactions;
    std::unordered_set<protocol::LinkId> m_links;
};

} // namespace tellwire::engine
