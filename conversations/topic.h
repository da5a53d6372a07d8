// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/reply.h"
#include "dde/transport/reply_promise.h"

#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace tellwire {

class Service;

/// What a service says about a value besides the value.
struct ItemStatus
{
    Quality quality = Quality::Good;
    std::optional<SourceTime> sourceTime = std::nullopt; ///< When it was true; now, if nothing is said.
};

/// One item's part of Topic::setItems().
struct ItemValue
{
    ItemName item;
    QList<Payload> sameValue; ///< The value in one or more formats, richest first.
    ItemStatus status = {};
};

/// One subject that a service can talk about: items to read, to watch, and perhaps to change.
///
/// Handlers come in two shapes. One returns a Result: the answer, now. The other returns a Reply: the answer,
/// when it is there; meanwhile others are served. Make one with ReplyPromise, or hand on that of another
/// conversation. When the client gives the transaction up, or dies, the reply is cancelled.
///
/// Thread: the thread it lives in; handlers run there too. A handler may wait for replies, and may delete its
/// topic or service. It says Busy, perhaps with Error::retryAfter, to ask clients to come back later.
class TELLWIRE_EXPORT Topic : public QObject
{
    Q_OBJECT
public:
    using Provider = std::function<Result<Payload>(const Format &wanted)>;
    using LaterProvider = std::function<Reply<Payload>(const Format &wanted)>;
    using PokeHandler = std::function<Result<void>(const Payload &value)>;
    using LaterPokeHandler = std::function<Reply<void>(const Payload &value)>;
    using AnyPokeHandler = std::function<Result<void>(const ItemName &item, const Payload &value)>;
    using LaterAnyPokeHandler = std::function<Reply<void>(const ItemName &item, const Payload &value)>;
    using ExecuteHandler = std::function<Result<void>(const QString &command)>;
    using LaterExecuteHandler = std::function<Reply<void>(const QString &command)>;

    ~Topic() override; ///< Ends its conversations; their clients see PeerGone.

    const TopicName &name() const noexcept;

    /// Adds the item or replaces its value, and tells everybody who watches it. The value is kept for later
    /// requests. Links that cannot be given it, because it is too large or memory ran out, end with that
    /// error.
    void setItem(const ItemName &item, const Payload &value, const ItemStatus &status = {});

    /// The same value in several formats, richest first. Links on a format that is no longer among them, and
    /// cannot be converted from them, end with FormatNotOffered.
    void setItem(const ItemName &item, const QList<Payload> &sameValue, const ItemStatus &status = {});

    template <Exchangeable T>
    void setItem(const ItemName &item, const T &value, const ItemStatus &status = {})
    {
        setItem(item, Payload::of(value), status);
    }

    /// Sets several items as one change. Whoever requests several at once, or watches with
    /// LinkOptions::wholeBatches, sees all of it or nothing. Receivers are woken once.
    void setItems(const QList<ItemValue> &values);

    /// Adds an item whose value is made when somebody asks for it, or watches it hot: then once for each
    /// format that is watched, at the start and after each itemChanged(). `formats`, richest first, are what
    /// `provide` can be asked for; it must answer in the format wanted. Replaces whatever item there was.
    /// An error that it gives goes to whoever asked; a link that has no value yet ends with it, and with
    /// Refused instead of NoSuchItem and Overrun, which are about the link itself.
    void provideItem(const ItemName &item, const QList<Format> &formats, Provider provide);
    void provideItem(const ItemName &item, const QList<Format> &formats, LaterProvider provide);

    /// For provided items: the value would be different now. Warm links get the news, hot ones the value.
    void itemChanged(const ItemName &item, const ItemStatus &status = {});

    /// Its present value in the format it was given first; empty if there is no such item, or it is provided.
    std::optional<Update> item(const ItemName &item) const;

    QList<ItemName> items() const; ///< Sorted by name.

    /// Ends every link on the item with NoSuchItem.
    void removeItem(const ItemName &item);

    /// How many links there are on the item, of any kind.
    int watchers(const ItemName &item) const;

    /// Decides about new values for one item, or for all items without a handler of their own, which need not
    /// exist yet. The handler says what is done with the value; usually it calls setItem(). Returned errors
    /// reach the client as they are. Without a handler, pokes and commands are refused.
    void onPoke(const ItemName &item, PokeHandler handle);
    void onPoke(const ItemName &item, LaterPokeHandler handle);
    void onPoke(AnyPokeHandler handle);
    void onPoke(LaterAnyPokeHandler handle);
    void onExecute(ExecuteHandler handle);
    void onExecute(LaterExecuteHandler handle);

    /// Who asks: inside a handler, or a provider that runs for a request, until it first waits or returns.
    /// Empty elsewhere: a provider that runs for links makes a value for all who watch.
    Caller caller() const;

Q_SIGNALS:
    /// The number of links on an item has changed since the session's processing was here last. For services
    /// that measure only what somebody looks at.
    void watchersChanged(const tellwire::ItemName &item, int count);

private:
    friend class Service;
    class Private;
    Topic(std::unique_ptr<Private> data, QObject *parent);
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
