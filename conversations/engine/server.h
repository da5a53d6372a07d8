// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/engine/server_link.h"
#include "dde/protocol/message.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class Channel;
class Seat;
struct Message;
} // namespace tellwire::transport

namespace tellwire::engine {

class LinkFeed;
class ServedService;
class ServedTopic;

/// All that a session does as a server: keeps the conversations and links of each client, and hands what they
/// ask to the topic it is about.
class Server
{
public:
    // Per channel.
    static constexpr std::size_t maxConversations = 65'536;
    static constexpr std::size_t maxLinks = 1'000'000;

    /// A handler that waits lets further pokes and commands in; beyond this depth they are declined with
    /// Busy.
    static constexpr int maxHandlerDepth = 64;

    explicit Server(transport::Seat &seat) : m_seat(seat) {}

    transport::Seat &seat() const noexcept { return m_seat; }

    /// Returns the service's number in this session, for its entry in the log.
    std::uint32_t add(const std::shared_ptr<ServedService> &service);

    /// Ends its conversations; their clients are told the reason.
    void remove(std::uint32_t instance, const Error &reason);

    void endConversations(const ServedTopic &topic, const Error &reason);
    void endLinks(const LinkFeed &feed, const Error &reason);

    using Channel = std::shared_ptr<transport::Channel>;
    void onMessage(const Channel &from, const protocol::ClientMessage &message);
    void onClosed(const Channel &channel);

private:
    struct Conversation
    {
        std::shared_ptr<ServedTopic>
            topic; ///< Null: ended by this side, the client's Terminate is still to come.
        std::unordered_set<protocol::LinkId> links;
    };

    /// What one client program has here.
    struct Client
    {
        std::unordered_map<protocol::ConversationId, Conversation> conversations;
        std::unordered_map<protocol::LinkId, std::shared_ptr<ServerLink>> links;
    };

    void handle(const Channel &from, const protocol::Initiate &message);
    void handle(const Channel &from, const protocol::Terminate &message);
    void handle(const Channel &from, const protocol::Request &message);
    void handle(const Channel &from, const protocol::Poke &message);
    void handle(const Channel &from, const protocol::Execute &message);
    void handle(const Channel &from, const protocol::Advise &message);
    void handle(const Channel &from, const protocol::Unadvise &message);
    void handle(const Channel &from, const protocol::Fetch &message);
    void handle(const Channel &, const protocol::Cancel &) {} // All transactions are answered at once.
    void handle(const Channel &, const protocol::Received &) {
    } // NewestOnly keeps at most one update on its way.
    void handle(const Channel &, const protocol::Find &) {}
    void handle(const Channel &, const protocol::RequestMany &) {}
    void handle(const Channel &, const protocol::Browse &) {}

    /// Null if the conversation has been ended by this side; the client's message crossed that. A
    /// conversation that never was is a violation, and null.
    std::shared_ptr<ServedTopic> topicOf(const Channel &from, protocol::ConversationId id);
    Conversation *find(const Channel &channel, protocol::ConversationId id);
    std::shared_ptr<ServerLink> findLink(const Channel &channel, protocol::LinkId id) const;
    std::pair<std::uint32_t, std::shared_ptr<ServedService>>
    serviceFor(const protocol::Initiate &message) const;
    Result<std::shared_ptr<ServedTopic>> topicFor(const protocol::Initiate &message,
                                                  const std::shared_ptr<ServedService> &service) const;
    void open(const Channel &from, const protocol::Initiate &message, std::uint32_t instance,
              const std::shared_ptr<ServedTopic> &topic);
    void start(const Channel &from, const protocol::Advise &message, const std::shared_ptr<LinkFeed> &feed);
    void endLink(const std::shared_ptr<ServerLink> &link);
    void detach(const std::shared_ptr<ServerLink> &link);
    void sendLast(const ServerLink &link);
    void tellDisconnected(const ServedTopic &topic, const Channel &channel);
    template <typename Ask>
    void order(const Channel &from, protocol::TransactionId transaction, Ask ask);

    /// Sends what both sides must know. If that is impossible, the channel ends.
    template <typename M>
    void tell(const Channel &to, M message);

    transport::Seat &m_seat;
    std::uint32_t m_lastInstance = 0;
    int m_handlerDepth = 0;
    std::vector<std::pair<std::uint32_t, std::shared_ptr<ServedService>>>
        m_services; ///< In order of their numbers.
    std::unordered_map<Channel, Client> m_clients;
};

} // namespace tellwire::engine
