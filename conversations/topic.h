// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"

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

/// One subject that a service can talk about: items to read, to watch, and perhaps to change.
///
/// Thread: the thread it lives in; handlers run there too. A handler may wait for replies, and may delete its
/// topic or service. One that would take long should answer Busy rather than keep its clients waiting.
class TELLWIRE_EXPORT Topic : public QObject
{
    Q_OBJECT
public:
    using PokeHandler = std::function<Result<void>(const Payload &value)>;
    using AnyPokeHandler = std::function<Result<void>(const ItemName &item, const Payload &value)>;
    using ExecuteHandler = std::function<Result<void>(const QString &command)>;

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

    /// Its present value in the format it was given first; empty if there is no such item.
    std::optional<Update> item(const ItemName &item) const;

    QList<ItemName> items() const; ///< Sorted by name.

    /// Ends every link on the item with NoSuchItem.
    void removeItem(const ItemName &item);

    /// Decides about new values for one item, or for all items without a handler of their own, which need not
    /// exist yet. The handler says what is done with the value; usually it calls setItem(). Returned errors
    /// reach the client as they are. Without a handler, pokes and commands are refused.
    void onPoke(const ItemName &item, PokeHandler handle);
    void onPoke(AnyPokeHandler handle);
    void onExecute(ExecuteHandler handle);

    /// Who asks. Only inside a handler.
    Caller caller() const;

private:
    friend class Service;
    class Private;
    Topic(std::unique_ptr<Private> data, QObject *parent);
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
