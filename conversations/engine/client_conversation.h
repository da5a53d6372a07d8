// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/client_link.h"
#include "conversations/engine/direct_links.h"
#include "conversations/engine/transaction.h"
#include "conversations/engine/waiting_message.h"
#include "dde/protocol/message.h"
#include "dde/protocol/service_table.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

class Client;
class Finder;

/// The client's end of one conversation: finds a server, and keeps what is started before one has been found.
///
///     Opening ──Opened──▶ Open ──Terminate, end of the channel, end()──▶ Closed
///        │  ▲               │                                              ▲
///        │  └──reconnects───┘                                              │
///        │  ▲                                                              │
///        └──┘ Refused, dead or silent: the next candidate      none left ──┘ (if it does not reconnect)
class ClientConversation : public std::enable_shared_from_this<ClientConversation>
{
public:
    enum class State : quint8 { Opening, Open, Closed };

    /// Who is told; called from the session's processing only. Each function may delete anything.
    class Observer
    {
    public:
        virtual void onOpened() = 0;
        virtual void onLost(const Error &reason) = 0;
        virtual void onClosed(const Error &reason) = 0;

    protected:
        ~Observer() = default;
    };

    /// A service of a program, and a topic that it may talk about.
    struct Candidate
    {
        std::uint64_t peer = 0;
        std::uint32_t instance = 0;
        ServiceName service = {};
        TopicName topic = {};
        protocol::TransactionId found = 0; ///< See Initiate.
        friend bool operator==(const Candidate &, const Candidate &) = default;
    };

    /// With whom to talk, and about what; an empty name means any.
    struct Target
    {
        ServiceName service;
        TopicName topic;
        bool reconnect = false;
        std::optional<protocol::ConversationContext> context = {}; ///< See Initiate.
        std::optional<Candidate> only = {};                        ///< Nobody else is looked for.
    };

    /// Tries everybody who publishes the service, in order of publication, and returns at once.
    static std::shared_ptr<ClientConversation> open(Client &client, const Target &target, Observer *observer);

    ClientConversation(Client &client, const Target &target, Observer *observer);
    ~ClientConversation();

    State state() const noexcept { return m_state; }
    const ServiceName &service() const noexcept { return m_service; }
    const TopicName &topic() const noexcept { return m_topic; }
    bool reconnects() const noexcept { return m_target.reconnect; }
    bool isLost() const noexcept { return m_state == State::Opening && m_hasBeenOpen; }
    const std::shared_ptr<transport::Channel> &channel() const noexcept { return m_channel; }
    Client &client() const noexcept { return m_client; }
    const Candidate &candidate() const noexcept { return m_candidate; }    ///< Whom it is or was open with.
    std::uint32_t exactPartner() const noexcept { return m_exactPartner; } ///< See Opened.

    /// For faces that look at what comes themselves. To be said before anything can come.
    void setObserver(Observer *observer) noexcept { m_observer = observer; }
    void setDirectLinks(DirectLinks *links) noexcept { m_directLinks = links; }
    DirectLinks *directLinks() const noexcept { return m_directLinks; }

    using Limit = std::chrono::milliseconds;
    Limit limit() const noexcept { return m_limit; } ///< For transactions that say nothing else.
    void setLimit(Limit limit) noexcept { m_limit = limit; }

    // Starts a transaction; see Finish. `limit` counts from now.
    protocol::TransactionId start(protocol::Request request, Limit limit, Finish finish);
    protocol::TransactionId start(protocol::RequestMany request, Limit limit, Finish finish);
    protocol::TransactionId start(protocol::Browse browse, Limit limit, Finish finish);
    protocol::TransactionId start(protocol::Poke poke, Limit limit, Finish finish);
    protocol::TransactionId start(protocol::Execute command, Limit limit, Finish finish);
    protocol::TransactionId start(protocol::Unadvise unadvise, Limit limit, Finish finish);

    /// The same for a request whose answer is wanted as it comes, whatever the format is.
    protocol::TransactionId startDirect(protocol::Request request, Limit limit, Finish finish);

    /// The answer to a request, from the server's memory. Nothing if it has to be asked: no link has the
    /// value there, or a transaction is unfinished, behind which the request must not be answered.
    std::optional<Update> present(const ItemName &item, const Format &format);

    /// Finishes the transaction with Closed before it returns, if there still is one.
    void cancel(protocol::TransactionId transaction);

    /// For links of this conversation; `session` is the one it is in.
    LinkTerms::Pointer termsFor(const Session &session, const LinkOptions &options);

