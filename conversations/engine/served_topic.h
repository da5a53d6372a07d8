// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/engine/item_table.h"
#include "conversations/engine/served_outcome.h"
#include "conversations/topic.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <set>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace tellwire::engine {

class ServedClient;
class ServedService;
class Server;

/// An item's value as it was at one moment, for somebody who asked; not in the wanted format yet.
struct TakenValue
{
    ItemName item;
    Agreement agreement;
    std::optional<Payload> stored; ///< None: the provider makes it.
    std::shared_ptr<const ItemProvider> provider;
    transport::ValueStamp stamp;
};

/// A topic as clients see it: its items, and who decides about pokes and commands. What the library itself
/// answers are items too, but kept apart, and not listed among the others.
class ServedTopic : public std::enable_shared_from_this<ServedTopic>
{
public:
    /// Who is told; called from the session's processing only. May delete anything.
    class Observer
    {
    public:
        virtual void onWatchersChanged(const ItemName &item, int count) = 0;

    protected:
        ~Observer() = default;
    };

    ServedTopic(Server &server, std::weak_ptr<ServedService> service, TopicName name);

    const TopicName &name() const noexcept { return m_name; }
    std::shared_ptr<ServedService> service() const { return m_service.lock(); }
    Server &server() const noexcept { return m_server; }
    void setObserver(Observer *observer) noexcept { m_observer = observer; }

    // What the program says. Runs converters and providers, which may do anything.

    /// Moves the value from where it is.
    void setItem(const ItemName &name, std::span<Payload> sameValue, const ItemStatus &status);
    /// Sets all items as one change, and as one batch for links that want whole ones.
    void setItems(const QList<ItemValue> &values);
    void provideItem(const ItemName &name, std::shared_ptr<const ItemProvider> provider);
    void itemChanged(const ItemName &name, const ItemStatus &status);
    void removeItem(const ItemName &name);

    std::shared_ptr<Item> find(const ItemName &name) const { return m_items.find(name); }
    QList<ItemName> itemNames() const; ///< Sorted.
    int watchers(const ItemName &name) const;

    const ItemTable &items() const noexcept { return m_items; }

    FormatRegistry conversions() const; ///< Of the service.

    // What the library says.

    /// Links that wait for the item start, which runs converters.
    void provideLibraryItem(const ItemName &name, LibraryProvider provide, bool isPerClient = false);
    void removeLibraryItem(const ItemName &name);
    const ItemTable &libraryItems() const noexcept { return m_libraryItems; }

    /// Whoever watches the item gets it anew, once per round of the session's processing, or only the links
    /// of `only`. Costs nothing if nobody watches.
    void libraryItemChanged(const ItemName &name, const ServedClient *only = nullptr);
    bool hasWatchedLibraryItems() const;

    using AnyHandler = std::variant<Topic::AnyPokeHandler, Topic::LaterAnyPokeHandler>;
    using Handler = std::variant<Topic::PokeHandler, Topic::LaterPokeHandler>;
    using CommandHandler = std::variant<Topic::ExecuteHandler, Topic::LaterExecuteHandler>;
    void setPokeHandler(const ItemName &item, Handler handle);
    void setPokeHandler(AnyHandler handle);
    void setExecuteHandler(CommandHandler handle);

    /// Of the handler that runs now; empty if none does.
    Caller caller() const { return m_callers.empty() ? Caller{} : m_callers.back(); }

    // What clients ask.

    /// Runs nothing of the program's. Errors: NoSuchItem, FormatNotOffered.
    Result<TakenValue> take(const ItemName &name, const WantedFormats &wanted) const;

    // These run the program's code, which may do anything; `done` is told what came of it, now or later.
    GiveUp make(const TakenValue &value, const ServedClient &asker, WhenDone<Payload> done);
    GiveUp poke(const ItemName &name, const Payload &value, std::uint64_t ifSequence, const Caller &caller,
                const WhenDone<void> &done);
    GiveUp execute(const QString &command, const Caller &caller, const WhenDone<void> &done);

    /// The feed for a link, with the present value in it if that is stored. Whoever adds no link to it drops
    /// it again. May run converters. Errors: NoSuchItem, FormatNotOffered.
    Result<std::shared_ptr<LinkFeed>> feedFor(const ItemName &name, const WantedFormats &wanted,
                                              LinkKind kind, const ServedClient &client);

    /// After a link was added to the feed: has the first value made if it is provided. Runs providers.
    void fill(const std::shared_ptr<LinkFeed> &feed);

    /// Before the number of links on the item changes.
    void noteWatchers(const Item &item);

    // Links that wait until there is such an item.
    void await(const ItemName &name, ServedClient &client, protocol::LinkId link);
    void forgetAwaiting(const ItemName &name, ServedClient &client, protocol::LinkId link);
    bool isLibraryItem(const ItemName &name) const { return m_libraryItems.contains(name); }

private:
    class HandlerScope;
    struct ItemChange;
    using ItemChanges = std::span<ItemChange>;
    using Awaiting = std::set<std::pair<ServedClient *, protocol::LinkId>>;

    // served_topic_feeding.cpp
    void carryOut(ItemChanges changes, bool isBatch);
    void prepare(ItemChange &change) const;
    void apply(ItemChange &change);
    static void show(ItemChange &change);
    static void tell(const ItemChange &change, std::uint16_t batchFlag);
    static void endBatch(ItemChanges changes);
    void afterChange(const ItemChange &change);
    void feedStored(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed);

    // served_topic_providing.cpp
    void refresh(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed);
    void finishRefresh(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed,
                       const transport::ValueStamp &stamp, const Result<Payload> &made);
    void refreshSoon(const std::shared_ptr<Item> &item, const std::shared_ptr<LinkFeed> &feed);
    void complain(LinkFeed &feed, const Error &problem);
    void renew(const std::shared_ptr<Item> &item, const Item::Feeds &feeds);
    void renewLibraryItems();

    void tellWatchers();
    void wakeAwaiting(const ItemName &name);
    std::shared_ptr<Item> anyItem(const ItemName &name) const;
    std::shared_ptr<Item> addItem(const ItemName &name);
    void endLinksOn(const Item &item) const;
    void itemsCameOrWent();

    std::shared_ptr<const Agreement> shared(const Agreement &agreement);

    // served_topic_answers.cpp
    GiveUp run(const TakenValue &value, const Caller *caller, const ServedClient *asker,
               WhenDone<Payload> done);
    std::optional<Error> obstacleTo(const ItemName &name, std::uint64_t ifSequence) const;
    QString address(const ItemName &item) const;
    Error noSuchItem(const ItemName &item) const;
    Server &m_server;
    std::weak_ptr<ServedService> m_service;
    Observer *m_observer = nullptr;
    TopicName m_name;
    ItemTable m_items;
    ItemTable m_libraryItems;
    QSet<ItemName> m_changedLibraryItems;  ///< What renewLibraryItems() is posted for.
    QHash<ItemName, int> m_watchersBefore; ///< What tellWatchers() is posted for.
    QHash<ItemName, Awaiting> m_awaiting;
    QHash<Format, std::shared_ptr<const Agreement>> m_plainAgreements; ///< That convert nothing.
    QHash<ItemName, std::shared_ptr<const Handler>> m_pokeHandlers;
    std::shared_ptr<const AnyHandler> m_anyPokeHandler;
    std::shared_ptr<const CommandHandler> m_executeHandler;
    std::uint64_t m_lastSequence = 0; ///< The highest of an item that was removed.
    std::vector<Caller> m_callers;    ///< Of the handlers that run now, innermost last.
};

} // namespace tellwire::engine
