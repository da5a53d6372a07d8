// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"

#include "conversations/conversation_p.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/update_queue.h"
#include "dde/transport/seat.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace tellwire {

class AdviseLink::Private final : public engine::ClientLink::Observer
{
public:
    Private(AdviseLink *face, const Conversation::Private &conversation, const ItemName &itemName,
            const LinkOptions &linkOptions);

    void onActive() override;
    void onValue(const Update &update) override;
    void onUpdate(const Update &update) override;
    void onChanged(const Update &news) override;
    void onLost(const Error &reason) override;
    void onEnded(const Error &reason) override;

    void handOver(const Update &update, void (AdviseLink::*signal)(const Update &), bool isOneChange);
    void finish(const Error &reason);
    std::shared_ptr<UpdateQueue> makeQueue();

    AdviseLink *q;
    Session session; // Lives longest: all else refers to it.
    LinkOptions options;
    State state = State::Starting;
    bool hasValue = false; ///< The present value has come; what comes now is a change.
    std::optional<Update> latest;
    std::unique_ptr<Staleness> staleness;
    std::unique_ptr<Error> end;         ///< Once ended.
    std::shared_ptr<UpdateQueue> queue; ///< Once next() was called.
    std::unique_ptr<Update> lastNews;   ///< Warm: until next() is called.
    std::shared_ptr<engine::ClientConversation> conversation;
    std::shared_ptr<engine::ClientLink> engine;
};

AdviseLink::Private::Private(AdviseLink *face, const Conversation::Private &talk, const ItemName &itemName,
                             const LinkOptions &linkOptions)
    : q(face),
      session(talk.session),
      options(linkOptions),
      conversation(talk.engine)
{
    const bool isHot = options.kind == LinkKind::Hot;
    Q_ASSERT_X(!options.wholeBatches || (isHot && options.pace == LinkPace::EveryUpdate), "AdviseLink",
               "whole batches are for hot links that get every update");
    Q_ASSERT_X(options.pace != LinkPace::Acknowledged || options.window > 0, "AdviseLink",
               "with a window of 0 no update could ever come");
    protocol::Advise advise{.item = itemName, .kind = options.kind, .pace = options.pace};
    if (options.pace == LinkPace::Acknowledged)
        advise.window = std::max(options.window, quint16{1});
    advise.wholeBatches = options.wholeBatches && isHot && options.pace == LinkPace::EveryUpdate;
    advise.finalValue = options.finalValue && !isHot;
    if (const Result<QList<FormatNumber>> numbers = engine::numbersOf(session.seat(), options.formats)) {
        advise.formats = *numbers;
        engine = conversation->advise(advise, this);
    } else {
        engine = conversation->adviseInVain(advise, this, numbers.error());
    }
}

// A stale link stays so until there is a value again; a warm one is told at once that there may be one.
void AdviseLink::Private::onActive()
{
    if (state == State::Starting)
        state = State::Active;
}

void AdviseLink::Private::onValue(const Update &update)
{
    state = State::Active;
    staleness.reset();
    latest = update;
}

void AdviseLink::Private::onUpdate(const Update &update)
{
    handOver(update, &AdviseLink::updated, std::exchange(hasValue, true) && options.kind == LinkKind::Hot);
}

void AdviseLink::Private::onChanged(const Update &news)
{
    state = State::Active;
    staleness.reset();
    if (!queue)
        lastNews = std::make_unique<Update>(news);
    handOver(news, &AdviseLink::changed, true);
}

void AdviseLink::Private::handOver(const Update &update, void (AdviseLink::*signal)(const Update &),
                                   bool isOneChange)
{
    const QPointer<AdviseLink> alive{q};
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): what it refers to may go with a handler.
    const Update given = update;
    const bool isQueued = queue != nullptr;
    if (isQueued)
        std::shared_ptr { queue } -> push(given);
    if (alive)
        Q_EMIT(q->*signal)(given);
    if (!alive || state == State::Ended)
        return;
    if (!isQueued && options.acknowledgement == Acknowledgement::Automatic)
        engine->acknowledge(given.sequence);
    if (!options.once || !isOneChange)
        return;
    conversation->unadvise(*engine);
    finish({ErrorCode::Closed,
            QStringLiteral("%1: one change was wanted, and has come").arg(engine->item().text())});
}