    ClientLink::Pointer advise(const ItemName &item, const LinkTerms::Pointer &terms,
                               ClientLink::Observer *observer);

    /// Ends a link; its observer hears nothing more.
    void unadvise(ClientLink &link);

    /// Starts a link that DirectLinks keep; 0 if that cannot be said to the server. Precondition: it is open.
    protocol::LinkId adviseDirect(protocol::Advise advise);

    /// Nothing more is heard of it. The server is told unless it knows.
    void leaveDirectLink(protocol::LinkId link, bool tellServer);

    /// Ends the conversation; its observer hears nothing more. Transactions finish with Closed before it
    /// returns, links are told later.
    void end();

    // From Client:
    bool hasAskedFor(const ServiceName &service, const TopicName &topic) const;
    void onOpened(const protocol::Opened &message);
    void onRefused(const Error &reason);
    void onSilent(); ///< The candidate has not answered in time.
    void onTerminated(const Error &reason);
    void onAnswered(protocol::TransactionId transaction);
    void onTimedOut(protocol::TransactionId transaction, const Transaction &given);
    void onLinkEnded(const ClientLink::Pointer &link, const Error &reason);
    void forget(protocol::TransactionId transaction);
    void forget(const ClientLink &link);
    void send(const protocol::ClientMessage &message); ///< What both sides must know; else the channel ends.

private:
    friend struct LinkTerms;
    using LinksByItem = QHash<ItemName, std::vector<protocol::LinkId>>;

    // Opening and closing: client_conversation.cpp.
    void search();
    void ask(const QList<protocol::ServiceOffer> &fresh);
    void onLogChange();
    void tryNext();
    void tryAgainLater();
    void giveUp();
    void leaveCandidate();
    void restoreLinks();
    void lose(const Error &reason);
    void lookAfterLoss();
    void close(const Error &reason);
    void finishTransactions(const Error &reason);

    // What goes over it: client_transactions.cpp.
    template <typename M>
    void sayOnceOpen(std::uint32_t id, M &&message);
    void sendWaiting();
    void giveUpOn(protocol::TransactionId transaction, const Transaction &given);
    void failLater(std::uint32_t id, const Error &reason);
    void fail(std::uint32_t id, const Error &reason);
    Result<void> trySend(protocol::ClientMessage message);
    Result<void> tryToStart(const ClientLink &link);
    template <typename M>
    Result<void> say(M &&message);
    template <typename M>
    protocol::TransactionId begin(M &&message, Transaction &&transaction, Limit limit);
    const LinksByItem &linksByItem();

    Client &m_client;
    Target m_target;
    ServiceName m_service; ///< As asked for, then as registered.
    TopicName m_topic;
    Observer *m_observer; ///< Null once nobody listens any more.
    DirectLinks *m_directLinks = nullptr;
    Limit m_limit;
    State m_state = State::Opening;
    protocol::ConversationId m_id = 0; ///< A new one for each candidate.
    std::shared_ptr<transport::Channel> m_channel;
    Candidate m_candidate; ///< The present one.
    std::uint32_t m_exactPartner = 0;
    std::deque<Candidate> m_candidates;
    std::vector<Candidate> m_later; ///< They live, but could not be had: to be tried again.
    std::chrono::steady_clock::time_point m_openedAt;
    bool m_hasBeenOpen = false;
    int m_failures = 0;                                ///< Attempts in a row that led to nothing lasting.
    QList<protocol::ServiceOffer> m_known;             ///< Those that were tried, or are about to be.
    std::shared_ptr<Finder> m_finder;                  ///< While programs are asked what there is.
    std::optional<Error> m_refusal;                    ///< The first one a candidate gave.
    std::optional<Error> m_endReason;                  ///< Once Closed.
    std::map<std::uint32_t, WaitingMessage> m_waiting; ///< By transaction or link.
    std::unordered_set<protocol::TransactionId> m_transactions;
    /// The last poke or command that ended without an answer: the server may still be about to read it.
    std::optional<protocol::TransactionId> m_unansweredOrder;
    std::vector<ClientLink *> m_links;        ///< Each knows its place.
    const LinkTerms *m_lastTerms = nullptr;   ///< As long as a link has them.
    std::optional<LinksByItem> m_linksByItem; ///< Once a request has looked.
    std::shared_ptr<int> m_guard;             ///< Of the watch on the log, while it reconnects.
};

} // namespace tellwire::engine
