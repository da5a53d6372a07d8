// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"

#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/system_topic.h"
#include "conversations/listed_items.h"
#include "conversations/reply_promise.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/seat.h"

#include <QHash>
#include <QPointer>

#include <algorithm>
#include <utility>
#include <vector>

namespace tellwire {

class ServiceBrowser::Private
{
public:
    Private(ServiceBrowser *face, Session joined);

    QList<protocol::ServiceOffer> offers();
    void compare();

    /// Asks for one item by a conversation of its own, and reads the answer with `read`.
    template <typename T, typename Read>
    Reply<T> ask(const ServiceName &service, const TopicName &topic, const ItemName &item,
                 const Format &format, Read read);

    ServiceBrowser *q;
    Session session; // Lives longest: all else refers to it.
    std::vector<std::weak_ptr<engine::ClientConversation>> conversations;
    QHash<ServiceName, ServiceName> known; ///< Names as they were registered first.
    std::shared_ptr<int> guard = std::make_shared<int>();
};

ServiceBrowser::Private::Private(ServiceBrowser *face, Session joined) : q(face), session(std::move(joined))
{
    session.seat().attachToEventLoop();
    for (const protocol::ServiceOffer &offer : offers())
        known.insert(offer.name, offer.name);
    session.seat().onLogChange(guard, [this] { compare(); });
}

QList<protocol::ServiceOffer> ServiceBrowser::Private::offers()
{
    (void)session.seat().log().replay(); // If it fails, what was read before still holds.
    return protocol::allServices(session.seat().log().state());
}

void ServiceBrowser::Private::compare()
{
    QHash<ServiceName, ServiceName> present;
    for (const protocol::ServiceOffer &offer : offers())
        if (!present.contains(offer.name))
            present.insert(offer.name, offer.name);
    const QHash<ServiceName, ServiceName> before = std::exchange(known, present);
    const QPointer<ServiceBrowser> alive{q};
    for (const ServiceName &name : present)
        if (alive && !before.contains(name))
            Q_EMIT q->serviceAppeared(name);
    for (const ServiceName &name : before)
        if (alive && !present.contains(name))
            Q_EMIT q->serviceVanished(name);
}

template <typename T, typename Read>
Reply<T> ServiceBrowser::Private::ask(const ServiceName &service, const TopicName &topic,
                                      const ItemName &item, const Format &format, Read read)
{
    const ReplyPromise<T> promise;
    transport::Seat &seat = session.seat();
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(seat, {format});
    if (!numbers) {
        seat.reactor().post([promise, reason = numbers.error()] { promise.finish(reason); });
        return promise.reply();
    }
    engine::Client &client = seat.handler<engine::ConversationHandler>().client();
    const auto conversation = engine::ClientConversation::open(client, service, topic, nullptr);
    std::erase_if(conversations, [](const auto &old) { return old.expired(); });
    conversations.push_back(conversation);
    const auto finish = [promise, conversation, read](const Result<engine::Answer> &answer) {
        const Result<T> outcome = answer.and_then(
            [&](const engine::Answer &given) -> Result<T> { return read(given.update->value); });
        conversation->end();
        promise.finish(outcome);
    };
    conversation->start(
        protocol::Request{.transaction = 0, .conversation = 0, .item = item, .formats = *numbers},
        seat.configuration().requestTimeout, finish);
    return promise.reply([weak = std::weak_ptr{conversation}] {
        if (const auto asked = weak.lock())
            asked->end();
    });
}

ServiceBrowser::ServiceBrowser(Session session, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, std::move(session)))
{}

ServiceBrowser::~ServiceBrowser()
{
    for (const std::weak_ptr<engine::ClientConversation> &conversation :
         std::exchange(m_data->conversations, {}))
        if (const auto open = conversation.lock())
            open->end();
}

QList<PublishedService> ServiceBrowser::services() const
{
    transport::Seat &seat = m_data->session.seat();
    QList<PublishedService> services;
    QHash<std::uint64_t, bool> isAlive{{seat.id(), true}};
    for (const protocol::ServiceOffer &offer : m_data->offers()) {
        if (!isAlive.contains(offer.peer))
            isAlive.insert(offer.peer, seat.isAlive(offer.peer));
        if (isAlive.value(offer.peer))
            services.append({offer.name, static_cast<pid_t>(offer.pid), offer.program});
    }
    std::ranges::stable_sort(services, [](const PublishedService &a, const PublishedService &b) {
        return (a.name <=> b.name) < 0;
    });
    return services;
}

Reply<QList<TopicName>> ServiceBrowser::topics(const ServiceName &service)
{
    return m_data->ask<QList<TopicName>>(service, engine::systemTopicName(), "Topics"_item, Format::json(),
                                         &readTopicNames);
}

Reply<QList<Format>> ServiceBrowser::formats(const ServiceName &service)
{
    return m_data->ask<QList<Format>>(service, engine::systemTopicName(), "Formats"_item, Format::json(),
                                      &readFormats);
}

Reply<QString> ServiceBrowser::help(const ServiceName &service)
{
    return m_data->ask<QString>(service, engine::systemTopicName(), "Help"_item, Format::text(), &readText);
}

Reply<QList<ListedItem>> ServiceBrowser::items(const ServiceName &service, const TopicName &topic)
{
    return m_data->ask<QList<ListedItem>>(service, topic, "TopicItemList"_item, Format::json(),
                                          &readListedItems);
}

} // namespace tellwire
