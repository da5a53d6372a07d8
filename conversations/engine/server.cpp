// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/server.h"

#include "conversations/engine/direct_service.h"
#include "conversations/engine/monitor_handler.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/system_topic.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace tellwire::engine {

namespace {

/// Its topics, for people.
QString topicsOf(const ServedService &service)
{
    constexpr qsizetype mostNamed = 8;
    const QList<TopicName> topics = service.topicNames();
    QStringList names;
    for (const TopicName &name : topics.first(std::min(mostNamed, topics.size())))
        names.append(name.text());
    if (topics.size() > mostNamed)
        names.append(QStringLiteral("and %1 more").arg(topics.size() - mostNamed));
    return names.join(QStringLiteral(", "));
}

} // namespace

Server::Server(transport::Seat &seat)
    : m_seat(seat),
      m_traffic(seat, seat.handler<MonitorHandler>().reporter())
{
    seat.handler<MonitorHandler>().reporter().onTurn([this](bool isWatched) {
        m_traffic.begin(isWatched ? clients() : std::vector<std::shared_ptr<ServedClient>>{});
    });
}

// A direct conversation may keep the client alive that keeps it alive.
Server::~Server()
{
    for (const auto &[channel, client] : m_clients)
        client->forgetConversations();
}

// Services

std::uint32_t Server::add(const std::shared_ptr<ServedService> &service)
{
    const std::uint32_t instance = ++m_lastInstance;
    protocol::ServiceOffer offer;
    offer.peer = m_seat.id();
    offer.instance = instance;
    offer.name = service->name();
    m_services.emplace(instance,
                       Published{instance, protocol::instanceName(offer), service, service->direct()});
    return instance;
}

std::uint32_t Server::addForAnyName(const std::shared_ptr<DirectService> &service)
{
    const std::uint32_t instance = ++m_lastInstance;
    m_services.emplace(instance, Published{instance, {}, nullptr, service});
    return instance;
}

void Server::remove(std::uint32_t instance, const Error &reason)
{
    const std::shared_ptr<ServedService> service = m_services.extract(instance).mapped().service;
    if (!service)
        return;
    std::unordered_set<const ServedTopic *> topics;
    for (const TopicName &name : service->topicNames())
        topics.insert(service->find(name).get());
    endConversations(topics, reason);
}

void Server::endConversations(const ServedTopic &topic, const Error &reason)
{
    endConversations({&topic}, reason);
}

void Server::endConversations(const std::unordered_set<const ServedTopic *> &topics, const Error &reason)
{
    std::vector<GiveUp> gaveUp;
    for (const std::shared_ptr<ServedClient> &client : clients())
        for (GiveUp &giveUp : client->endConversations(topics, reason))
            gaveUp.push_back(std::move(giveUp));
    for (const GiveUp &giveUp : gaveUp)
        giveUp();
}

bool Server::Published::isNamed(const ServiceName &name) const
{
    return !service || name == service->name() || (!instanceName.isEmpty() && name == instanceName);
}

const Server::Published *Server::findMeant(const protocol::Initiate &wanted, bool isOffered) const
{
    const auto isMeant = [&](const auto &each) { return isOffered || each.second.isNamed(wanted.service); };
    const auto found = wanted.instance == protocol::anyInstance ? std::ranges::find_if(m_services, isMeant)
                                                                : m_services.find(wanted.instance);
    return found != m_services.end() && isMeant(*found) ? &found->second : nullptr;
}

Result<Match> Server::match(const protocol::Initiate &wanted, bool isOffered) const
{
    const Published *found = findMeant(wanted, isOffered);
    if (found == nullptr)
        return Error{ErrorCode::NoSuchService,
                     QStringLiteral("the service %1 is no longer published").arg(wanted.service.text())};
    const std::shared_ptr<ServedTopic> topic = found->service ? found->service->find(wanted.topic) : nullptr;
    if (topic || found->direct)
        return Match{found->instance, found->service ? found->service->name() : wanted.service, topic,
                     found->direct};
    return Error{ErrorCode::NoSuchTopic,
                 QStringLiteral("the service %1 has no topic %2; it has %3")
                     .arg(found->service->name().text(), wanted.topic.text(), topicsOf(*found->service))};
}

