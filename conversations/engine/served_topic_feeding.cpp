// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <iterator>
#include <utility>

// How changes of stored items reach the links on them.

namespace tellwire::engine {

/// One item's part of what setItems() does.
struct ServedTopic::ItemChange
{
    struct Made
    {
        std::shared_ptr<LinkFeed> feed = {};
        Result<Payload> value = Error{};
        Result<void> shown = {};
    };

    const ItemValue *value = nullptr;
    std::shared_ptr<Item> item; ///< Null until there is one.
    std::uint64_t sequenceBefore = 0;
    QVarLengthArray<Made, 1> made = {}; ///< The value for each feed there was.
    transport::ValueStamp stamp = {};
    bool isNew = false;
    bool hasOtherFormats = false;
    bool isOvertaken = false; ///< A converter itself has set or removed the item: that is newer.
};

// First all conversions, which run the program's code; then all changes and all sending, which do not.
// Nothing is sent before all of it can be read in place, so that nobody finds there less than what came.
void ServedTopic::setItems(std::span<const ItemValue> values, bool isBatch)
{
    const auto self = shared_from_this();
    ItemChanges changes = changesFor(values);
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

/// An item that is there twice gets the last of its values.
ServedTopic::ItemChanges ServedTopic::changesFor(std::span<const ItemValue> values) const
{
    ItemChanges changes;
    changes.reserve(static_cast<qsizetype>(values.size()));
    QHash<ItemName, qsizetype> places;
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
    const auto &present = change.item->feeds();
    const QVarLengthArray<std::shared_ptr<LinkFeed>, 4> feeds(present.begin(), present.end());
    for (const auto &feed : feeds)
        change.made.push_back({feed, feed->make(change.value->sameValue, conversions())});
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

void ServedTopic::show(ItemChange &change)
{
    if (change.isOvertaken)
        return;
    for (ItemChange::Made &made : change.made)
        made.shown =
            made.value.and_then([&](const Payload &value) { return made.feed->show(value, change.stamp); });
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
void ServedTopic::endBatch(const ItemChanges &changes)
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
        wakeAwaiting(change.value->item);
    const std::shared_ptr<ServedService> service = m_service.lock();
    if (change.hasOtherFormats && !change.isNew && service)
        service->systemItemChanged(systemItems().formats);
}

// If a converter itself sets or removes the item, that is newer, and done.
void ServedTopic::feedStored(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed)
{
    if (!isPresent(*item) || item->provider())
        return;
    const transport::ValueStamp stamp = item->stamp();
    const Result<Payload> value = feed->make(QList{item->values()}, conversions());
    if (!isPresent(*item) || item->stamp().sequence != stamp.sequence)
        return;
    const Result<void> published =
        value.and_then([&](const Payload &made) { return feed->publish(made, stamp); });
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
