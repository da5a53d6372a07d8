// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/conversation.h"
#include "conversations/link_options.h"

#include <functional>
#include <memory>
#include <optional>

namespace tellwire {

/// A standing order: hear of every change of one item, until this object is destroyed. The present value
/// comes first; on a warm link nothing comes before the first change.
///
/// Links on one item in several formats are links of their own, each with its own options.
///
/// Thread: that of its conversation. No signal is emitted before control returns to the session's processing.
/// A handler may delete the link, its conversation, or both.
class TELLWIRE_EXPORT AdviseLink : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Starting,
        Active,
        Stale, ///< Its conversation reconnects and has lost the service, or the item is not there now.
        Ended
    };
    Q_ENUM(State)

    AdviseLink(Conversation &conversation, const ItemName &item, const LinkOptions &options = {},
               QObject *parent = nullptr);
    ~AdviseLink() override; ///< Ends the link; the service is told.

    const ItemName &item() const noexcept;
    State state() const noexcept;

    /// The last value received; empty before the first one, and on a warm link. Of quality Stale while the
    /// link is.
    const std::optional<Update> &latest() const noexcept;

    /// While the link is stale; afterwards if it ended so.
    std::optional<Staleness> staleness() const;

    /// The value as it is now, read from the service's memory without asking it; empty if it cannot be had
    /// so: the link is not active, its pace is none that keeps one there, or the service makes the value on
    /// demand. Never blocks, and works while the service is stopped. Cost: one copy of the value.
    std::optional<Update> present() const;

    /// Conversation::request() for this item in the link's own format, or in the formats wanted before it is
    /// active. What a warm link is for.
    Reply<Update> request();

    /// Calls `use` with each new value while `context` and this link live, in context's thread.
    void onUpdate(QObject *context, std::function<void(const Update &)> use);

    /// The next value that was not given by next() before; for coroutines: while (auto value = co_await
    /// link.next()) … The first call gives the present value as soon as there is one. From then on, values
    /// that come while nobody asks are kept: the newest one, or on an EveryUpdate link up to
    /// LinkOptions::waitingUpdates; Update::missed counts what was dropped. Calls are served in their order.
    /// On a warm link the news, which have no value, from the last one before the first call on. A reply that
    /// is not wanted any more has to be cancelled, or it takes the next value. Error: what ended() says,
    /// after the kept values.
    Reply<Update> next();

    /// Acknowledgement::Explicit: all that came so far is dealt with. No effect on other links.
    void acknowledge();

    /// Ends the link as its destructor does, and finishes what waits in next() with Closed. Emits nothing.
    void end();

Q_SIGNALS:
    void updated(const tellwire::Update &update);
    /// Warm: the item has changed. On a NewestOnly link perhaps more than once; `news` then tell of the first
    /// change.
    void changed(const tellwire::Update &news);
    void wentStale(const tellwire::Staleness &staleness); ///< Ends with the next value, or with ended().
    void
    ended(const tellwire::Error &reason); ///< Last signal: refused, or the item, its service or its session
                                          ///< is gone; Closed after one change, if that was wanted.

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
