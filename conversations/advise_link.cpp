// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"

#include "conversations/conversation_p.h"
#include "conversations/link_state.h"
#include "conversations/update_queue.h"
#include "dde/transport/seat.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace tellwire {

class AdviseLink::Private final : public engine::ClientLink::Observer
{
public:
    /// Whom onUpdate() has named.
    struct Listener : QSharedData
    {
        bool isOwn; ///< The context is the link itself, and needs no watch.
        QPointer<QObject> context;
        std::function<void(const Update &)> use;
        QExplicitlySharedDataPointer<Listener> next;
    };
    using Listeners = QExplicitlySharedDataPointer<Listener>;

    /// What few links need.
    struct Extra
    {
        std::shared_ptr<UpdateQueue> queue; ///< Once next() was called.
        std::unique_ptr<Update> lastNews;   ///< Warm: until next() is called.
        std::unique_ptr<Error> end;         ///< Why the other side ended it.
    };

    explicit Private(AdviseLink *face) : q(face) {}

    bool onUpdate(engine::ClientLink &from, const Update &update) override;
    bool onChanged(engine::ClientLink &from, const Update &news) override;
    void onStale(engine::ClientLink &from, const Staleness &staleness) override;
    void onEnded(engine::ClientLink &from, const Error &reason) override;

    bool push(const Update &update);
    void callListeners(const Update &update);
    void dropOrphans();
    Extra &made();
    std::shared_ptr<UpdateQueue> makeQueue();
    Error endReason() const;

    AdviseLink *q;
    engine::ClientLink::Pointer link;
    Listeners listeners;
    std::unique_ptr<Extra> extra;
};

/// True if it is for those who ask for the next value.
bool AdviseLink::Private::push(const Update &update)
{
    if (!extra || !extra->queue)
        return false;
    std::shared_ptr { extra->queue } -> push(update);
    return true;
}

// The link may be deleted at any call of the program.

bool AdviseLink::Private::onUpdate(engine::ClientLink &from, const Update &update)
{
    const bool isQueued = push(update);
    if (from.isObservedBy(this) && listeners && !q->signalsBlocked())
        callListeners(update);
    if (from.isObservedBy(this))
        Q_EMIT q->updated(update);
    return !isQueued;
}

void AdviseLink::Private::callListeners(const Update &update)
{
    const engine::ClientLink::Pointer watched = link;
    for (Listeners each = listeners; each && watched->isObservedBy(this); each = each->next) {
        if (each->isOwn || (each->context && each->context->thread() == q->thread()))
            each->use(update);
        else if (each->context) // It has moved.
            QMetaObject::invokeMethod(each->context, [each, update] { each->use(update); });
    }
}

/// Those whose context is gone.
void AdviseLink::Private::dropOrphans()
{
    Listeners *place = &listeners;
    while (*place) {
        if ((*place)->isOwn || (*place)->context)
            place = &(*place)->next;
        else
            *place = Listeners{(*place)->next};
    }
}

bool AdviseLink::Private::onChanged(engine::ClientLink &from, const Update &news)
{
    const bool isQueued = push(news);
    if (!isQueued)
        made().lastNews = std::make_unique<Update>(news);
    if (from.isObservedBy(this))
        Q_EMIT q->changed(news);
    return !isQueued;
}

void AdviseLink::Private::onStale(engine::ClientLink & /*from*/, const Staleness &staleness)
{
    Q_EMIT q->wentStale(staleness);
}

void AdviseLink::Private::onEnded(engine::ClientLink & /*from*/, const Error &reason)
{
    const QPointer<AdviseLink> alive{q};
    made().end = std::make_unique<Error>(reason);
    if (const std::shared_ptr<UpdateQueue> waiting = extra->queue)
        waiting->end(reason);
    if (alive)
        Q_EMIT q->ended(reason);
}

Error AdviseLink::Private::endReason() const
{
    if (extra && extra->end)
        return *extra->end;
    return {ErrorCode::Closed, QStringLiteral("this program ended its link on %1").arg(link->item().text())};
}

AdviseLink::Private::Extra &AdviseLink::Private::made()
{
    if (!extra)
        extra = std::make_unique<Extra>();
    return *extra;
}

std::shared_ptr<UpdateQueue> AdviseLink::Private::makeQueue()
{
    const LinkOptions &options = link->options();
    const qsizetype mostKept = options.pace == LinkPace::EveryUpdate    ? options.waitingUpdates
                               : options.pace == LinkPace::Acknowledged ? qsizetype{options.window}
                                                                        : 1;
    std::function<void(const Update &)> onGiven;
    if (options.pace == LinkPace::Acknowledged && options.acknowledgement == Acknowledgement::Automatic)
        onGiven = [acknowledged = link](const Update &given) { acknowledged->acknowledge(given.sequence); };
    auto queue =
        std::make_shared<UpdateQueue>(link->terms()->session.seat().reactor(), mostKept, std::move(onGiven));
    if (link->state() == engine::ClientLink::State::Ended)
        queue->end(endReason());
    return queue;
}

AdviseLink::AdviseLink(Conversation &conversation, const ItemName &item, const LinkOptions &options,
                       QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this))
{
    const Conversation::Private &talk = *conversation.m_data;
    m_data->link = talk.engine->advise(item, talk.engine->termsFor(talk.session, options), m_data.get());
}

AdviseLink::~AdviseLink() { end(); }

const ItemName &AdviseLink::item() const noexcept { return m_data->link->item(); }

AdviseLink::State AdviseLink::state() const noexcept { return stateOf(*m_data->link); }

const std::optional<Update> &AdviseLink::latest() const noexcept { return m_data->link->latest(); }

std::optional<Staleness> AdviseLink::staleness() const { return stalenessOf(*m_data->link); }

std::optional<Update> AdviseLink::present() const { return presentOn(*m_data->link); }

Reply<Update> AdviseLink::request()
{
    const engine::LinkTerms &terms = *m_data->link->terms();
    const std::optional<Format> agreed = m_data->link->format();
    return Conversation::Private::request(terms.session, terms.conversation, item(),
                                          agreed ? QList{*agreed} : terms.options.formats, std::nullopt);
}

// A connection takes more memory than all else that a link needs; but it crosses threads.
void AdviseLink::onUpdate(QObject *context, std::function<void(const Update &)> use)
{
    if (context->thread() != thread()) {
        connect(this, &AdviseLink::updated, context, std::move(use));
        return;
    }
    m_data->dropOrphans();
    Private::Listeners *end = &m_data->listeners;
    while (*end)
        end = &(*end)->next;
    const bool isOwn = context == this;
    end->reset(new Private::Listener{{}, isOwn, isOwn ? nullptr : context, std::move(use), {}});
}

Reply<Update> AdviseLink::next()
{
    Private::Extra &extra = m_data->made();
    if (!extra.queue)
        extra.queue = m_data->makeQueue();
    const std::unique_ptr<Update> news = std::exchange(extra.lastNews, nullptr);
    return extra.queue->next(news ? std::optional{*news} : m_data->link->latest());
}

void AdviseLink::acknowledge() { m_data->link->acknowledge(m_data->link->sequence()); }

void AdviseLink::end()
{
    if (state() == State::Ended)
        return;
    m_data->link->conversation().unadvise(*m_data->link);
    if (m_data->extra && m_data->extra->queue)
        std::shared_ptr { m_data->extra->queue } -> end(m_data->endReason());
}

} // namespace tellwire