/// What fits of what it has to talk about itself, without asking anybody.
QList<protocol::FoundTopic> Server::Published::listed(const protocol::Find &wanted) const
{
    if (direct && !wanted.service.isEmpty() && !wanted.topic.isEmpty())
        return {{instance, service ? service->name() : wanted.service, wanted.topic}};
    if (!service)
        return {};
    QList<TopicName> topics = service->topicNames();
    std::ranges::stable_partition(topics, [](const TopicName &topic) { return topic != systemTopicName(); });
    QList<protocol::FoundTopic> listed;
    for (const TopicName &topic : topics)
        if (wanted.topic.isEmpty() || wanted.topic == topic)
            listed.append({instance, service->name(), topic});
    // The exact face lists what the program names, and System only to who asks for it.
    if (direct && wanted.context && wanted.topic.isEmpty())
        listed.clear();
    return listed;
}

Server::Finding Server::find(const std::shared_ptr<ServedClient> &client, const protocol::Find &wanted) const
{
    Finding finding{.found = {.transaction = wanted.transaction}, .offered = {}};
    QList<protocol::FoundTopic> &topics = finding.found.topics;
    const bool isWildcard = wanted.service.isEmpty() || wanted.topic.isEmpty();
    std::unordered_set<std::shared_ptr<DirectService>> asked;
    const auto services = m_services | std::views::values;
    // A copy: the program may add and remove some.
    for (const Published &published : std::vector<Published>(services.begin(), services.end())) {
        if (!wanted.service.isEmpty() && !published.isNamed(wanted.service))
            continue;
        const bool isFirst = published.direct && asked.insert(published.direct).second;
        if (published.direct && !isFirst && !isWildcard)
            continue;
        if (isFirst && isWildcard) {
            const QList<protocol::FoundTopic> offered = published.direct->find(client, wanted);
            finding.offered += offered;
            topics += offered;
        }
        for (const protocol::FoundTopic &listed : published.listed(wanted))
            if (!published.direct || !finding.offered.contains(listed))
                topics.append(listed);
        if (isWildcard)
            topics.removeIf([&](const protocol::FoundTopic &found) {
                return !client->maySee(publishedName(found), found.topic);
            });
        if (topics.size() > protocol::maxFoundTopics)
            break;
    }
    finding.found.isComplete = topics.size() <= protocol::maxFoundTopics;
    topics.resize(std::min(topics.size(), protocol::maxFoundTopics));
    return finding;
}

/// A program of the exact face may name its services by others than the published names.
const ServiceName &Server::publishedName(const protocol::FoundTopic &found) const
{
    const auto published = m_services.find(found.instance);
    const bool isKnown = published != m_services.end() && published->second.service;
    return isKnown ? published->second.service->name() : found.service;
}

void Server::conversationsChanged() { systemItemChanged(systemItems().conversations, nullptr); }

void Server::returnMessageChanged(const ServedClient &client)
{
    systemItemChanged(systemItems().returnMessage, &client);
}

void Server::systemItemChanged(const ItemName &item, const ServedClient *only)
{
    std::erase_if(m_watchedSystems, [&](const std::weak_ptr<ServedTopic> &weak) {
        const std::shared_ptr<ServedTopic> system = weak.lock();
        if (system)
            system->libraryItemChanged(item, only);
        return !system || !system->hasWatchedLibraryItems();
    });
}

// Clients

void Server::onMessage(const Channel &from, const protocol::ClientMessage &message)
{
    std::shared_ptr<ServedClient> &listed = m_clients[from];
    if (!listed)
        listed = std::make_shared<ServedClient>(*this, from, ++m_lastClient);
    const std::shared_ptr<ServedClient> client = listed;
    if (m_traffic.isObserved())
        m_traffic.received(*client, message);
    std::visit([&](const auto &alternative) { client->receive(alternative); }, message);
}

void Server::onCut(const Channel &to, protocol::LinkId link, const Error &reason)
{
    const auto found = m_clients.find(to);
    if (found != m_clients.end())
        std::shared_ptr { found->second } -> onCut(link, reason);
}

void Server::onClosed(const Channel &channel)
{
    const auto node = m_clients.extract(channel);
    if (node.empty())
        return;
    m_traffic.left(*node.mapped());
    node.mapped()->end();
    if (m_clients.empty())
        m_keptAnswer = {};
}

std::vector<std::shared_ptr<ServedClient>> Server::clients() const
{
    std::vector<std::shared_ptr<ServedClient>> clients;
    for (const auto &[channel, client] : m_clients)
        clients.push_back(client);
    std::ranges::sort(clients, {}, [](const auto &client) { return client->number(); });
    return clients;
}

} // namespace tellwire::engine
