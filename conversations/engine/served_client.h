// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/engine/caller_rights.h"
#include "conversations/engine/direct_service.h"
#include "conversations/engine/monitor_traffic.h"
#include "conversations/engine/numbered_pages.h"
#include "conversations/engine/served_outcome.h"
#include "conversations/engine/server_link.h"
#include "conversations/update.h"
#include "dde/protocol/message.h"
#include "dde/protocol/message_codec.h"

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class BlockPointer;
class Channel;
struct Feeding;
} // namespace tellwire::transport

namespace tellwire::engine {

class DirectUpdates;
class Item;
class ServedTopic;
class Server;
struct Match;
struct WantedFormats;

/// What one client program has here: its conversations, its links, and its transactions that are not answered
/// yet. Hands what it asks to the topics.
class ServedClient : public std::enable_shared_from_this<ServedClient>
{
public:
    static constexpr std::size_t maxConversations = 65'536;
    static constexpr std::size_t maxTransactions = 65'536; ///< Not answered yet.
    static constexpr std::size_t maxLinks = 1'000'000;     ///< With those that wait for their item.
    static constexpr std::size_t maxAwaiting = 100'000;    ///< Of these; each keeps its whole message.
    static constexpr std::size_t rememberedFinds = 16;     ///< See Initiate::found.

    /// `number` is never used again.
    ServedClient(Server &server, std::shared_ptr<transport::Channel> channel, std::uint32_t number);

    const std::shared_ptr<transport::Channel> &channel() const noexcept { return m_channel; }
    const Caller &caller() const noexcept { return m_caller; }
    std::uint32_t number() const noexcept { return m_number; }
    const QString &returnMessage() const noexcept { return m_returnMessage; } ///< Why it was refused last.

    /// Does what the client asks for, if it may.
    template <typename M>
    void receive(const M &message)
    {
        if (isPermitted(message))
            handle(message);
    }

    // Rights: served_client_rights.cpp.

    /// Whether wildcards lead this client there.
    bool maySee(const ServiceName &service, const TopicName &topic) const;

    /// What the client is to be told if it may not do that in the conversation; it is written down. Not asked
    /// where receive() has done so: for one item of many.
    std::optional<Error> forbids(transport::Right right, protocol::ConversationId id, const ItemName &item);

    /// The channel has ended. Runs the program's code.
    void end();

    /// Nobody hears anything any more.
    void forgetConversations() { m_conversations.clear(); }

    /// Ends the conversations about these topics; the client is told the reason. Returns what the program is
    /// to be told afterwards.
    std::vector<GiveUp> endConversations(const std::unordered_set<const ServedTopic *> &topics,
                                         const Error &reason);

    /// The item that the link waits for is there. Runs converters and providers.
    void resume(protocol::LinkId link);

    /// Sends the last value, if that is due, and ends the link; the client is told the reason.
    void endLink(ServerLink &link, const Error &reason);
    void onCut(protocol::LinkId link, const Error &reason);

    // For direct conversations. What is about something that there is no more does nothing.

    /// The answers to a transaction, each of which ends it.
    void answer(protocol::TransactionId id, FormatNumber format, const QByteArray &value);
    void answer(const protocol::AnswerMany &answers);
    void accept(protocol::TransactionId id, std::uint8_t applicationCode = 0);
    void refuse(protocol::TransactionId id, const Error &reason);

    /// The answer to an Advise, or endLink().
    void advised(protocol::LinkId id, FormatNumber format);
    void endLink(protocol::LinkId id, const Error &reason);
    void dropLink(protocol::LinkId id); ///< The client knows; its Unadvise is answered by accept().

    /// What news there is of a link.
    struct News
    {
        std::uint32_t sequence = 0; ///< See protocol::Value.
        std::int64_t time = 0;
        Quality quality = Quality::Good;
    };
    /// Errors: Busy if the client is so far behind that nothing more is sent to it now; TooLarge; OutOfSpace;
    /// Closed if there is no such link.
    Result<void> sendValue(DirectUpdates &updates, protocol::LinkId id, const News &news,
                           const QByteArray &value);
    Result<void> sendChanged(protocol::LinkId id, const News &news);

    /// Ends a direct conversation, which hears nothing more; the client is told the reason, if there is one.
    void terminate(protocol::ConversationId id, const std::optional<Error> &reason);

    /// One conversation that is open.
    struct Listed
    {
        ServiceName service;
        TopicName topic;
        std::size_t links = 0;
    };
    std::vector<Listed> conversations() const; ///< In order of their numbers.

    /// Sends what both sides must know. If that is impossible, the channel ends.
    template <typename M>
    void tell(M message)
    {
        showMonitors(message);
        sendOrEnd(protocol::encode(std::move(message)));
    }

    MonitorTrace trace() const; ///< For monitors.
    MonitorTraffic &traffic() const noexcept { return m_traffic; }

private:
    // Conversations
    void handle(const protocol::Initiate &message);
    void handle(const protocol::Terminate &message);
    void handle(const protocol::Find &message);

    // Transactions
    void handle(const protocol::Request &message);
    void handle(const protocol::RequestMany &message);
    void handle(const protocol::Poke &message);
    void handle(const protocol::Execute &message);
    void handle(const protocol::Browse &message);
    void handle(const protocol::Cancel &message);

