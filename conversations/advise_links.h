// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"

#include <QList>

#include <memory>
#include <optional>

namespace tellwire {

/// Standing orders for many items of one conversation, all on the same terms: what a sheet of a hundred
/// thousand cells needs. Does for each item what an AdviseLink does but for next(), in a fraction of the
/// memory.
///
/// Thread: that of its conversation. No signal is emitted before control returns to the session's processing.
/// A handler may add and remove items, and delete this object, its conversation, or both.
class TELLWIRE_EXPORT AdviseLinks : public QObject
{
    Q_OBJECT
public:
    using State = AdviseLink::State;

    explicit AdviseLinks(Conversation &conversation, const LinkOptions &options = {},
                         QObject *parent = nullptr);
    ~AdviseLinks() override; ///< Ends all links; the service is told.

    /// Starts a link on the item, if there is none here.
    void add(const ItemName &item);

    /// Ends the item's link, if there is one here. Emits nothing.
    void remove(const ItemName &item);

    bool contains(const ItemName &item) const { return state(item) != State::Ended; }
    qsizetype size() const noexcept;
    QList<ItemName> items() const; ///< In no particular order.

    // Of one item, as AdviseLink says it. Of an item that is not here: Ended, and nothing.
    State state(const ItemName &item) const;
    std::optional<Update> latest(const ItemName &item) const;
    std::optional<Staleness> staleness(const ItemName &item) const;
    std::optional<Update> present(const ItemName &item) const;
    void acknowledge(const ItemName &item);

Q_SIGNALS:
    // What AdviseLink says, and of which item. One that has ended is not here any more.
    void updated(const tellwire::ItemName &item, const tellwire::Update &update);
    void changed(const tellwire::ItemName &item, const tellwire::Update &news);
    void wentStale(const tellwire::ItemName &item, const tellwire::Staleness &staleness);
    void ended(const tellwire::ItemName &item, const tellwire::Error &reason);

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
