// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard_session.h"
#include "clipboard/exact/window_handler.h"
#include "clipboard/store/board.h"
#include "clipboard/store/clipboard_handler.h"

#include <map>

namespace tellwire {

/// What ClipboardSession knows and does. Shared, so that it outlives a window that destroys its session in a
/// call.
class ClipboardSession::Private final : public store::Board::Observer,
                                        public std::enable_shared_from_this<Private>
{
public:
    Private(Session joined, const BoardName &name);
    ~Private() override;
    void end();

    void onStateChanged(const store::BoardState &now) override;

    // Windows
    Result<void> createWindow(quint64 window, ClipboardWindow &receiver);
    Result<void> destroyWindow(quint64 window);
    std::optional<quint64> peerOf(quint64 window) const;
    ClipboardWindow *receiverOf(quint64 window) const; ///< Null if it is none of ours.
    void receive(const exact::WindowNotice &notice);
    void receiveDestroy(quint64 window, ClipboardWindow &receiver);
    void tell(const exact::WindowNotice &notice, bool wait);

    // State
    store::BoardState now() const;
    store::BoardState shown() const; ///< With all that the exact face shows.
    QList<quint32> formats() const;
    bool isOpenHere(const store::BoardState &state) const;
    Result<void>
    change(const std::function<Result<std::optional<store::BoardState>>(const store::BoardState &)> &step);

    // Changing
    Result<void> open(quint64 window);
    Result<void> close();
    Result<void> empty();
    Result<void> place(quint32 number, const QByteArray *block);
    Result<store::BoardState> withPlaced(const store::BoardState &now, const Format &format,
                                         const QByteArray *block,
                                         std::optional<store::WritingFile> &writing) const;

    // Promises
    void keepPromises(const store::BoardState &state);
    Result<Payload> renderHere(quint64 window, quint64 content, const Format &format);
    Result<Payload> fetch(const store::BoardState &state, const Format &format);

    // Listeners and viewers
    Result<void> addListener(quint64 window);
    Result<void> removeListener(quint64 window);
    Result<quint64> setViewer(quint64 window);
    Result<void> changeChain(quint64 window, quint64 next);

    struct Window
    {
        ClipboardWindow *receiver = nullptr;
        bool listens = false;
        quint32 toldUpdates = 0; ///< Of BoardState::notices.
        quint32 toldDraws = 0;
    };

    Session session; // Lives longest: all else refers to it.
    store::ClipboardHandler &handler;
    exact::WindowHandler &windowHandler;
    std::shared_ptr<store::Board> board;
    std::map<quint64, Window> windows;
    std::chrono::milliseconds windowTimeout{5000}; ///< As Win32 waits for a window that hangs (C3).
    quint32 localeId;
    quint64 keptContent = 0;  ///< Whose promises a window of ours answers for.
    quint64 keptFor = 0;      ///< That window.
    quint64 destroyed = 0;    ///< The content whose end its owner was told of.
    QList<quint64> rendering; ///< The contents of the renderers that are running.
    bool hasOpened = false;
    bool hasEnded = false;
};

} // namespace tellwire