    // Links
    void handle(const protocol::Advise &message);
    void handle(const protocol::Unadvise &message);
    void handle(const protocol::Fetch &message);
    void handle(const protocol::Received &message);

    struct Conversation
    {
        std::shared_ptr<ServedTopic> topic; ///< Or:
        std::shared_ptr<DirectConversation> direct = {};
        ServiceName service = {}; ///< As it is published, by whatever name the client has asked for it.
        bool isOpening = false;   ///< While its service is asked.
        std::vector<protocol::LinkId> links = {};
        std::unordered_set<protocol::TransactionId> transactions = {};

        /// Otherwise it is opening; or was ended by this side, and its Terminate is still to come.
        bool isOpen() const { return topic || direct; }
    };
    struct RememberedFind
    {
        protocol::TransactionId transaction;
        QList<protocol::FoundTopic> topics;
    };
    struct Transaction
    {
        std::weak_ptr<ServedClient> client;
        protocol::TransactionId id = 0;
        protocol::ConversationId conversation = 0;
        bool isPending = true; ///< Neither answered nor given up.
        std::vector<GiveUp> giveUps = {};
    };
    struct ManyAnswers;
    struct Asked;
    using TransactionPointer = std::shared_ptr<Transaction>;

    void sendOrEnd(const transport::Message &message);
    template <typename M>
    void showMonitors(const M &message) const
    {
        if (m_traffic.isObserved())
            m_traffic.sent(*this, message);
    }

    template <typename M>
    bool isPermitted(const M &)
    {
        return true;
    }
    bool isPermitted(const protocol::Request &message);
    bool isPermitted(const protocol::Browse &message);
    bool isPermitted(const protocol::Poke &message);
    bool isPermitted(const protocol::Execute &message);
    bool isPermitted(const protocol::Advise &message);
    template <typename M>
    bool mayDo(transport::Right right, const M &message, const ItemName &item);
    std::optional<Error> forbids(transport::Right right, const ItemAddress &what);

    void open(const protocol::Initiate &message, const Match &match);
    void refuse(const protocol::Initiate &message, const Error &reason);

    // Direct conversations: served_client_direct.cpp.
    bool wasOffered(const protocol::Initiate &message) const;
    void openDirectly(const protocol::Initiate &message, const Match &match, bool isOffered);
    std::shared_ptr<DirectConversation> directOf(protocol::ConversationId id) const;
    template <typename M>
    bool handDirectly(const M &message);
    bool adviseDirectly(const protocol::Advise &message);
    bool unadviseDirectly(const protocol::Unadvise &message, const ServerLink &link);
    bool finish(protocol::TransactionId id);
    Result<void> send(protocol::LinkId id, const transport::Message &message,
                      const transport::BlockPointer &block);

    /// Null if the conversation has been ended by this side; the client's message crossed that. A
    /// conversation that never was is a violation, and null.
    std::shared_ptr<ServedTopic> topicOf(protocol::ConversationId id);
    void tellDisconnected(const Conversation &ended) const;
    std::vector<GiveUp> clear(Conversation &conversation);

    TransactionPointer begin(protocol::TransactionId id, protocol::ConversationId conversation);
    bool answerStored(const protocol::Request &message);
    template <typename M>
    std::optional<Asked> beginRequest(const M &message);
    static void keep(const TransactionPointer &transaction, GiveUp giveUp);
    bool finish(Transaction &transaction);
    static std::shared_ptr<ServedClient> clientOf(const TransactionPointer &transaction);
    std::vector<GiveUp> drop(protocol::TransactionId id);
    WhenDone<void> answering(const TransactionPointer &transaction);
    void answer(protocol::TransactionId id, const Result<Update> &update);
    void answer(const protocol::Answer &message);
    void answer(const std::shared_ptr<Item> &item, const protocol::Answer &message);
    void answer(const protocol::Answer &message, const transport::Message &encoded,
                transport::BlockPointer *kept);
    void answer(protocol::TransactionId id, const std::vector<Result<Update>> &updates);
    Result<void> makeRoom(const std::vector<Result<Update>> &updates, QByteArray &values) const;
    void decline(protocol::TransactionId id, const Error &reason);

    void start(const protocol::Advise &message, const WantedFormats &wanted);
    void join(const protocol::Advise &message, ServedTopic &topic,
              const Result<std::shared_ptr<LinkFeed>> &feed);
    void attach(const protocol::Advise &message, ServedTopic &topic, LinkFeed &feed);
    ServerLink &addLink(const protocol::Advise &message);
    ServerLink *findLink(protocol::LinkId id);
    ServerLink *findDirectLink(protocol::LinkId id);
    void removeLink(ServerLink &link);

    Server &m_server;
    MonitorTraffic &m_traffic;
    std::shared_ptr<transport::Channel> m_channel;
    std::deque<RememberedFind> m_finds; ///< The last ones.
    Caller m_caller;
    CallerRights m_rights;
    std::uint32_t m_number;
    QString m_returnMessage;
    std::unordered_map<protocol::ConversationId, Conversation> m_conversations;
    std::unordered_map<protocol::TransactionId, TransactionPointer> m_transactions;
    NumberedPages<ServerLink> m_links;
    std::unordered_map<protocol::LinkId, protocol::Advise> m_awaiting; ///< Of links without a feed.
};

/// Ends all links on the feed; their clients are told the reason. Runs nothing of the program's.
void endLinks(LinkFeed &feed, const Error &reason);

} // namespace tellwire::engine
