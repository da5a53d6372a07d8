// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/monitor_traffic.h"
#include "conversations/engine/refusals.h"
#include "dde/protocol/message.h"
#include "dde/transport/arena.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tellwire::transport {
class Channel;
class Seat;
} // namespace tellwire::transport

namespace tellwire::engine {

class DirectService;
class Item;
class ServedClient;
class ServedService;
class ServedTopic;

/// Who is to answer an Initiate: a topic; or whoever decides himself, and if he says that there is no such
/// topic, the topic all the same, if there is one.
struct Match
{
    std::uint32_t instance = 0;
    ServiceName service = {}; ///< As it is published; or as it was asked for, if that may be any name.
    std::shared_ptr<ServedTopic> topic = {};
    std::shared_ptr<DirectService> direct = {};
};

/// All that a session does as a server: knows the services and the client programs, and hands each what is
/// for it.
class Server
{
public:
    explicit Server(transport::Seat &seat);
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    transport::Seat &seat() const noexcept { return m_seat; }

    /// Returns the service's number in this session, for its entry in the log.
    std::uint32_t add(const std::shared_ptr<ServedService> &service);

    /// The same for one that decides about whatever name it is asked for.
    std::uint32_t addForAnyName(const std::shared_ptr<DirectService> &service);

    /// Ends its conversations, but for direct ones; their clients are told the reason. Runs the program's
    /// code.
    void remove(std::uint32_t instance, const Error &reason);

    /// Runs the program's code.
    void endConversations(const ServedTopic &topic, const Error &reason);

    using Channel = std::shared_ptr<transport::Channel>;
    void onMessage(const Channel &from, const protocol::ClientMessage &message);
    void onCut(const Channel &to, protocol::LinkId link, const Error &reason);
    void onClosed(const Channel &channel);

    // For what the clients have here.

    /// `isOffered` if the service has just named it to the client under whatever name. Errors: NoSuchService,
    /// NoSuchTopic.
    Result<Match> match(const protocol::Initiate &wanted, bool isOffered) const;

    struct Finding
    {
        protocol::Found found;
        QList<protocol::FoundTopic> offered; ///< By services that decide themselves.
    };
    /// System comes last of each service: who takes any topic wants one of the program's own. Passes over
    /// what the client may not connect to, unless it names that. Runs the program's code.
    Finding find(const std::shared_ptr<ServedClient> &client, const protocol::Find &wanted) const;

    /// The last stored value that was sent as an answer, in shared memory: who asks for it too gets it from
    /// there. One for all items, since it takes memory until something else is asked for or nobody is
    /// connected any more.
    struct KeptAnswer
    {
        std::weak_ptr<const Item> item = {};
        QByteArray head = {}; ///< Which update of the item, and in which format.
        transport::BlockPointer block = {};
    };
    KeptAnswer &keptAnswer() noexcept { return m_keptAnswer; }

    MonitorTraffic &traffic() noexcept { return m_traffic; }
    Refusals &refusals() noexcept { return m_refusals; }
    std::vector<std::shared_ptr<ServedClient>> clients() const; ///< In the order in which they came.

    /// A handler that waits lets further messages in. Beyond a certain depth no more handlers are run.
    void enterHandler() noexcept { ++m_handlerDepth; }
    void leaveHandler() noexcept { --m_handlerDepth; }
    bool isInTooManyHandlers() const noexcept { return m_handlerDepth > maxHandlerDepth; }

    // What the System topics say has changed. There may be thousands of them, of which hardly one is watched.
    void noteWatched(const std::shared_ptr<ServedTopic> &system) { m_watchedSystems.insert(system); }
    void conversationsChanged();
    void returnMessageChanged(const ServedClient &client);

private:
    static constexpr int maxHandlerDepth = 64;

    struct Published
    {
        std::uint32_t instance = 0;
        ServiceName instanceName;
        std::shared_ptr<ServedService> service; ///< Null if it takes any name.
        std::shared_ptr<DirectService> direct = {};

        bool isNamed(const ServiceName &name) const;
        QList<protocol::FoundTopic> listed(const protocol::Find &wanted) const;
    };

    void endConversations(const std::unordered_set<const ServedTopic *> &topics, const Error &reason);
    void systemItemChanged(const ItemName &item, const ServedClient *only);
    const Published *findMeant(const protocol::Initiate &wanted, bool isOffered) const;
    const ServiceName &publishedName(const protocol::FoundTopic &found) const;

    transport::Seat &m_seat;
    MonitorTraffic m_traffic;
    Refusals m_refusals;
    std::uint32_t m_lastInstance = 0;
    std::uint32_t m_lastClient = 0;
    int m_handlerDepth = 0;
    KeptAnswer m_keptAnswer;
    std::map<std::uint32_t, Published> m_services;                            ///< By their numbers.
    std::set<std::weak_ptr<ServedTopic>, std::owner_less<>> m_watchedSystems; ///< And some that were.
    std::unordered_map<Channel, std::shared_ptr<ServedClient>> m_clients;
};

} // namespace tellwire::engine
