// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/served_topic.h"

#include "conversations/engine/link_feed.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/server.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/system_topic.h"
#include "dde/protocol/item_address.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

/// Knows who asks while a handler runs, and keeps the topic alive behind it.
class ServedTopic::HandlerScope
{
public:
    HandlerScope(std::shared_ptr<ServedTopic> topic, const Caller &caller) : m_topic(std::move(topic))
    {
        m_topic->m_callers.push_back(caller);
    }
    ~HandlerScope() { m_topic->m_callers.pop_back(); }
    HandlerScope(const HandlerScope &) = delete;
    HandlerScope &operator=(const HandlerScope &) = delete;

private:
    std::shared_ptr<ServedTopic> m_topic;
};

ServedTopic::ServedTopic(Server &server, std::weak_ptr<ServedService> service, TopicName name)
    : m_server(server),
      m_service(std::move(service)),
      m_name(std::move(name))
{}

void ServedTopic::setItem(const ItemName &name, const QList<Payload> &sameValue, const ItemStatus &status)
{
    std::shared_ptr<Item> &item = m_items[name];
    if (!item)
        item = std::make_shared<Item>(name);
    item->setValues(sameValue, status.quality, status.sourceTime.value_or(SourceTime::clock::now()));
    if (!item->feeds().empty())
        feed(std::shared_ptr{item});
}

// First all conversions, which run the program's code, then all sending, which does not. If a converter
// itself sets or removes the item, that is newer, and done.
void ServedTopic::feed(const std::shared_ptr<Item> &item)
{
    const auto self = shared_from_this();
    const transport::ValueStamp stamp = item->stamp();
    const QList<Payload> values = item->values();
    std::vector<std::pair<std::shared_ptr<LinkFeed>, Result<Payload>>> prepared;
    for (const auto &feed : std::vector{item->feeds()}) {
        prepared.emplace_back(feed, feed->make(values, conversions()));
        if (!isPresent(item, stamp.sequence))
            return;
    }
    const transport::Seat::Batch batch{m_server.seat()};
    for (const auto &[feed, value] : prepared) {
        const Result<void> published =
            value.and_then([&](const Payload &made) { return feed->publish(made, stamp); });
        if (!published)
            m_server.endLinks(*feed, published.error());
    }
}

bool ServedTopic::isPresent(const std::shared_ptr<Item> &item, quint64 sequence) const
{
    return find(item->name()) == item && item->stamp().sequence == sequence;
}

void ServedTopic::removeItem(const ItemName &name)
{
    const std::shared_ptr<Item> item = m_items.take(name);
    if (!item)
        return;
    const Error reason{ErrorCode::NoSuchItem, QStringLiteral("%1 was removed").arg(address(name))};
    for (const auto &feed : std::vector{item->feeds()})
        m_server.endLinks(*feed, reason);
}

QList<ItemName> ServedTopic::itemNames() const
{
    QList<ItemName> names = m_items.keys();
    std::ranges::sort(names, [](const ItemName &a, const ItemName &b) { return (a <=> b) < 0; });
    return names;
}

void ServedTopic::setPokeHandler(const ItemName &item, Topic::PokeHandler handle)
{
    m_pokeHandlers.insert(item, std::make_shared<const Topic::PokeHandler>(std::move(handle)));
}

void ServedTopic::setPokeHandler(Topic::AnyPokeHandler handle)
{
    m_anyPokeHandler = std::make_shared<const Topic::AnyPokeHandler>(std::move(handle));
}

void ServedTopic::setExecuteHandler(Topic::ExecuteHandler handle)
{
    m_executeHandler = std::make_shared<const Topic::ExecuteHandler>(std::move(handle));
}

const Caller &ServedTopic::caller() const
{
    Q_ASSERT_X(!m_callers.empty(), "Topic::caller", "nobody asks: no handler of this topic is running");
    return m_callers.back();
}