void AdviseLink::Private::onLost(const Error &reason)
{
    if (state == State::Starting || staleness)
        return;
    state = State::Stale;
    hasValue = false; // What comes first is the present value again.
    staleness = std::make_unique<Staleness>(Staleness{SourceTime::clock::now(), reason});
    if (latest)
        latest->quality = Quality::Stale;
    Q_EMIT q->wentStale(Staleness{*staleness});
}

void AdviseLink::Private::onEnded(const Error &reason)
{
    if (state != State::Ended)
        finish(reason);
}

void AdviseLink::Private::finish(const Error &reason)
{
    const QPointer<AdviseLink> alive{q};
    state = State::Ended;
    end = std::make_unique<Error>(reason);
    if (const std::shared_ptr<UpdateQueue> waiting = queue)
        waiting->end(reason);
    if (alive)
        Q_EMIT q->ended(reason);
}

std::shared_ptr<UpdateQueue> AdviseLink::Private::makeQueue()
{
    const qsizetype mostKept = options.pace == LinkPace::EveryUpdate    ? options.waitingUpdates
                               : options.pace == LinkPace::Acknowledged ? qsizetype{options.window}
                                                                        : 1;
    std::function<void(const Update &)> onGiven;
    if (options.pace == LinkPace::Acknowledged && options.acknowledgement == Acknowledgement::Automatic)
        onGiven = [link = engine](const Update &given) { link->acknowledge(given.sequence); };
    auto made = std::make_shared<UpdateQueue>(session.seat().reactor(), mostKept, std::move(onGiven));
    if (end)
        made->end(*end);
    return made;
}

AdviseLink::AdviseLink(Conversation &conversation, const ItemName &item, const LinkOptions &options,
                       QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, *conversation.m_data, item, options))
{}

AdviseLink::~AdviseLink() { end(); }

const ItemName &AdviseLink::item() const noexcept { return m_data->engine->item(); }

AdviseLink::State AdviseLink::state() const noexcept { return m_data->state; }

const std::optional<Update> &AdviseLink::latest() const noexcept { return m_data->latest; }

std::optional<Staleness> AdviseLink::staleness() const
{
    return m_data->staleness ? std::optional{*m_data->staleness} : std::nullopt;
}

std::optional<Update> AdviseLink::present() const
{
    return m_data->state == State::Active ? m_data->engine->present() : std::nullopt;
}

Reply<Update> AdviseLink::request()
{
    const std::optional<Format> &agreed = m_data->engine->format();
    return Conversation::Private::request(m_data->session, m_data->conversation, item(),
                                          agreed ? QList{*agreed} : m_data->options.formats, std::nullopt);
}

void AdviseLink::onUpdate(QObject *context, std::function<void(const Update &)> use)
{
    connect(this, &AdviseLink::updated, context, std::move(use));
}

Reply<Update> AdviseLink::next()
{
    if (!m_data->queue)
        m_data->queue = m_data->makeQueue();
    const std::unique_ptr<Update> news = std::exchange(m_data->lastNews, nullptr);
    return m_data->queue->next(news ? std::optional{*news} : m_data->latest);
}

void AdviseLink::acknowledge() { m_data->engine->acknowledge(m_data->engine->sequence()); }

void AdviseLink::end()
{
    if (m_data->state == State::Ended)
        return;
    m_data->state = State::Ended;
    m_data->conversation->unadvise(*m_data->engine);
    m_data->end = std::make_unique<Error>(
        Error{ErrorCode::Closed, QStringLiteral("this program ended its link on %1").arg(item().text())});
    if (const std::shared_ptr<UpdateQueue> waiting = m_data->queue)
        waiting->end(*m_data->end);
}

} // namespace tellwire
