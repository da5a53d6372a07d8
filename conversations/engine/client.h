// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/client_conversation.h"
#include "conversations/engine/client_link.h"
#include "conversations/engine/deadlines.h"
#include "conversations/engine/numbered_pages.h"
#include "conversations/engine/transaction.h"
#include "dde/protocol/message.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tellwire::transport {
class Channel;
class Seat;
} // namespace tellwire::transport

namespace tellwire::engine {

/// All that a session does as a client: hands each message of a server to the conversation, transaction or
/// link it is about. One number space serves all three, so a number never means two things.
class Client
{
public:
    explicit Client(transport::Seat &seat);

    transport::Seat &seat() const noexcept { return m_seat; }

    using Channel = std::shared_ptr<transport::Channel>;
    void onMessage(const Channel &from, protocol::ServerMessage message);
    void onUnreadable(const Channel &from, protocol::LinkId link);
    void onClosed(const Channel &channel, const Error &reason);

    // The tables; for ClientConversation.

    /// From now on, messages about the number reach the conversation; it has the time of a connection to
    /// open.
    protocol::ConversationId enter(const std::shared_ptr<ClientConversation> &conversation);
    void stopClock(protocol::ConversationId opened);
    void leave(protocol::ConversationId conversation);

    /// Asks one program what it has to talk about; see Finish.
    protocol::TransactionId find(std::uint64_t peer, protocol::Find question, std::chrono::milliseconds limit,
                                 Finish finish);

    /// Forgets a transaction without telling anybody.
    void drop(protocol::TransactionId id) { (void)takeTransaction(id); }

    protocol::TransactionId enter(Transaction transaction, std::chrono::milliseconds limit);
    std::optional<Transaction> takeTransaction(protocol::TransactionId id);

    ClientLink::Pointer enterLink(const LinkTerms::Pointer &terms, const ItemName &item,
                                  ClientLink::Observer *observer);
    /// A number for a link that the conversation's DirectLinks keep.
    protocol::LinkId enterDirectLink(ClientConversation &conversation);
    void leaveDirectLink(protocol::LinkId link) { m_directLinks.erase(link); }
    void leaveDirectLinks(const ClientConversation &conversation);

    ClientLink *link(protocol::LinkId id) const; ///< Null if there is none.
    ClientLink::Pointer takeLink(protocol::LinkId id);

private:
    struct Entry
    {
        std::shared_ptr<ClientConversation> conversation;
        std::optional<Deadlines::Entry> initiation;
    };

    /// Parts of a batch that is not complete yet.
    struct HeldValues
    {
        std::vector<protocol::Value> values;
        quint64 bytes = 0;
    };
    static constexpr std::size_t maxHeldValues = 1U << 20;

    void handle(const Channel &from, const protocol::Opened &message);
    void handle(const Channel &from, const protocol::Refused &message);
    void handle(const Channel &from, const protocol::Terminate &message);
    void handle(const Channel &from, protocol::Answer &message);
    void handle(const Channel &from, const protocol::Accepted &message);
    void handle(const Channel &from, const protocol::Declined &message);
    void handle(const Channel &from, const protocol::Advised &message);
    void handle(const Channel &from, const protocol::Value &message);
    void handle(const Channel &from, const protocol::Changed &message);
    void handle(const Channel &from, const protocol::LinkEnded &message);
    void handle(const Channel &from, const protocol::Found &message);
    void handle(const Channel &from, const protocol::AnswerMany &message);
    void handle(const Channel &from, const protocol::BatchEnd &message);

    std::shared_ptr<ClientConversation> conversationOn(const Channel &channel,
                                                       protocol::ConversationId id) const;
    ClientLink *linkOn(const Channel &channel, protocol::LinkId id) const;
    std::shared_ptr<ClientConversation> directLinkOn(const Channel &channel, protocol::LinkId id) const;
    template <typename M>
    bool handedToDirectLink(const Channel &from, const M &message, bool (DirectLinks::*told)(const M &));
    const Transaction *transactionOn(const Channel &channel, protocol::TransactionId id) const;
    void hold(const Channel &from, const protocol::Value &value);
    Result<Update> read(const protocol::AnswerPart &part, Bytes value) const;
    void finish(protocol::TransactionId id, Result<Answer> &&outcome);
    void finishFinds(const Channel &channel, const Error &reason);
    void onInitiationMissed(protocol::ConversationId id);
    void onTransactionMissed(protocol::TransactionId id);
    std::uint32_t newId();

    transport::Seat &m_seat;
    std::uint32_t m_lastId = 0;
    Deadlines m_initiations;
    Deadlines m_limits;
    std::unordered_map<protocol::ConversationId, Entry> m_conversations;
    std::unordered_map<protocol::TransactionId, Transaction> m_transactions;
    NumberedPages<ClientLink::Pointer> m_links;
    std::unordered_map<protocol::LinkId, ClientConversation *> m_directLinks; ///< They leave before they die.
    std::unordered_map<Channel, HeldValues> m_held;
    std::shared_ptr<int> m_guard = std::make_shared<int>();
};

} // namespace tellwire::engine
