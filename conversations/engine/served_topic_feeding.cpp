// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/seat.h"

#include <QVarLengthArray>

#include <algorithm>
#include <iterator>
#include <utility>

// How changes of stored items reach the links on them.

namespace tellwire::engine {

/// What becomes of one item.
struct ServedTopic::ItemChange
{
    struct Made
    {
        std::shared_ptr<LinkFeed> feed = {};
        Result<QByteArray> value = QByteArray{};
        Result<void> shown = {};
    };

    const ItemName &name;
    std::span<Payload> sameValue;
    ItemStatus status;
    std::shared_ptr<Item> item; ///< Null until there is one.
    std::uint64_t sequenceBefore = 0;
    QVarLengthArray<Made, 1> made = {}; ///< The value for each feed there was.
    bool isNew = false;
    bool hasOtherFormats = false;
    bool isOvertaken = false; ///< A converter itself has set or removed the item: that is newer.
};

void ServedTopic::setItem(const ItemName &name, std::span<Payload> sameValue, const ItemStatus &status)
{
    ItemChange change{name, sameValue, status, find(name)};
    carryOut({&change, 1}, false);
}

/// An item that is there twice gets the last of its values.
void ServedTopic::setItems(const QList<ItemValue> &values)
{
    QList<ItemValue> kept{values}; // A converter may change the caller's.
    QHash<ItemName, ItemValue *> last;
    for (ItemValue &value : kept)
        last.insert(value.item, &value);
    std::vector<ItemChange> changes;
    changes.reserve(static_cast<std::size_t>(last.size()));
    for (const ItemValue &value : kept)
        if (ItemValue *taken = last.take(value.item))
            changes.push_back({taken->item, taken->sameValue, taken->status, find(value.item)});
    carryOut(changes, true);
}

// First all conversions, which run the program's code; then all changes and all sending, which do not.
// Nothing is sent before all of it can be read in place, so that nobody finds there less than what came.
void ServedTopic::carryOut(ItemChanges changes, bool isBatch)
{
    const auto self = shared_from_this();
    for (ItemChange &change : changes)
        prepare(change);
    for (ItemChange &change : changes)
        apply(change);
    for (ItemChange &change : changes)
        show(change);
    {
        const transport::Seat::Batch wakeOnce{m_server.seat()};
        for (const ItemChange &change : changes)
            tell(change, isBatch ? protocol::batchFlag : std::uint16_t{0});
        if (isBatch)
            endBatch(changes);
    }
    for (const ItemChange &change : changes)
        afterChange(change);
}

void ServedTopic::prepare(ItemChange &change) const
{
    if (!change.item)
        return;
    change.sequenceBefore = change.item->stamp().sequence;
    const Item::Feeds &present = change.item->feeds();
    const QVarLengthArray<std::shared_ptr<LinkFeed>, 4> feeds(present.begin(), present.end());
    for (const auto &feed : feeds)
        change.made.push_back({feed, feed->make(change.sameValue, *this)});
}

void ServedTopic::apply(ItemChange &change)
{
    if (!change.item)
        change.item = find(change.name); // If not even a converter has made it, it is new.
    else if (change.item->isRemoved || change.item->stamp().sequence != change.sequenceBefore)
        change.isOvertaken = true;
    if (change.isOvertaken)
        return;
    change.isNew = !change.item;
    if (change.isNew)
        change.item = addItem(change.name);
    Item &item = *change.item;
    change.hasOtherFormats = item.provider() || !std::ranges::equal(item.values(), change.sameValue, {},
                                                                    &Payload::format, &Payload::format);
    item.setValues(change.sameValue, change.status);
}

void ServedTopic::show(ItemChange &change)
{
    if (change.isOvertaken)
        return;
    for (ItemChange::Made &made : change.made)
        made.shown = made.value ? made.feed->show(*made.value, change.item->stamp())
                                : Result<void>{made.value.error()};
}

void ServedTopic::tell(const ItemChange &change, std::uint16_t batchFlag)
{
    if (change.isOvertaken)
        return;
    for (const ItemChange::Made &made : change.made)
        if (made.shown)
            made.feed->tell(batchFlag);
        else
            endLinks(*made.feed, made.shown.error());
}

// A link that was cut just now is still listed: what it got before is marked as well.
void ServedTopic::endBatch(ItemChanges changes)
{
    std::set<ServedClient *> marked;
    for (const ItemChange &change : changes)
        for (const ItemChange::Made &made : change.made)
            for (const ServerLink *link : made.feed->links())
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
        return std::ranges::find(change.made, feed, &ItemChange::Made::feed) != change.made.end();
    };
    std::vector<std::shared_ptr<LinkFeed>> late; // They began while the converters ran.
    std::ranges::remove_copy_if(change.item->feeds(), std::back_inserter(late), isMade);
    for (const std::shared_ptr<LinkFeed> &feed : late)
        feedStored(change.item, feed);
    if (change.isNew)
        return wakeAwaiting(change.item->name());
    if (const auto service = change.hasOtherFormats ? m_service.lock() : nullptr)
        service->systemItemChanged(systemItems().formats);
}

// If a converter itself sets or removes the item, that is newer, and done.
void ServedTopic::feedStored(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed)
{
    if (item->isRemoved || item->provider())
        return;
    const transport::ValueStamp stamp = item->stamp();
    const Result<QByteArray> value = feed->make(std::vector{item->values()}, *this);
    if (item->isRemoved || item->stamp().sequence != stamp.sequence)
        return;
    const Result<void> published =
        value.and_then([&](const QByteArray &made) { return feed->publish(made, stamp); });
    if (!published)
        endLinks(*feed, published.error());
}

/// Most links of most topics are in one format as it is: they need not all keep what was settled.
std::shared_ptr<const Agreement> ServedTopic::shared(const Agreement &agreement)
{
    if (!agreement.conversion.isIdentity())
        return std::make_shared<const Agreement>(agreement);
    std::shared_ptr<const Agreement> &plain = m_plainAgreements[agreement.delivered];
    if (!plain)
        plain = std::make_shared<const Agreement>(agreement);
    return plain;
}

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
    const std::shared_ptr<LinkFeed> feed = item->addFeed(m_server.seat(), shared(*agreement), kind, only);
    if (m_name == systemTopicName())
        m_server.noteWatched(shared_from_this());
    if (item->provider())
        return feed;
    const transport::ValueStamp stamp = item->stamp();
    const Result<QByteArray> value = feed->make(std::vector{item->values()}, *this);
    if (item->isRemoved)
        return noSuchItem(name);
    const Result<void> published = value.and_then([&](const QByteArray &made) {
        return item->stamp().sequence == stamp.sequence ? feed->publish(made, stamp) : Result<void>{};
    });
    if (published)
        return feed;
    item->dropIfUnused(*feed);
    return published.error();
}

} // namespace tellwire::engine
