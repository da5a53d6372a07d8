// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"

#include "clipboard/store/clipboard_handler.h"
#include "clipboard/store/content_reader.h"
#include "clipboard/store/format_request.h"
#include "clipboard/store/offer_writer.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/logging.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"

#include <QPointer>
#include <QRandomGenerator>
#include <QSet>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tellwire {

using store::BoardState;
using store::StoredFormat;

namespace {

/// Without the bytes that are stored already.
QList<Offer::Entry> delayedOf(const Offer &offer)
{
    QList<Offer::Entry> delayed;
    std::copy_if(offer.entries().cbegin(), offer.entries().cend(), std::back_inserter(delayed),
                 [](const Offer::Entry &entry) { return static_cast<bool>(entry.render); });
    return delayed;
}

Reply<Payload> renderOf(const QList<Offer::Entry> &delayed, const Format &format)
{
    for (const Offer::Entry &entry : delayed)
        if (entry.format == format)
            return entry.render();
    const ReplyPromise<Payload> promise;
    promise.finish(Error{ErrorCode::FormatNotOffered,
                         QStringLiteral("render %1: it was never promised").arg(format.name())});
    return promise.reply();
}

/// The whole of a friendly put: one change, and the end of whatever the exact face was doing.
BoardState filled(BoardState state, const store::WrittenOffer &offer, quint64 content, quint64 peer)
{
    const bool isEmpty = offer.formats.isEmpty();
    state = emptied(std::move(state), isEmpty ? store::BoardOwner{} : store::ownOwner(peer));
    state.content = content;
    if (offer.file)
        state = withFile(std::move(state), offer.file->place());
    for (const StoredFormat &stored : offer.formats)
        state = withFormat(std::move(state), stored);
    return closed(std::move(state), true);
}

ContentFormat describe(const StoredFormat &stored)
{
    switch (stored.kind) {
    case StoredFormat::Kind::Inline:
        return {stored.format, ContentFormat::Source::Stored, stored.bytes.size()};
    case StoredFormat::Kind::InFile:
        return {stored.format, ContentFormat::Source::Stored, static_cast<qint64>(stored.length)};
    case StoredFormat::Kind::Promised:
        return {stored.format, ContentFormat::Source::Delayed, std::nullopt};
    case StoredFormat::Kind::Synthesised:
        break;
    }
    return {stored.format, ContentFormat::Source::Converted, std::nullopt};
}

} // namespace

class Clipboard::Private final : public store::Board::Observer
{
public:
    Private(Clipboard *face, Session joined, const BoardName &name);
    ~Private() override { giveUp(); }

    void onStateChanged(const BoardState &now) override;

    Result<void> put(std::optional<quint32> expected, const Offer &offer);
    Result<void> commit(std::optional<quint32> expected, store::WrittenOffer offer, quint64 content);
    Result<void> redeem(const Payload &payload);
    void giveUp();
    BoardState now() const;
    ClipboardContent contentOf(const BoardState &state) const;

    Clipboard *q;
    Session session; // Lives longest: all else refers to it.
    store::ClipboardHandler &handler;
    std::shared_ptr<store::Board> board;
    FormatRegistry conversions;
    std::chrono::milliseconds timeout;
    quint64 ownContent = 0; ///< What this object has put last; 0 if that was lost or given up.
    std::weak_ptr<store::PromiseKeeper> keeper;
    quint64 toldContent = 0;
    quint32 toldSequence = 0;
};

Clipboard::Private::Private(Clipboard *face, Session joined, const BoardName &name)
    : q(face),
      session(std::move(joined)),
      handler(store::ClipboardHandler::of(session.seat())),
      board(handler.board(name)),
      timeout(session.seat().configuration().requestTimeout)
{
    session.seat().attachToEventLoop();
    if (board->refresh()) // An error shows when something is asked of the board.
        board->releaseTheDead(true);
    toldContent = board->state().content;
    toldSequence = board->state().sequence;
    board->addObserver(*this);
}

BoardState Clipboard::Private::now() const
{
    if (board->refresh())
        board->releaseTheDead(false);
    return board->state();
}

void Clipboard::Private::onStateChanged(const BoardState &now)
{
    const QPointer<Clipboard> guard{q};
    if (ownContent != 0 && now.content != ownContent) {
        ownContent = 0;
        Q_EMIT q->ownershipLost();
    }
    if (!guard || now.isOpen())
        return;
    // In a session that began anew the numbers do, too.
    const bool isOther = std::exchange(toldContent, now.content) != now.content;
    if (std::exchange(toldSequence, now.sequence) != now.sequence || isOther)
        Q_EMIT q->changed(contentOf(now));
}

// Putting

Result<void> Clipboard::Private::put(std::optional<quint32> expected, const Offer &offer)
{
    transport::Seat &seat = session.seat();
    if (const Result<BoardState> readable = board->refresh(); !readable)
        return readable.error();
    Result<store::WrittenOffer> written =
        store::writeOffer(offer, board->volumes(), seat.configuration().clipboardLimit);
    if (!written)
        return std::move(written).error();
    const quint64 content = QRandomGenerator::system()->generate64() | 1U; // 0 stands for none.
    std::weak_ptr<store::PromiseKeeper> keeping;
    if (offer.hasDelayed()) {
        if (Result<void> reachable = seat.listen(); !reachable)
            return reachable;
        keeping = handler.keepPromises(board, content, [delayed = delayedOf(offer)](const Format &format) {
            return renderOf(delayed, format);
        });
    }
    Result<void> committed = commit(expected, *std::move(written), content);
    if (!committed) {
        handler.dropPromises(content);
        return committed;
    }
    ownContent = offer.entries().isEmpty() ? 0 : content;
    keeper = keeping;
    return committed;
}

