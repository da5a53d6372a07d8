// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/served_topic.h"

#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "dde/protocol/item_address.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

ServedTopic::ServedTopic(Server &server, std::weak_ptr<ServedService> service, TopicName name)
    : m_server(server),
      m_service(std::move(service)),
      m_name(std::move(name))
{}

// Items

std::shared_ptr<Item> ServedTopic::addItem(const ItemName &name)
{
    const auto item = std::make_shared<Item>(name, m_lastSequence);
    m_items.insert(item);
    itemsCameOrWent();
    return item;
}

void ServedTopic::removeItem(const ItemName &name)
{
    const std::shared_ptr<Item> item = find(name);
    if (!item)
        return;
    if (!item->feeds().empty())
        noteWatchers(*item);
    // One that comes in its place must not be mistaken for it, neither by a poke nor by who compares updates.
    m_lastSequence = std::max(m_lastSequence, item->stamp().sequence);
    m_items.take(name);
    item->isRemoved = true;
    endLinksOn(*item);
    itemsCameOrWent();
}

void ServedTopic::endLinksOn(const Item &item) const
{
    for (const auto &feed : Item::Feeds{item.feeds()})
        endLinks(*feed,
                 Error{ErrorCode::NoSuchItem, QStringLiteral("%1 was removed").arg(address(item.name()))});
}

QList<ItemName> ServedTopic::itemNames() const
{
    QList<ItemName> names;
    names.reserve(static_cast<qsizetype>(m_items.size()));
    for (const Item *item : m_items.inOrder())
        names.append(item->name());
    return names;
}

std::shared_ptr<Item> ServedTopic::anyItem(const ItemName &name) const
{
    const std::shared_ptr<Item> item = find(name);
    return item ? item : m_libraryItems.find(name);
}

void ServedTopic::itemsCameOrWent()
{
    libraryItemChanged(systemItems().topicItemList);
    libraryItemChanged(systemItems().items);
    if (const std::shared_ptr<ServedService> service = m_service.lock())
        service->systemItemChanged(systemItems().formats);
}

// The library's own items

void ServedTopic::provideLibraryItem(const ItemName &name, LibraryProvider provide, bool isPerClient)
{
    const auto item = std::make_shared<Item>(name);
    item->setProvider(std::make_shared<const ItemProvider>(
        ItemProvider{{Format::text(), Format::json()}, {}, std::move(provide), isPerClient}));
    m_libraryItems.insert(item);
    wakeAwaiting(name);
}

void ServedTopic::removeLibraryItem(const ItemName &name)
{
    const std::shared_ptr<Item> item = m_libraryItems.take(name);
    if (!item)
        return;
    item->isRemoved = true;
    endLinksOn(*item);
}

void ServedTopic::libraryItemChanged(const ItemName &name, const ServedClient *only)
{
    const std::shared_ptr<Item> item = m_libraryItems.find(name);
    if (!item)
        return;
    bool isWatched = false;
    for (const std::shared_ptr<LinkFeed> &feed : item->feeds())
        if (only == nullptr || feed->only() == only)
            isWatched = feed->isOutdated = true;
    if (!isWatched)
        return;
    const bool isPosted = !m_changedLibraryItems.isEmpty();
    m_changedLibraryItems.insert(name);
    if (!isPosted)
        m_server.seat().reactor().post([weak = weak_from_this()] {
            if (const std::shared_ptr<ServedTopic> self = weak.lock())
                self->renewLibraryItems();
        });
}

bool ServedTopic::hasWatchedLibraryItems() const
{
    return std::ranges::any_of(m_libraryItems,
                               [](const std::shared_ptr<Item> &item) { return !item->feeds().empty(); });
}

// Watchers

int ServedTopic::watchers(const ItemName &name) const
{
    const std::shared_ptr<Item> item = find(name);
    return item ? static_cast<int>(item->linkCount()) : 0;
}

void ServedTopic::noteWatchers(const Item &item)
{
    if (m_observer == nullptr || find(item.name()).get() != &item || m_watchersBefore.contains(item.name()))
        return;
    if (m_watchersBefore.isEmpty())
        m_server.seat().reactor().post([weak = weak_from_this()] {
            if (const std::shared_ptr<ServedTopic> self = weak.lock())
                self->tellWatchers();
        });
    m_watchersBefore.insert(item.name(), static_cast<int>(item.linkCount()));
}

void ServedTopic::tellWatchers()
{
    const QHash<ItemName, int> before = std::exchange(m_watchersBefore, {});
    for (const auto &[name, count] : before.asKeyValueRange()) {
        const int now = watchers(name);
        if (m_observer != nullptr && now != count)
            m_observer->onWatchersChanged(name, now);
    }
}

// Links that wait for their item

void ServedTopic::await(const ItemName &name, ServedClient &client, protocol::LinkId link)
{
    m_awaiting[name].emplace(&client, link);
}

void ServedTopic::forgetAwaiting(const ItemName &name, ServedClient &client, protocol::LinkId link)
{
    const auto found = m_awaiting.find(name);
    if (found == m_awaiting.end())
        return;
    found->erase({&client, link});
    if (found->empty())
        m_awaiting.erase(found);
}

// Starting a link may run converters, which may end any other link.
void ServedTopic::wakeAwaiting(const ItemName &name)
{
    const auto self = shared_from_this();
    std::vector<std::pair<std::weak_ptr<ServedClient>, protocol::LinkId>> woken;
    for (const auto &[client, link] : m_awaiting.take(name))
        woken.emplace_back(client->weak_from_this(), link);
    for (const auto &[weak, link] : woken)
        if (const std::shared_ptr<ServedClient> client = weak.lock())
            client->resume(link);
}

// Handlers

void ServedTopic::setPokeHandler(const ItemName &item, Handler handle)
{
    m_pokeHandlers.insert(item, std::make_shared<const Handler>(std::move(handle)));
}

void ServedTopic::setPokeHandler(AnyHandler handle)
{
    m_anyPokeHandler = std::make_shared<const AnyHandler>(std::move(handle));
}

void ServedTopic::setExecuteHandler(CommandHandler handle)
{
    m_executeHandler = std::make_shared<const CommandHandler>(std::move(handle));
}

// Words

QString ServedTopic::address(const ItemName &item) const
{
    const std::shared_ptr<ServedService> service = m_service.lock();
    return ItemAddress{service ? service->name() : ServiceName{}, m_name, item}.toString();
}

Error ServedTopic::noSuchItem(const ItemName &item) const
{
    constexpr std::size_t mostNamed = 8;
    QString present = QStringLiteral("the topic has %1 items").arg(m_items.size());
    if (m_items.size() != 0 && m_items.size() <= mostNamed) {
        QStringList names;
        for (const std::shared_ptr<Item> &each : m_items)
            names.append(each->name().text());
        names.sort(Qt::CaseInsensitive); // So a question does not have the order of all items kept.
        present = QStringLiteral("the topic has %1").arg(names.join(QStringLiteral(", ")));
    }
    return {ErrorCode::NoSuchItem, QStringLiteral("there is no %1; %2").arg(address(item), present)};
}

FormatRegistry ServedTopic::conversions() const
{
    const std::shared_ptr<ServedService> service = m_service.lock();
    return service ? service->conversions() : FormatRegistry{};
}

} // namespace tellwire::engine