Result<Update> ServedTopic::answer(const ItemName &name, const WantedFormats &wanted)
{
    QList<Payload> values;
    transport::ValueStamp stamp{0, toMicroseconds(SourceTime::clock::now()), 0};
    if (const std::shared_ptr<Item> item = find(name)) {
        values = item->values();
        stamp = item->stamp();
    } else if (std::optional<QList<Payload>> made = systemItem(*this, name)) {
        values = std::move(*made);
    } else {
        return noSuchItem(name);
    }
    const Result<Agreement> agreement = settle(name, wanted, formatsOf(values), conversions());
    if (!agreement)
        return agreement.error();
    const auto source = std::ranges::find(values, agreement->source, &Payload::format);
    return agreement->conversion.apply(*source).transform([&](const Payload &value) {
        return Update{value, stamp.sequence, fromMicroseconds(stamp.time),
                      static_cast<Quality>(stamp.quality), 0};
    });
}

Result<void> ServedTopic::poke(const ItemName &name, const Payload &value, const Caller &caller)
{
    const HandlerScope scope{shared_from_this(), caller};
    if (const std::shared_ptr<const Topic::PokeHandler> handle = m_pokeHandlers.value(name))
        return (*handle)(value);
    if (const std::shared_ptr<const Topic::AnyPokeHandler> handle = m_anyPokeHandler)
        return (*handle)(name, value);
    if (!find(name))
        return noSuchItem(name);
    return Error{ErrorCode::Refused,
                 QStringLiteral("%1 cannot be poked: its service takes no values for it").arg(address(name))};
}

Result<void> ServedTopic::execute(const QString &command, const Caller &caller)
{
    const HandlerScope scope{shared_from_this(), caller};
    if (const std::shared_ptr<const Topic::ExecuteHandler> handle = m_executeHandler)
        return (*handle)(command);
    return Error{ErrorCode::Refused, QStringLiteral("the topic %1 takes no commands").arg(m_name.text())};
}

Result<std::shared_ptr<LinkFeed>> ServedTopic::feedFor(const ItemName &name, const WantedFormats &wanted)
{
    const std::shared_ptr<Item> item = find(name);
    if (!item && systemItem(*this, name))
        return Error{
            ErrorCode::Refused,
            QStringLiteral("%1 is made when it is asked for; it cannot be watched").arg(address(name))};
    if (!item)
        return noSuchItem(name);
    const Result<Agreement> agreement = settle(name, wanted, formatsOf(item->values()), conversions());
    if (!agreement)
        return agreement.error();
    if (const std::shared_ptr<LinkFeed> existing = item->feedIn(agreement->delivered))
        return existing;

    // It is listed before the value is converted: if a converter sets the item, the feed gets the newer
    // value.
    const std::shared_ptr<LinkFeed> feed = item->addFeed(m_server.seat(), *agreement);
    const transport::ValueStamp stamp = item->stamp();
    const Result<Payload> value = feed->make(QList{item->values()}, conversions());
    if (find(name) != item)
        return noSuchItem(name);
    const Result<void> published = value.and_then([&](const Payload &made) {
        return item->stamp().sequence == stamp.sequence ? feed->publish(made, stamp) : Result<void>{};
    });
    if (published)
        return feed;
    item->dropIfUnused(*feed);
    return published.error();
}

QString ServedTopic::address(const ItemName &item) const
{
    const std::shared_ptr<ServedService> service = m_service.lock();
    return ItemAddress{service ? service->name() : ServiceName{}, m_name, item}.toString();
}

Error ServedTopic::noSuchItem(const ItemName &item) const
{
    constexpr qsizetype mostNamed = 8; // Sorting a large topic for a sentence would cost more than it helps.
    QString present = QStringLiteral("the topic has %1 items").arg(m_items.size());
    if (!m_items.isEmpty() && m_items.size() <= mostNamed) {
        QStringList names;
        for (const ItemName &name : itemNames())
            names.append(name.text());
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
