// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"

#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/system_topic.h"
#include "conversations/fail_later.h"
#include "conversations/listed_items.h"
#include "conversations/topic_search.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/peer_watch.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"

#include <QMetaMethod>
#include <QPointer>
#include <QSet>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace tellwire {

namespace {

QByteArray nameOf(const protocol::ServiceOffer &offer) { return offer.name.key(); }

std::pair<std::uint64_t, std::uint32_t> instanceOf(const protocol::ServiceOffer &offer)
{
    return {offer.peer, offer.instance};
}

/// The first offer of each key that is not among those of the others.
template <typename KeyOf>
QList<protocol::ServiceOffer> without(const QList<protocol::ServiceOffer> &offers,
                                      const QList<protocol::ServiceOffer> &others, KeyOf keyOf)
{
    QSet<std::invoke_result_t<KeyOf, const protocol::ServiceOffer &>> seen;
    for (const protocol::ServiceOffer &other : others)
        seen.insert(keyOf(other));
    QList<protocol::ServiceOffer> left;
    for (const protocol::ServiceOffer &offer : offers) {
        if (seen.contains(keyOf(offer)))
            continue;
        seen.insert(keyOf(offer));
        left.append(offer);
    }
    return left;
}

} // namespace

class ServiceBrowser::Private
{
public:
    Private(ServiceBrowser *face, Session joined);

    QList<protocol::ServiceOffer> offers() const;
    QList<protocol::ServiceOffer> shownOffers();
    void startWatching();
    void compare();
    void watchPrograms();
    void tell(const QList<protocol::ServiceOffer> &told, const QList<protocol::ServiceOffer> &seen);

    /// Asks one question by a conversation of its own, and reads the answer with `read`.
    template <typename T, typename Question, typename Read>
    Reply<T> ask(const ServiceName &service, const TopicName &topic, Question question, Read read);

    /// Asks for one item.
    template <typename T, typename Read>
    Reply<T> askItem(const ServiceName &service, const TopicName &topic, const ItemName &item,
                     const Format &format, Read read);

    Reply<FoundTopics> find(const ServiceName &service, const TopicName &topic);

    ServiceBrowser *q;
    Session session; // Lives longest: all else refers to it.
    std::vector<std::weak_ptr<engine::ClientConversation>> conversations;
    std::vector<std::weak_ptr<TopicSearch>> searches;
    QList<protocol::ServiceOffer> known; ///< What those who listen were told of.
    QList<protocol::ServiceOffer> shown; ///< What was listed beyond that: its end must be told, too.
    std::map<transport::PeerId, std::unique_ptr<transport::PeerWatch>> watches;
    bool isTelling = false;
    std::shared_ptr<int> guard; ///< Of the watch on the log, once somebody listens.
};

ServiceBrowser::Private::Private(ServiceBrowser *face, Session joined) : q(face), session(std::move(joined))
{
    session.seat().attachToEventLoop();
    known = offers();
}

QList<protocol::ServiceOffer> ServiceBrowser::Private::offers() const
{
    (void)session.seat().log().replay(); // If it fails, what was read before still holds.
    return protocol::allServices(session.seat().log().state());
}

/// The offers there are, for one who may follow what becomes of them.
QList<protocol::ServiceOffer> ServiceBrowser::Private::shownOffers()
{
    const QList<protocol::ServiceOffer> now = offers();
    if (guard)
        shown += without(now, known + shown, instanceOf);
    else
        known = now;
    return now;
}

void ServiceBrowser::Private::startWatching()
{
    guard = std::make_shared<int>();
    session.seat().onLogChange(guard, [this] { compare(); });
    watchPrograms();
    session.seat().reactor().post([this, listening = std::weak_ptr{guard}] {
        if (!listening.expired())
            compare(); // With what was listed before anybody listened.
    });
}

// A handler that waits lets further changes in: they are told when it has returned.
void ServiceBrowser::Private::compare()
{
    if (isTelling)
        return;
    const QPointer<ServiceBrowser> alive{q};
    isTelling = true;
    for (auto now = offers(); now != known || !shown.isEmpty(); now = offers()) {
        const QList<protocol::ServiceOffer> before = std::exchange(known, now);
        watchPrograms();
        tell(before, before + std::exchange(shown, {}));
        if (!alive)
            return;
    }
    isTelling = false;
}

// Who dies without a word is struck off the list by whoever notices; so somebody has to look.
void ServiceBrowser::Private::watchPrograms()
{
    auto old = std::exchange(watches, {});
    for (const protocol::ServiceOffer &offer : known) {
        if (offer.peer == session.seat().id() || watches.contains(offer.peer))
            continue;
        auto node = old.extract(offer.peer);
        if (node.empty())
            watches.emplace(offer.peer,
                            std::make_unique<transport::PeerWatch>(session.seat(), offer.peer, [] {}));
        else
            watches.insert(std::move(node));
    }
}

