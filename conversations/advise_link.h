// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/conversation.h"
#include "dde/protocol/link_kind.h"

#include <functional>
#include <memory>
#include <optional>

namespace tellwire {

/// When an update of an Acknowledged link counts as received.
enum class Acknowledgement : quint8 {
    Automatic, ///< When its handlers have returned; for those who use next(), when next() has given it.
    Explicit,  ///< When acknowledge() is called.
};

/// Name what differs: AdviseLink link{conversation, item, {.pace = LinkPace::EveryUpdate}};
struct LinkOptions
{
    QList<Format> formats = {Format::text()}; ///< Most wanted first; if empty, what the service offers first.
    LinkKind kind = LinkKind::Hot;
    LinkPace pace = LinkPace::NewestOnly;

    /// Acknowledged: how many updates may be on their way. While as many are, the service skips values, and
    /// the last one always comes. 1 is DDE's own flow control.
    quint16 window = 1;
    Acknowledgement acknowledgement = Acknowledgement::Automatic;

    /// EveryUpdate: how many may wait for next() before the oldest are dropped.
    qsizetype waitingUpdates = 4096;

    /// End after one change: the one after the present value, or a warm link's first news.
    bool once = false;

    /// Warm: when the service ends the link, its last value comes before ended(), even if the service died.
    bool finalValue = false;

    /// Only hot with EveryUpdate. Values that the service sets together (Topic::setItems()) come together:
    /// when the first of their signals is emitted, latest() of all links of this session that ask for it has
    /// the new value, and a batch that was cut off by the service's death is not seen at all.
    bool wholeBatches = false;
};

/// Since when, and why, a link's value is no longer kept up to date.
struct Staleness
{
    SourceTime since;
    Error reason;

    friend bool operator==(const Staleness &, const Staleness &) = default;
};

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

Q_DECLARE_METATYPE(tellwire::Staleness)
