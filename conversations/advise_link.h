// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/conversation.h"
#include "dde/protocol/link_kind.h"

#include <functional>
#include <memory>
#include <optional>

namespace tellwire {

/// Name what differs: AdviseLink link{conversation, item, {.pace = LinkPace::EveryUpdate}};
struct LinkOptions
{
    QList<Format> formats = {Format::text()}; ///< Most wanted first; if empty, what the service offers first.
    LinkPace pace = LinkPace::NewestOnly;
    qsizetype waitingUpdates =
        4096; ///< EveryUpdate: how many may wait for next() before the oldest are dropped.
};

/// A standing order: hear of every change of one item, until this object is destroyed. The present value
/// comes first.
///
/// Thread: that of its conversation. No signal is emitted before control returns to the session's processing.
/// A handler may delete the link, its conversation, or both.
class TELLWIRE_EXPORT AdviseLink : public QObject
{
    Q_OBJECT
public:
    enum class State { Starting, Active, Ended };
    Q_ENUM(State)

    AdviseLink(Conversation &conversation, const ItemName &item, const LinkOptions &options = {},
               QObject *parent = nullptr);
    ~AdviseLink() override; ///< Ends the link; the service is told.

    const ItemName &item() const noexcept;
    State state() const noexcept;

    /// The last value received; empty before the first one.
    const std::optional<Update> &latest() const noexcept;

    /// Calls `use` with each new value while `context` and this link live, in context's thread.
    void onUpdate(QObject *context, std::function<void(const Update &)> use);

    /// The next value that was not given by next() before; for coroutines: while (auto value = co_await
    /// link.next()) … The first call gives the present value as soon as there is one. From then on, values
    /// that come while nobody asks are kept: the newest one, or on an EveryUpdate link up to
    /// LinkOptions::waitingUpdates; Update::missed counts what was dropped. Calls are served in their order.
    /// Error: what ended() says, after the kept values.
    Reply<Update> next();

    /// Ends the link as its destructor does, and finishes what waits in next() with Closed. Emits nothing.
    void end();

Q_SIGNALS:
    void updated(const tellwire::Update &update);
    void ended(const tellwire::Error
                   &reason); ///< Last signal: refused, or the item, its service or its session is gone.

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
