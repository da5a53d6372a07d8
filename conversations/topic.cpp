// SPDX-License-Identifier: Apache-2.0
#include "conversations/topic.h"

#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/source_time.h"
#include "conversations/topic_p.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire {

Topic::Topic(std::unique_ptr<Private> data, QObject *parent) : QObject(parent), m_data(std::move(data))
{
    m_data->q = this;
    m_data->engine->setObserver(m_data.get());
}

Topic::~Topic()
{
    m_data->engine->setObserver(nullptr);
    const std::shared_ptr<engine::ServedService> service = m_data->engine->service();
    if (!service)
        return;
    service->removeTopic(name());
    m_data->session.seat().handler<engine::ConversationHandler>().server().endConversations(
        *m_data->engine, Error{ErrorCode::PeerGone, QStringLiteral("the service %1 has given up the topic %2")
                                                        .arg(service->name().text(), name().text())});
}

const TopicName &Topic::name() const noexcept { return m_data->engine->name(); }

void Topic::setItem(const ItemName &item, const Payload &value, const ItemStatus &status)
{
    Payload kept{value}; // A converter may change the caller's.
    m_data->engine->setItem(item, {&kept, 1}, status);
}

void Topic::setItem(const ItemName &item, const QList<Payload> &sameValue, const ItemStatus &status)
{
    Q_ASSERT_X(!sameValue.isEmpty(), "Topic::setItem", "an item needs a value");
    QList<Payload> kept{sameValue};
    m_data->engine->setItem(item, kept, status);
}

void Topic::setItems(const QList<ItemValue> &values)
{
    for (const ItemValue &value : values)
        Q_ASSERT_X(!value.sameValue.isEmpty(), "Topic::setItems", "an item needs a value");
    m_data->engine->setItems(values);
}

void Topic::provideItem(const ItemName &item, const QList<Format> &formats, Provider provide)
{
    Q_ASSERT_X(!formats.isEmpty(), "Topic::provideItem", "an item needs a format");
    m_data->engine->provideItem(item, std::make_shared<const engine::ItemProvider>(
                                          engine::ItemProvider{formats, std::move(provide)}));
}

void Topic::provideItem(const ItemName &item, const QList<Format> &formats, LaterProvider provide)
{
    Q_ASSERT_X(!formats.isEmpty(), "Topic::provideItem", "an item needs a format");
    m_data->engine->provideItem(item, std::make_shared<const engine::ItemProvider>(
                                          engine::ItemProvider{formats, std::move(provide)}));
}

void Topic::itemChanged(const ItemName &item, const ItemStatus &status)
{
    m_data->engine->itemChanged(item, status);
}

std::optional<Update> Topic::item(const ItemName &item) const
{
    const std::shared_ptr<engine::Item> found = m_data->engine->find(item);
    if (!found || found->provider())
        return std::nullopt;
    const transport::ValueStamp &stamp = found->stamp();
    return Update{found->values().front(), stamp.sequence, engine::fromMicroseconds(stamp.time),
                  static_cast<Quality>(stamp.quality), 0};
}

QList<ItemName> Topic::items() const { return m_data->engine->itemNames(); }

void Topic::removeItem(const ItemName &item) { m_data->engine->removeItem(item); }

int Topic::watchers(const ItemName &item) const { return m_data->engine->watchers(item); }

void Topic::onPoke(const ItemName &item, PokeHandler handle)
{
    m_data->engine->setPokeHandler(item, std::move(handle));
}

void Topic::onPoke(const ItemName &item, LaterPokeHandler handle)
{
    m_data->engine->setPokeHandler(item, std::move(handle));
}

void Topic::onPoke(AnyPokeHandler handle) { m_data->engine->setPokeHandler(std::move(handle)); }

void Topic::onPoke(LaterAnyPokeHandler handle) { m_data->engine->setPokeHandler(std::move(handle)); }

void Topic::onExecute(ExecuteHandler handle) { m_data->engine->setExecuteHandler(std::move(handle)); }

void Topic::onExecute(LaterExecuteHandler handle) { m_data->engine->setExecuteHandler(std::move(handle)); }

Caller Topic::caller() const { return m_data->engine->caller(); }

} // namespace tellwire
