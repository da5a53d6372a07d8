// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"

#include "conversations/conversation_p.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/update_queue.h"
#include "dde/transport/seat.h"

#include <QPointer>

#include <utility>

namespace tellwire {

class AdviseLink::Private final : public engine::ClientLink::Observer
{
public:
    Private(AdviseLink *face, const Conversation::Private &conversation, const ItemName &itemName,
            const LinkOptions &options);

    void onActive() override { state = State::Active; }
    void onUpdate(const Update &update) override;
    void onEnded(const Error &reason) override;

    AdviseLink *q;
    Session session; // Lives longest: all else refers to it.
    ItemName item;
    State state = State::Starting;
    std::optional<Update> latest;
    std::shared_ptr<UpdateQueue> queue;
    std::shared_ptr<engine::ClientConversation> conversation;
    std::shared_ptr<engine::ClientLink> engine; ///< Null if there was not even a number for the format.
};

AdviseLink::Private::Private(AdviseLink *face, const Conversation::Private &talk, const ItemName &itemName,
                             const LinkOptions &options)
    : q(face),
      session(talk.session),
      item(itemName),
      queue(std::make_shared<UpdateQueue>(
          session.seat().reactor(), options.pace == LinkPace::EveryUpdate ? options.waitingUpdates : 1)),
      conversation(talk.engine)
{
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(session.seat(), options.formats);
    if (numbers) {
        const std::uint16_t window = options.pace == LinkPace::Acknowledged ? 1 : 0;
        engine = conversation->advise(
            protocol::Advise{0, 0, item, LinkKind::Hot, options.pace, window, *numbers}, this);
        return;
    }
    session.seat().reactor().post([link = QPointer{q}, reason = numbers.error()] {
        if (link)
            link->m_data->onEnded(reason);
    });
}

void AdviseLink::Private::onUpdate(const Update &update)
{
    const QPointer<AdviseLink> alive{q};
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): what it refers to may go with a handler.
    const Update given = update;
    latest = given;
    queue->push(given);
    if (alive)
        Q_EMIT q->updated(given);
}

void AdviseLink::Private::onEnded(const Error &reason)
{
    if (state == State::Ended)
        return;
    const QPointer<AdviseLink> alive{q};
    state = State::Ended;
    queue->end(reason);
    if (alive)
        Q_EMIT q->ended(reason);
}

AdviseLink::AdviseLink(Conversation &conversation, const ItemName &item, const LinkOptions &options,
                       QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, *conversation.m_data, item, options))
{}

AdviseLink::~AdviseLink() { end(); }

const ItemName &AdviseLink::item() const noexcept { return m_data->item; }

AdviseLink::State AdviseLink::state() const noexcept { return m_data->state; }

const std::optional<Update> &AdviseLink::latest() const noexcept { return m_data->latest; }

void AdviseLink::onUpdate(QObject *context, std::function<void(const Update &)> use)
{
    connect(this, &AdviseLink::updated, context, std::move(use));
}

Reply<Update> AdviseLink::next() { return m_data->queue->next(m_data->latest); }

void AdviseLink::end()
{
    if (std::exchange(m_data->state, State::Ended) == State::Ended)
        return;
    if (m_data->engine)
        m_data->conversation->unadvise(*m_data->engine);
    m_data->queue->end(Error{ErrorCode::Closed,
                             QStringLiteral("this program ended its link on %1").arg(m_data->item.text())});
}

} // namespace tellwire
