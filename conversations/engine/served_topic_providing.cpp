// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"
#include "conversations/engine/log_category.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/seat.h"

#include <utility>

// How values that are made on demand reach the links on them.

namespace tellwire::engine {

namespace {

/// What ends a link. A link that ends with NoSuchItem or Overrun may be started again at once, which would
/// make the provider say the same again.
Error asSaidByProvider(const Error &problem)
{
    if (problem.code != ErrorCode::NoSuchItem && problem.code != ErrorCode::Overrun)
        return problem;
    return {ErrorCode::Refused, QStringLiteral("its provider said: %1").arg(problem.detail)};
}

} // namespace

void ServedTopic::provideItem(const ItemName &name, std::shared_ptr<const ItemProvider> provider)
{
    const auto self = shared_from_this();
    std::shared_ptr<Item> item = find(name);
    const bool isNew = !item;
    if (isNew)
        item = addItem(name);
    const bool wasStored = !isNew && !item->provider();
    item->setProvider(std::move(provider));
    for (const auto &feed : Item::Feeds{item->feeds()}) {
        Result<void> ready = feed->settleAnew(item->formats(), conversions());
        if (ready && wasStored)
            ready = feed->hideStored(item->stamp());
        if (!ready)
            endLinks(*feed, ready.error());
    }
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
        const std::shared_ptr<Item> item = m_libraryItems.find(name);
        if (!item)
            continue;
        Item::Feeds outdated;
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
void ServedTopic::renew(const std::shared_ptr<Item> &item, const Item::Feeds &feeds)
{
    const Item::Feeds present{feeds};
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
    if (item->isRemoved || !item->provider() || feed->links().empty())
        return;
    const std::shared_ptr<LinkFeed::Making> making = feed->startMaking();
    if (!making)
        return;
    feed->isOutdated = false;
    const TakenValue taken{item->name(), feed->agreement(), std::nullopt, item->provider(), item->stamp()};
    making->giveUp =
        run(taken, nullptr, feed->only(),
            [weak = weak_from_this(), weakItem = std::weak_ptr{item}, weakFeed = std::weak_ptr{feed},
             weakMaking = std::weak_ptr{making}, stamp = taken.stamp](const Result<Payload> &made) {
                const std::shared_ptr<ServedTopic> self = weak.lock();
                const std::shared_ptr<Item> its = weakItem.lock();
                const std::shared_ptr<LinkFeed> fed = weakFeed.lock();
                const std::shared_ptr<LinkFeed::Making> finished = weakMaking.lock();
                if (self && its && fed && finished && fed->isMaking(*finished))
                    self->finishRefresh(its, fed, stamp, made);
            });
    const bool wasStopped = making->giveUp && !feed->isMaking(*making); // By the provider itself.
    if (wasStopped)
        making->giveUp();
}

void ServedTopic::finishRefresh(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed,
                                const transport::ValueStamp &stamp, const Result<Payload> &made)
{
    const bool isOutdated = feed->finishMaking();
    if (item->isRemoved || feed->links().empty())
        return;
    if (isOutdated)
        return refreshSoon(item, feed);
    if (!made)
        return complain(*feed, made.error());
    feed->isFailing = false;
    if (const Result<void> published = feed->publish(made->bytes(), stamp); !published)
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
        return endLinks(feed, asSaidByProvider(problem));
    if (!std::exchange(feed.isFailing, true))
        qCWarning(conversationsLog).noquote() << "no new value of" << address(feed.item().name()) << "as"
                                              << feed.format().name() << "-" << problem.detail;
}

} // namespace tellwire::engine
