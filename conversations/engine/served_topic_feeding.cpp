// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"
#include "conversations/engine/log_category.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// How changes of items reach the links on them.

namespace tellwire::engine {

// Stored values

/// One item's part of what setItems() does.
struct ServedTopic::ItemChange
{
    using Made = std::pair<std::shared_ptr<LinkFeed>, Result<Payload>>;

    const ItemValue *value = nullptr;
    std::shared_ptr<Item> item; ///< Null until there is one.
    std::uint64_t sequenceBefore = 0;
    std::vector<Made> made = {}; ///< The value for each feed there was.
    transport::ValueStamp stamp = {};
    bool isNew = false;
    bool hasOtherFormats = false;
    bool isOvertaken = false; ///< A converter itself has set or removed the item: that is newer.
};

// First all conversions, which run the program's code; then all changes and all sending, which do not.
void ServedTopic::setItems(const QList<ItemValue> &values, bool isBatch)
{
    const auto self = shared_from_this();
    std::vector<ItemChange> changes = changesFor(values);
    for (ItemChange &change : changes)
        prepare(change);
    for (ItemChange &change : changes)
        apply(change);
    {
        const transport::Seat::Batch wakeOnce{m_server.seat()};
        for (const ItemChange &change : changes)
            publish(change, isBatch ? protocol::batchFlag : std::uint16_t{0});
        if (isBatch)
            endBatch(changes);
    }
    for (const ItemChange &change : changes)
        afterChange(change);
}

/// An item that is there twice gets the last of its values.
std::vector<ServedTopic::ItemChange> ServedTopic::changesFor(const QList<ItemValue> &values) const
{
    std::vector<ItemChange> changes;
    changes.reserve(static_cast<std::size_t>(values.size()));
    QHash<ItemName, std::size_t> places;
    for (const ItemValue &value : values) {
        if (const auto place = places.constFind(value.item); place != places.cend()) {
            changes[*place].value = &value;
            continue;
        }
        if (values.size() > 1)
            places.insert(value.item, changes.size());
        changes.push_back({.value = &value, .item = find(value.item)});
    }
    return changes;
}

void ServedTopic::prepare(ItemChange &change)
{
    if (!change.item)
        return;
    change.sequenceBefore = change.item->stamp().sequence;
    for (const auto &feed : std::vector{change.item->feeds()})
        change.made.emplace_back(feed, feed->make(change.value->sameValue, conversions()));
}

void ServedTopic::apply(ItemChange &change)
{
    std::shared_ptr<Item> present = find(change.value->item);
    const bool isSame =
        !change.item || (present == change.item && present->stamp().sequence == change.sequenceBefore);
    if (!isSame) {
        change.isOvertaken = true;
        return;
    }
    if (!present) {
        present = addItem(change.value->item);
        change.isNew = true;
    }
    change.hasOtherFormats =
        present->provider() || !std::ranges::equal(present->values(), change.value->sameValue, {},
                                                   &Payload::format, &Payload::format);
    present->setValues(change.value->sameValue, change.value->status);
    change.item = present;
    change.stamp = present->stamp();
}

void ServedTopic::publish(const ItemChange &change, std::uint16_t batchFlag)
{
    if (change.isOvertaken)
        return;
    for (const auto &[feed, value] : change.made) {
        const Result<void> published =
            value.and_then([&](const Payload &made) { return feed->publish(made, change.stamp, batchFlag); });
        if (!published)
            endLinks(*feed, published.error());
    }
}

// A link that was cut just now is still listed: what it got before is marked as well.
void ServedTopic::endBatch(const std::vector<ItemChange> &changes)
{
    std::set<ServedClient *> marked;
    for (const ItemChange &change : changes)
        for (const auto &[feed, value] : change.made)
            for (const ServerLink *link : feed->links())
                if (link->wholeBatches && !change.isOvertaken)
                    marked.insert(link->client);
    for (ServedClient *client : marked)
        client->tell(protocol::BatchEnd{});
}

/// What runs the program's code again, or is nobody's hurry.
void ServedTopic::afterChange(const ItemChange &change)
{
    if (change.isOvertaken)
        return;
    const auto isMade = [&](const std::shared_ptr<LinkFeed> &feed) {
        return std::ranges::find(change.made, feed, &ItemChange::Made::first) != change.made.end();
    };
    for (const auto &feed : std::vector{change.item->feeds()})
        if (!isMade(feed)) // It began while the converters ran.
            feedStored(change.item, feed);
    if (change.isNew)
        wakeAwaiting(change.value->item);
    const std::shared_ptr<ServedService> service = m_service.lock();
    if (change.hasOtherFormats && !change.isNew && service)
        service->systemItemChanged(systemItems().formats);
}

// If a converter itself sets or removes the item, that is newer, and done.
void ServedTopic::feedStored(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed)
{
    const transport::ValueStamp stamp = item->stamp();
    const Result<Payload> value = feed->make(QList{item->values()}, conversions());
    if (!isPresent(*item) || item->stamp().sequence != stamp.sequence)
        return;
    const Result<void> published =
        value.and_then([&](const Payload &made) { return feed->publish(made, stamp); });
    if (!published)
        endLinks(*feed, published.error());
}

// Provided values

void ServedTopic::provideItem(const ItemName &name, std::shared_ptr<const ItemProvider> provider)
{
    const auto self = shared_from_this();
    std::shared_ptr<Item> item = find(name);
    const bool isNew = !item;
    if (isNew)
        item = addItem(name);
    item->setProvider(std::move(provider));
    for (const auto &feed : std::vector{item->feeds()})
        if (const Result<void> settled = feed->settleAnew(item->formats(), conversions()); !settled)
            endLinks(*feed, settled.error());
    renew(item, item->feeds());
    if (isNew)
        wakeAwaiting(name);
    else if (const std::shared_ptr<ServedService> service = m_service.lock())
        service->systemItemChanged(systemItems().formats);
}

void ServedTopic::itemChanged(const ItemName &name, const ItemStatus &status)
{
    const auto self = shared_from_this();
    const std::shared_ptr<Item> item = find(name);
    if (!item || !item->provider())
        return;
    item->change(status);
    renew(item, item->feeds());
}

void ServedTopic::renewLibraryItems()
{
    const auto self = shared_from_this();
    for (const ItemName &name : std::exchange(m_changedLibraryItems, {})) {
        const std::shared_ptr<Item> item = m_libraryItems.value(name);
        if (!item)
            continue;
        std::vector<std::shared_ptr<LinkFeed>> outdated;
        for (const std::shared_ptr<LinkFeed> &feed : item->feeds())
            if (std::exchange(feed->isOutdated, false))
                outdated.push_back(feed);
        if (outdated.empty())
            continue;
        item->change({});
        renew(item, outdated);
    }
}

/// Warm links first: nothing keeps them waiting.
void ServedTopic::renew(const std::shared_ptr<Item> &item,
                        const std::vector<std::shared_ptr<LinkFeed>> &feeds)
{
    const std::vector<std::shared_ptr<LinkFeed>> present{feeds};
    for (const std::shared_ptr<LinkFeed> &feed : present)
        if (feed->kind() == LinkKind::Warm)
            feed->notify(item->stamp());
    for (const std::shared_ptr<LinkFeed> &feed : present)
        if (feed->kind() == LinkKind::Hot)
            refresh(item, feed);
}

void ServedTopic::fill(const std::shared_ptr<LinkFeed> &feed)
{
    const std::shared_ptr<Item> item = anyItem(feed->item().name());
    if (item.get() == &feed->item() && item->provider() && feed->kind() == LinkKind::Hot &&
        !feed->hasValue() && !feed->isMaking())
        refresh(item, feed);
}

void ServedTopic::refresh(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed)
{
    if (!isPresent(*item) || !item->provider() || feed->links().empty())
        return;
    const std::shared_ptr<LinkFeed::Making> making = feed->startMaking();
    if (!making)
        return;
    feed->isOutdated = false;
    const TakenValue taken{item->name(), feed->agreement(), std::nullopt, item->provider(), item->stamp()};
    making->giveUp = run(taken, nullptr, feed->only(),
                         [weak = weak_from_this(), weakItem = std::weak_ptr{item},
                          weakFeed = std::weak_ptr{feed}, taken](const Result<Payload> &made) {
                             const std::shared_ptr<ServedTopic> self = weak.lock();
                             const std::shared_ptr<Item> its = weakItem.lock();
                             const std::shared_ptr<LinkFeed> fed = weakFeed.lock();
                             if (self && its && fed)
                                 self->finishRefresh(its, fed, taken, made);
                         });
}

void ServedTopic::finishRefresh(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed,
                                const TakenValue &taken, const Result<Payload> &made)
{
    const bool isOutdated = feed->finishMaking();
    if (!isPresent(*item) || feed->links().empty())
        return;
    if (isOutdated)
        return refreshSoon(item, feed);
    if (item->provider() != taken.provider)
        return;
    if (!made)
        return complain(*feed, made.error());
    feed->isFailing = false;
    if (const Result<void> published = feed->publish(*made, taken.stamp); !published)
        endLinks(*feed, published.error());
}

// Not at once: a provider that says in itself that its item has changed must not keep everybody else waiting.
void ServedTopic::refreshSoon(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed)
{
    m_server.seat().reactor().post(
        [weak = weak_from_this(), weakItem = std::weak_ptr{item}, weakFeed = std::weak_ptr{feed}] {
            const std::shared_ptr<ServedTopic> self = weak.lock();
            const std::shared_ptr<Item> its = weakItem.lock();
            const std::shared_ptr<LinkFeed> fed = weakFeed.lock();
            if (self && its && fed)
                self->refresh(its, fed);
        });
}

void ServedTopic::complain(LinkFeed &feed, const Error &problem)
{
    if (!feed.hasValue())
        return endLinks(feed, problem);
    if (!std::exchange(feed.isFailing, true))
        qCWarning(conversationsLog).noquote() << "no new value of" << address(feed.item().name()) << "as"
                                              << feed.format().name() << "-" << problem.detail;
}

// Links

Result<std::shared_ptr<LinkFeed>> ServedTopic::feedFor(const ItemName &name, const WantedFormats &wanted,
                                                       LinkKind kind, const ServedClient &client)
{
    const std::shared_ptr<Item> item = anyItem(name);
    if (!item)
        return noSuchItem(name);
    const Result<Agreement> agreement = settle(name, wanted, item->formats(), conversions());
    if (!agreement)
        return agreement.error();
    const ServedClient *only = item->provider() && item->provider()->isPerClient ? &client : nullptr;
    if (const std::shared_ptr<LinkFeed> existing = item->feedFor(agreement->delivered, kind, only))
        return existing;

    // It is listed before the value is converted: if a converter sets the item, the feed gets the newer
    // value.
    const std::shared_ptr<LinkFeed> feed = item->addFeed(m_server.seat(), *agreement, kind, only);
    if (item->provider())
        return feed;
    const transport::ValueStamp stamp = item->stamp();
    const Result<Payload> value = feed->make(QList{item->values()}, conversions());
    if (!isPresent(*item))
        return noSuchItem(name);
    const Result<void> published = value.and_then([&](const Payload &made) {
        return item->stamp().sequence == stamp.sequence ? feed->publish(made, stamp) : Result<void>{};
    });
    if (published)
        return feed;
    item->dropIfUnused(*feed);
    return published.error();
}

} // namespace tellwire::engine
