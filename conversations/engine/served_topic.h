// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/engine/item.h"
#include "conversations/topic.h"

#include <QHash>

#include <memory>
#include <vector>

namespace tellwire::engine {

class ServedService;
class Server;

/// A topic as clients see it: its items, and who decides about pokes and commands.
class ServedTopic : public std::enable_shared_from_this<ServedTopic>
{
public:
    ServedTopic(Server &server, std::weak_ptr<ServedService> service, TopicName name);

    const TopicName &name() const noexcept { return m_name; }
    std::shared_ptr<ServedService> service() const { return m_service.lock(); }

    void setItem(const ItemName &name, const QList<Payload> &sameValue, const ItemStatus &status);
    void removeItem(const ItemName &name);
    std::shared_ptr<Item> find(const ItemName &name) const { return m_items.value(name); }
    QList<ItemName> itemNames() const; ///< Sorted.

    void setPokeHandler(const ItemName &item, Topic::PokeHandler handle);
    void setPokeHandler(Topic::AnyPokeHandler handle);
    void setExecuteHandler(Topic::ExecuteHandler handle);

    /// Of the handler that runs now; there must be one.
    const Caller &caller() const;

    // What clients ask. Each may run the program's code, which may do anything.

    Result<Update> answer(const ItemName &name, const WantedFormats &wanted);
    Result<void> poke(const ItemName &name, const Payload &value, const Caller &caller);
    Result<void> execute(const QString &command, const Caller &caller);

    /// The feed for a link, with the present value in it. Whoever adds no link to it drops it again.
    Result<std::shared_ptr<LinkFeed>> feedFor(const ItemName &name, const WantedFormats &wanted);

private:
    class HandlerScope;

    void feed(const std::shared_ptr<Item> &item);
    bool isPresent(const std::shared_ptr<Item> &item, quint64 sequence) const;
    QString address(const ItemName &item) const;
    Error noSuchItem(const ItemName &item) const;
    FormatRegistry conversions() const;

    Server &m_server;
    std::weak_ptr<ServedService> m_service;
    TopicName m_name;
    QHash<ItemName, std::shared_ptr<Item>> m_items;
    QHash<ItemName, std::shared_ptr<const Topic::PokeHandler>> m_pokeHandlers;
    std::shared_ptr<const Topic::AnyPokeHandler> m_anyPokeHandler;
    std::shared_ptr<const Topic::ExecuteHandler> m_executeHandler;
    std::vector<Caller> m_callers; ///< Of the handlers that run now, innermost last.
};

} // namespace tellwire::engine
