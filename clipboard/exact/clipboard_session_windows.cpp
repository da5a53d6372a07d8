// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/clipboard_session_p.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// The half of the exact face that has to do with windows.
namespace tellwire {

using exact::WindowNotice;
using store::BoardState;

namespace {

using Step = Result<std::optional<BoardState>>;

/// How often to tell a window. What was counted by somebody else may be anything; it goes back when the
/// session's directory was removed, which is one change.
quint32 dueSince(quint32 told, quint32 notices)
{
    constexpr quint32 most = 1000;
    const bool hasBegunAnew = static_cast<qint32>(notices - told) < 0;
    return hasBegunAnew ? 1 : std::min(notices - told, most);
}

} // namespace

// Windows

Result<void> ClipboardSession::Private::createWindow(quint64 window, ClipboardWindow &receiver)
{
    const auto receiveNotice = [weak = weak_from_this()](const WindowNotice &notice) {
        if (const std::shared_ptr<Private> alive = weak.lock(); alive && !alive->hasEnded)
            alive->receive(notice);
    };
    Result<void> added = windowHandler.add(board->name().key(), window, receiveNotice);
    if (added)
        windows.insert_or_assign(window, Window{.receiver = &receiver});
    return added;
}

ClipboardWindow *ClipboardSession::Private::receiverOf(quint64 window) const
{
    const auto found = windows.find(window);
    return found == windows.end() ? nullptr : found->second.receiver;
}

std::optional<quint64> ClipboardSession::Private::peerOf(quint64 window) const
{
    return windowHandler.peerOf(board->name().key(), window);
}

Result<void> ClipboardSession::Private::destroyWindow(quint64 window)
{
    ClipboardWindow *receiver = receiverOf(window);
    if (!receiver)
        return clipboardError(ClipboardError::InvalidWindowHandle,
                              QStringLiteral("destroy window %1").arg(window));
    const quint64 peer = session.seat().id();
    const auto owns = [=](const BoardState &state) {
        return state.owner.peer == peer && state.owner.window == window;
    };
    if (const BoardState state = now(); owns(state) && state.hasPromises())
        receiver->renderAllFormats();
    Result<void> changed = change([&](const BoardState &before) -> Step {
        BoardState after = before;
        if (after.isOpen() && after.opener.window == window)
            after = closed(std::move(after));
        if (owns(after))
            after = released(std::move(after));
        if (after.viewer.window == window)
            after = withViewer(std::move(after), {}); // With its head the rest of the chain is lost (C9).
        return after == before ? std::nullopt : std::optional{after};
    });
    if (keptFor == window)
        handler.dropPromises(std::exchange(keptContent, 0));
    windows.erase(window);
    windowHandler.remove(board->name().key(), window);
    return changed;
}

void ClipboardSession::Private::receive(const WindowNotice &notice)
{
    ClipboardWindow *receiver = receiverOf(notice.window);
    if (!receiver)
        return;
    switch (notice.kind) {
    case WindowNotice::Kind::DestroyClipboard:
        return receiveDestroy(notice.window, *receiver);
    case WindowNotice::Kind::Draw:
        return receiver->drawClipboard(notice.first);
    case WindowNotice::Kind::ChangeChain:
        return receiver->changeClipboardChain(notice.first, notice.second);
    }
}

/// Who was stopped may learn first from the board that another content is there; that tells the window, too.
void ClipboardSession::Private::receiveDestroy(quint64 window, ClipboardWindow &receiver)
{
    const BoardState state = now();
    if (state.owner.window != window)
        return;
    destroyed = state.content;
    receiver.destroyClipboard();
}

void ClipboardSession::Private::tell(const WindowNotice &notice, bool wait)
{
    if (receiverOf(notice.window))
        return receive(notice);
    const std::optional<quint64> peer = peerOf(notice.window);
    if (!peer)
        return;
    WindowNotice addressed = notice;
    addressed.board = board->name().key();
    const Reply<void> seen = windowHandler.tell(*peer, addressed);
    if (wait)
        (void)waitFor(seen, windowTimeout); // A window that hangs stops nobody.
}

// Listeners and viewers

Result<void> ClipboardSession::Private::addListener(quint64 window)
{
    const QString attempt = QStringLiteral("add window %1 as a listener").arg(window);
    const auto found = windows.find(window);
    if (found == windows.end())
        return clipboardError(ClipboardError::InvalidWindowHandle, attempt);
    if (found->second.listens)
        return clipboardError(ClipboardError::InvalidParameter, attempt);
    found->second.listens = true;
    found->second.toldUpdates = now().notices;
    return {};
}

Result<void> ClipboardSession::Private::removeListener(quint64 window)
{
    const QString attempt = QStringLiteral("remove window %1 as a listener").arg(window);
    const auto found = windows.find(window);
    if (found == windows.end())
        return clipboardError(ClipboardError::InvalidWindowHandle, attempt);
    if (!found->second.listens)
        return clipboardError(ClipboardError::InvalidParameter, attempt);
    found->second.listens = false;
    return {};
}

Result<quint64> ClipboardSession::Private::setViewer(quint64 window)
{
    const std::optional<quint64> peer = peerOf(window);
    if (!peer)
        return clipboardError(ClipboardError::InvalidWindowHandle,
                              QStringLiteral("make window %1 a viewer").arg(window));
    quint64 before = 0;
    const Result<BoardState> changed = board->change([&](const BoardState &state) -> Step {
        before = state.viewer.window;
        return std::optional{withViewer(state, {.peer = *peer, .window = window})};
    });
    if (!changed)
        return changed.error();
    if (const auto found = windows.find(window); found != windows.end())
        found->second.toldDraws = changed->notices;
    tell({.kind = WindowNotice::Kind::Draw, .window = window, .first = changed->owner.window}, false);
    return before;
}

Result<void> ClipboardSession::Private::changeChain(quint64 window, quint64 next)
{
    const QString attempt = QStringLiteral("take window %1 out of the viewer chain").arg(window);
    const std::optional<quint64> nextPeer = peerOf(next);
    if (!peerOf(window) || (next != 0 && !nextPeer))
        return clipboardError(ClipboardError::InvalidWindowHandle, attempt);
    quint64 head = 0;
    const Result<BoardState> changed = board->change([&](const BoardState &state) -> Step {
        head = state.viewer.window;
        if (head != window)
            return std::optional<BoardState>{};
        return std::optional{withViewer(state, {.peer = nextPeer.value_or(0), .window = next})};
    });
    if (!changed)
        return changed.error();
    if (head != 0 && head != window)
        tell({.kind = WindowNotice::Kind::ChangeChain, .window = head, .first = window, .second = next},
             true);
    return {};
}

/// May be left in any call, with the windows or the session gone.
void ClipboardSession::Private::onStateChanged(const BoardState &now)
{
    const std::shared_ptr<Private> self = shared_from_this();
    const bool isSuperseded = keptContent != 0 && keptContent != now.content;
    if (isSuperseded && std::exchange(destroyed, keptContent) != keptContent)
        if (ClipboardWindow *owner = receiverOf(keptFor)) // By a friendly put, which asks nobody.
            owner->destroyClipboard();
    if (isSuperseded)
        keptContent = 0;
    keepPromises(now);
    QList<quint64> numbers;
    for (const auto &[number, window] : windows)
        numbers.append(number);
    for (const quint64 number : std::as_const(numbers)) {
        const bool isHead = now.viewer.window == number && now.viewer.peer == session.seat().id();
        const auto found = windows.find(number);
        if (found == windows.end())
            continue;
        const quint32 draws = dueSince(std::exchange(found->second.toldDraws, now.notices), now.notices);
        const quint32 updates = dueSince(std::exchange(found->second.toldUpdates, now.notices), now.notices);
        for (quint32 left = isHead ? draws : 0; left > 0; --left)
            if (ClipboardWindow *receiver = receiverOf(number))
                receiver->drawClipboard(now.owner.window);
        for (quint32 left = updates; left > 0; --left)
            if (const auto still = windows.find(number); still != windows.end() && still->second.listens)
                still->second.receiver->clipboardUpdate();
    }
}

} // namespace tellwire