void ServiceBrowser::Private::tell(const QList<protocol::ServiceOffer> &told,
                                   const QList<protocol::ServiceOffer> &seen)
{
    const QPointer<ServiceBrowser> alive{q};
    const QList<protocol::ServiceOffer> now = known;
    for (const protocol::ServiceOffer &offer : without(seen, now, instanceOf))
        if (alive)
            Q_EMIT q->withdrawn(toPublished(offer));
    for (const protocol::ServiceOffer &offer : without(now, told, instanceOf))
        if (alive)
            Q_EMIT q->published(toPublished(offer));
    for (const protocol::ServiceOffer &offer : without(now, told, nameOf))
        if (alive)
            Q_EMIT q->serviceAppeared(offer.name);
    for (const protocol::ServiceOffer &offer : without(seen, now, nameOf))
        if (alive)
            Q_EMIT q->serviceVanished(offer.name);
}

template <typename T, typename Question, typename Read>
Reply<T> ServiceBrowser::Private::ask(const ServiceName &service, const TopicName &topic, Question question,
                                      Read read)
{
    const ReplyPromise<T> promise;
    transport::Seat &seat = session.seat();
    engine::Client &client = seat.handler<engine::ConversationHandler>().client();
    const auto conversation = engine::ClientConversation::open(client, {service, topic}, nullptr);
    std::erase_if(conversations, [](const auto &old) { return old.expired(); });
    conversations.push_back(conversation);
    const auto finish = [promise, conversation, read](const Result<engine::Answer> &answer) {
        const Result<T> outcome = answer.and_then(
            [&](const engine::Answer &given) -> Result<T> { return read(std::get<Update>(given).value); });
        conversation->end();
        promise.finish(outcome);
    };
    conversation->start(std::move(question), conversation->limit(), finish);
    return promise.reply([weak = std::weak_ptr{conversation}] {
        if (const auto asked = weak.lock())
            asked->end();
    });
}

template <typename T, typename Read>
Reply<T> ServiceBrowser::Private::askItem(const ServiceName &service, const TopicName &topic,
                                          const ItemName &item, const Format &format, Read read)
{
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(session.seat(), {&format, 1});
    if (numbers)
        return ask<T>(service, topic, protocol::Request{.item = item, .formats = *numbers}, read);
    return failLater<T>(session, numbers.error());
}

Reply<FoundTopics> ServiceBrowser::Private::find(const ServiceName &service, const TopicName &topic)
{
    (void)session.seat().log().replay(); // If it fails, what was read before still holds.
    const transport::LogState &state = session.seat().log().state();
    const auto search = std::make_shared<TopicSearch>(
        service.isEmpty() ? protocol::allServices(state) : protocol::servicesNamed(state, service));
    std::erase_if(searches, [](const auto &old) { return old.expired(); });
    searches.push_back(search);
    return search->start(session.seat().handler<engine::ConversationHandler>().client(),
                         protocol::Find{.service = service, .topic = topic});
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
    for (const std::weak_ptr<TopicSearch> &search : std::exchange(m_data->searches, {}))
        if (const auto unfinished = search.lock())
            unfinished->cancel();
}

QList<PublishedService> ServiceBrowser::services() const
{
    transport::Seat &seat = m_data->session.seat();
    QList<PublishedService> services;
    QHash<std::uint64_t, bool> isAlive{{seat.id(), true}};
    for (const protocol::ServiceOffer &offer : m_data->shownOffers()) {
        if (!isAlive.contains(offer.peer))
            isAlive.insert(offer.peer, seat.isAlive(offer.peer));
        if (isAlive.value(offer.peer))
            services.append(toPublished(offer));
    }
    std::ranges::stable_sort(services, [](const PublishedService &a, const PublishedService &b) {
        return (a.name <=> b.name) < 0;
    });
    return services;
}

Reply<FoundTopics> ServiceBrowser::find(const ServiceName &service, const TopicName &topic)
{
    return m_data->find(service, topic);
}

Reply<QList<TopicName>> ServiceBrowser::topics(const ServiceName &service)
{
    return m_data->askItem<QList<TopicName>>(service, engine::systemTopicName(), "Topics"_item,
                                             Format::json(), &readTopicNames);
}

Reply<QList<Format>> ServiceBrowser::formats(const ServiceName &service)
{
    return m_data->askItem<QList<Format>>(service, engine::systemTopicName(), "Formats"_item, Format::json(),
                                          &readFormats);
}

Reply<QString> ServiceBrowser::help(const ServiceName &service)
{
    return m_data->askItem<QString>(service, engine::systemTopicName(), "Help"_item, Format::text(),
                                    &readText);
}

Reply<ItemPage> ServiceBrowser::items(const ServiceName &service, const TopicName &topic,
                                      const ItemRange &range)
{
    Q_ASSERT_X(range.limit > 0, "ServiceBrowser::items", "a page has at least one item");
    return m_data->ask<ItemPage>(
        service, topic, protocol::Browse{.limit = range.limit, .prefix = range.prefix, .after = range.after},
        &readItemPage);
}

void ServiceBrowser::connectNotify(const QMetaMethod &signal)
{
    QObject::connectNotify(signal);
    if (m_data->guard || signal.methodIndex() < staticMetaObject.methodOffset())
        return; // Somebody listens already, or to a signal of QObject.
    m_data->startWatching();
}

} // namespace tellwire