Result<void> Clipboard::Private::commit(std::optional<quint32> expected, store::WrittenOffer offer,
                                        quint64 content)
{
    const Result<BoardState> changed =
        board->change([&](const BoardState &before) -> Result<std::optional<BoardState>> {
            if (expected && before.sequence != *expected)
                return Error{ErrorCode::Changed, QStringLiteral("put on board %1: it is at number %2, not %3")
                                                     .arg(board->name().text())
                                                     .arg(before.sequence)
                                                     .arg(*expected)};
            return std::optional{filled(before, offer, content, session.seat().id())};
        });
    if (!changed)
        return changed.error();
    if (offer.file)
        offer.file->keep();
    return {};
}

Result<void> Clipboard::Private::redeem(const Payload &payload)
{
    const Result<bool> redeemed = ownContent != 0 ? board->redeem(ownContent, payload) : Result<bool>{false};
    if (!redeemed)
        return redeemed.error();
    if (!*redeemed && (ownContent == 0 || board->state().content != ownContent))
        return Error{ErrorCode::ContentGone,
                     QStringLiteral("give %1: what promised it is not on the board any more")
                         .arg(payload.format().name())};
    if (!*redeemed)
        return Error{
            ErrorCode::FormatNotOffered,
            QStringLiteral("give %1: it was not promised, or was given before").arg(payload.format().name())};
    if (const auto alive = keeper.lock())
        alive->deliver(payload);
    return {};
}

/// The owner's orderly end.
void Clipboard::Private::giveUp()
{
    board->removeObserver(*this);
    const std::shared_ptr<store::PromiseKeeper> alive = keeper.lock();
    if (!alive || ownContent == 0 || session.seat().isDead())
        return;
    const transport::Configuration &limits = session.seat().configuration();
    alive->renderAll(limits.clipboardRenderLimit, limits.clipboardRenderTime);
    const Result<BoardState> changed =
        board->change([this](const BoardState &now) -> Result<std::optional<BoardState>> {
            const bool isOurs = now.content == ownContent && now.dependsOnOwner();
            return isOurs ? std::optional{released(now)} : std::nullopt;
        });
    if (!changed)
        qCWarning(transport::logTransport) << "give up what was promised:" << changed.error().detail;
    handler.dropPromises(ownContent);
}

// Reading

ClipboardContent Clipboard::Private::contentOf(const BoardState &state) const
{
    QList<ContentFormat> formats;
    QSet<Format> known;
    const QList<Format> offered = store::offeredBy(state);
    for (const Format &format : offered) {
        formats.append(describe(*state.find(format)));
        known.insert(format);
    }
    for (const Format &format : offered) {
        const QList<Format> reachable = conversions.reachableFrom(format);
        for (const Format &made : reachable)
            if (!known.contains(made)) {
                formats.append({made, ContentFormat::Source::Converted, std::nullopt});
                known.insert(made);
            }
    }
    return ClipboardContent{std::make_shared<store::ContentReader>(session.sharedSeat(), state), formats};
}

// The face

Clipboard::Clipboard(Session session, QObject *parent)
    : Clipboard(std::move(session), BoardName::clipboard(), parent)
{}

Clipboard::Clipboard(Session session, const BoardName &board, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, std::move(session), board))
{}

Clipboard::~Clipboard() = default;

const BoardName &Clipboard::board() const noexcept { return m_data->board->name(); }

Result<void> Clipboard::put(const Offer &offer) { return m_data->put(std::nullopt, offer); }

Result<void> Clipboard::putIf(quint32 sequenceNumber, const Offer &offer)
{
    return m_data->put(sequenceNumber, offer);
}

Result<void> Clipboard::clear() { return put(Offer{}); }

Result<void> Clipboard::redeem(const Payload &payload) { return m_data->redeem(payload); }

ClipboardContent Clipboard::content() const { return m_data->contentOf(m_data->now()); }

QList<Format> Clipboard::formats() const
{
    QList<Format> formats;
    const ClipboardContent now = content();
    for (const ContentFormat &format : now.formats())
        formats.append(format.format);
    return formats;
}

Reply<Payload> Clipboard::get(const Format &format) const { return get(QList<Format>{format}); }

Reply<Payload> Clipboard::get(const QList<Format> &preferred) const
{
    return std::make_shared<store::FormatRequest>(
               m_data->board, store::FormatRequest::Wish{preferred, m_data->conversions, m_data->timeout})
        ->start();
}

quint32 Clipboard::sequenceNumber() const { return m_data->now().sequence; }

bool Clipboard::isOwner() const
{
    return m_data->ownContent != 0 && m_data->now().content == m_data->ownContent;
}

void Clipboard::setConversions(FormatRegistry conversions) { m_data->conversions = std::move(conversions); }

void Clipboard::setTimeout(std::chrono::milliseconds timeout) { m_data->timeout = timeout; }

} // namespace tellwire
