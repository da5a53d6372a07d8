// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/clipboard_session_p.h"

#include "formats/win32_format_numbers.h"
#include "clipboard/store/content_reader.h"
#include "clipboard/store/format_request.h"
#include "clipboard/store/locale_ids.h"
#include "clipboard/store/synthesis.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"
#include "formats/standard_formats.h"

#include <utility>

namespace tellwire {

using exact::WindowNotice;
using store::BoardState;
using store::StoredFormat;

namespace {

using Step = Result<std::optional<BoardState>>;

bool isText(const Format &format)
{
    return format == standardFormat(StandardFormat::Text) ||
           format == standardFormat(StandardFormat::OemText) ||
           format == standardFormat(StandardFormat::UnicodeText);
}

} // namespace

ClipboardSession::Private::Private(Session joined, const BoardName &name)
    : session(std::move(joined)),
      handler(store::ClipboardHandler::of(session.seat())),
      windowHandler(exact::WindowHandler::of(session.seat())),
      board(handler.board(name)),
      localeId(store::systemLocaleId())
{
    session.seat().attachToEventLoop();
    if (board->refresh()) // An error shows when something is asked of the board.
        board->releaseTheDead(true);
    board->addObserver(*this);
}

ClipboardSession::Private::~Private() { board->removeObserver(*this); }

void ClipboardSession::Private::end()
{
    const std::shared_ptr<Private> self = shared_from_this();
    if (!session.seat().isDead()) {
        while (!windows.empty())
            (void)destroyWindow(windows.begin()->first);
        if (hasOpened)
            (void)close();
    }
    hasEnded = true;
    board->removeObserver(*this);
}

// State

BoardState ClipboardSession::Private::now() const
{
    if (board->refresh())
        board->releaseTheDead(false);
    return board->state();
}

BoardState ClipboardSession::Private::shown() const
{
    BoardState state = now();
    return state.isOpen() && state.opener.hasChanged ? state : store::withWin32Text(std::move(state));
}

QList<quint32> ClipboardSession::Private::formats() const
{
    QList<quint32> numbers;
    const BoardState state = shown();
    for (const StoredFormat &stored : state.formats)
        if (const Result<quint32> number = exact::numberOf(session.formatNames(), stored.format))
            numbers.append(*number);
    return numbers;
}

bool ClipboardSession::Private::isOpenHere(const BoardState &state) const
{
    return state.isOpen() && state.opener.peer == session.seat().id();
}

Result<void> ClipboardSession::Private::change(const std::function<Step(const BoardState &)> &step)
{
    const Result<BoardState> changed = board->change(step);
    return changed ? Result<void>{} : Result<void>{changed.error()};
}

// Opening

Result<void> ClipboardSession::Private::open(quint64 window)
{
    const QString attempt = QStringLiteral("open the clipboard with window %1").arg(window);
    if (window != 0 && !peerOf(window))
        return clipboardError(ClipboardError::InvalidWindowHandle, attempt);
    if (Result<void> reachable = session.seat().listen(); !reachable)
        return reachable;
    if (now().isOpen())
        board->releaseTheDead(true);
    const quint64 peer = session.seat().id();
    Result<void> opened = change([&](const BoardState &before) -> Step {
        if (before.isOpen() && before.opener.window != window)
            return clipboardError(ClipboardError::AccessDenied, attempt);
        if (before.isOpen() && before.opener.peer == peer)
            return std::optional<BoardState>{};
        return std::optional{store::opened(
            before,
            {.peer = peer, .window = window, .thread = peer, .hasChanged = before.opener.hasChanged})};
    });
    hasOpened = hasOpened || opened;
    return opened;
}

Result<void> ClipboardSession::Private::close()
{
    Result<void> closed = change([&](const BoardState &before) -> Step {
        if (!isOpenHere(before))
            return clipboardError(ClipboardError::NotOpen, QStringLiteral("close the clipboard"));
        return std::optional{store::closed(before)};
    });
    hasOpened = false;
    return closed;
}

// Changing

Result<void> ClipboardSession::Private::empty()
{
    const QString attempt = QStringLiteral("empty the clipboard");
    const BoardState before = now();
    if (!isOpenHere(before))
        return clipboardError(ClipboardError::NotOpen, attempt);
    if (before.owner.peer != 0 && before.owner.window != 0)
        tell({.kind = WindowNotice::Kind::DestroyClipboard, .window = before.owner.window}, true);
    const Result<BoardState> emptied = board->change([&](const BoardState &state) -> Step {
        if (!isOpenHere(state))
            return clipboardError(ClipboardError::NotOpen, attempt);
        const quint64 window = state.opener.window;
        const std::optional<quint64> peer = peerOf(window);
        const auto owner = peer ? store::ownOwner(*peer, window) : store::BoardOwner{};
        return std::optional{store::emptied(state, owner)};
    });
    if (!emptied)
        return emptied.error();
    keepPromises(*emptied);
    return {};
}

Result<BoardState> ClipboardSession::Private::withPlaced(const BoardState &now, const Format &format,
                                                         const QByteArray *block,
                                                         std::optional<store::WritingFile> &writing) const
{
    BoardState after = now;
    StoredFormat stored{.format = format, .kind = StoredFormat::Kind::Promised};
    if (block) {
        Result<StoredFormat> written = board->store(now, Payload{format, *block}, writing);
        if (!written)
            return std::move(written).error();
        stored = *std::move(written);
        if (stored.kind == StoredFormat::Kind::InFile)
            after = withFile(std::move(after), writing->place());
    }
    after = withFormat(std::move(after), std::move(stored));
    if (isText(format))
        after.locale = localeId;
    return after;
}

/// While a renderer runs, the board need not be open, and nothing counts as a change (C4, C7).
Result<void> ClipboardSession::Private::place(quint32 number, const QByteArray *block)
{
    const QString attempt = QStringLiteral("set format %1").arg(number);
    const std::optional<Format> format = exact::formatOf(session.formatNames(), number);
    if (!format)
        return clipboardError(ClipboardError::NotOpen, attempt);
    std::optional<store::WritingFile> writing;
    Result<void> changed = change([&](const BoardState &before) -> Step {
        const bool isAnswer = rendering.contains(before.content);
        if (!before.isOpen() && !isAnswer)
            return clipboardError(ClipboardError::NotOpen, attempt);
        Result<BoardState> after = withPlaced(before, *format, block, writing);
        if (after && isAnswer) {
            after->sequence = before.sequence;
            after->opener = before.opener;
        }
        return after ? Step{*std::move(after)} : Step{after.error()};
    });
    if (changed && writing && board->state().files.contains(writing->place()))
        writing->keep();
    return changed;
}

// Promises

void ClipboardSession::Private::keepPromises(const BoardState &state)
{
    const bool isOurs = state.owner.peer == session.seat().id() && receiverOf(state.owner.window);
    if (!isOurs || state.content == keptContent)
        return;
    keptContent = state.content;
    keptFor = state.owner.window;
    handler.keepPromises(board, keptContent,
                         [weak = weak_from_this(), window = keptFor,
                          content = keptContent](const Format &format) -> Reply<Payload> {
                             const ReplyPromise<Payload> promise;
                             const std::shared_ptr<Private> alive = weak.lock();
                             promise.finish(alive ? alive->renderHere(window, content, format)
                                                  : Error{ErrorCode::ContentGone, format.name()});
                             return promise.reply();
                         });
}

Result<Payload> ClipboardSession::Private::renderHere(quint64 window, quint64 content, const Format &format)
{
    const std::shared_ptr<Private> self = shared_from_this();
    ClipboardWindow *receiver = receiverOf(window);
    const Result<quint32> number = exact::numberOf(session.formatNames(), format);
    if (receiver && number) {
        rendering.append(content);
        receiver->renderFormat(*number);
        rendering.removeOne(content);
    }
    const Result<BoardState> state = board->refresh();
    if (!state)
        return state.error();
    const StoredFormat *found = state->content == content ? state->find(format) : nullptr;
    if (!found || found->kind == StoredFormat::Kind::Promised)
        return Error{ErrorCode::Refused,
                     QStringLiteral("render %1: its owner did not set it").arg(format.name())};
    return store::ContentReader{session.sharedSeat(), *state}.read(format);
}

Result<Payload> ClipboardSession::Private::fetch(const BoardState &state, const Format &format)
{
    const StoredFormat *found = state.find(format);
    if (found && found->kind == StoredFormat::Kind::Synthesised) {
        const std::optional<Format> source = store::sourceOf(state, format);
        if (!source || !store::canSynthesise(format))
            return Error{ErrorCode::FormatNotOffered, format.name()};
        return fetch(state, *source).and_then([&](const Payload &made) {
            return store::synthesise(state, made, format);
        });
    }
    const bool isBoards = board->state().find(format) != nullptr;
    if (found && !isBoards) // The locale that is shown with UTF-8 text.
        return Payload{format, found->bytes};
    if (found && found->kind == StoredFormat::Kind::Promised && state.owner.peer == 0)
        return Error{ErrorCode::PeerGone, QStringLiteral("render %1: it has no owner").arg(format.name())};
    const std::chrono::milliseconds timeout = session.seat().configuration().requestTimeout;
    const auto request = std::make_shared<store::FormatRequest>(
        board, store::FormatRequest::Wish{{format}, FormatRegistry{}, timeout});
    return waitFor(request->start(), 2 * timeout); // The request has a deadline of its own.
}

} // namespace tellwire
