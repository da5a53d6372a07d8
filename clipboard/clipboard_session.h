// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "clipboard/clipboard_error.h"
#include "dde/transport/session.h"
#include "formats/result.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <memory>
#include <optional>
#include <span>

namespace tellwire {

/// What a window of the exact face is told. Every function may destroy anything, this object too if it takes
/// its window away first (ClipboardSession::destroyWindow()).
///
/// Thread: that of its ClipboardSession; called from inside its calls, or from the session's event
/// processing.
class TELLWIRE_EXPORT ClipboardWindow
{
public:
    virtual ~ClipboardWindow();

    /// A promised format is wanted. Call ClipboardSession::set() with it, and with others if you like, before
    /// you return; do not open. (WM_RENDERFORMAT)
    virtual void renderFormat(quint32 format);

    /// The window is about to go, and some of its promises are not kept: open, look whether it is still the
    /// owner, set them, close; do not empty. What is not set vanishes. (WM_RENDERALLFORMATS)
    virtual void renderAllFormats();

    /// Somebody is about to empty the clipboard that this window owns, and waits for your return; the formats
    /// are still there. After a put by the friendly face they are not. (WM_DESTROYCLIPBOARD)
    virtual void destroyClipboard();

    /// The clipboard has changed, and this window is the head of the viewer chain, or its predecessor has
    /// passed it on: pass it on, by ClipboardSession::passDraw(). (WM_DRAWCLIPBOARD)
    virtual void drawClipboard(quint64 owner);

    /// `removed` leaves the viewer chain: if it is the one behind this window, remember `next` in its place;
    /// else pass it on, by ClipboardSession::passChangeChain(). (WM_CHANGECBCHAIN)
    virtual void changeClipboardChain(quint64 removed, quint64 next);

    /// The clipboard has changed, and this window listens. (WM_CLIPBOARDUPDATE)
    virtual void clipboardUpdate();

protected:
    ClipboardWindow() = default;
    ClipboardWindow(const ClipboardWindow &) = default;
    ClipboardWindow &operator=(const ClipboardWindow &) = default;
};

/// The clipboard call by call, with the rules and errors of Win32 (ddeml-semantics.md C), on the same board
/// that Clipboard uses.
///
/// Formats are Win32's numbers. What is called a thread there is a Session here: one that has the clipboard
/// open is known by it, and its end closes it. Windows are numbers that programs declare; 0 stands for none.
/// Any program may name any window.
///
///     ClipboardSession clipboard{session};
///     clipboard.createWindow(1, window);
///     if (const ClipboardSession::Opened opened{clipboard, 1}; opened.result()) {   // or open() and close()
///         clipboard.empty();
///         clipboard.set(13, utf16);
///     }
///
/// Errors are those of ClipboardError, and of the store (OutOfSpace, TooLarge, Closed).
///
/// Thread: the one that joined the session. Calls block for no other program, but get() for who has promised
/// a format, and empty() and changeChain() for the window they tell, each for a limited time; other messages
/// are handled meanwhile. What listeners and viewers are told comes from the session's event processing.
class TELLWIRE_EXPORT ClipboardSession
{
public:
    explicit ClipboardSession(Session session, const BoardName &board = BoardName::clipboard());
    ~ClipboardSession(); ///< Destroys its windows, and closes what it has opened.
    ClipboardSession(const ClipboardSession &) = delete;
    ClipboardSession &operator=(const ClipboardSession &) = delete;

    /// Has the clipboard open as long as it lives, if result() says so.
    class TELLWIRE_EXPORT Opened
    {
    public:
        explicit Opened(ClipboardSession &clipboard, quint64 window = 0);
        ~Opened();
        Opened(const Opened &) = delete;
        Opened &operator=(const Opened &) = delete;
        const Result<void> &result() const noexcept { return m_result; }

    private:
        ClipboardSession &m_clipboard;
        Result<void> m_result;
    };

    // Windows

    /// Declares a window. `receiver` must live until destroyWindow(), or the end of this object. Errors:
    /// InvalidParameter (0, or some program has such a window).
    Result<void> createWindow(quint64 window, ClipboardWindow &receiver);

    /// What the end of a window does: its promises are asked for (renderAllFormats()) and vanish, the owner
    /// is none, it listens and views no more, and what was opened with it is closed. Error:
    /// InvalidWindowHandle.
    Result<void> destroyWindow(quint64 window);

    /// How long empty() and changeChain() wait for another program's window that hangs; five seconds, as on
    /// Win32, if nothing is said.
    void setWindowTimeout(std::chrono::milliseconds timeout);

    // Opening (C2)

    /// Errors: AccessDenied (another window has it open), InvalidWindowHandle. Open with the same window, by
    /// whomever: from now on by this session. One close() closes it, however often it was opened.
    Result<void> open(quint64 window = 0);

    /// After a change: adds synthesised formats, and has listeners told. Error: NotOpen (by this session).
    Result<void> close();

    // Changing (C3, C4)

    /// Makes the window it is open with the owner. Its owner before is told, and waited for. Error: NotOpen
    /// (by this session).
    Result<void> empty();

    /// Puts a block: in place of an older one of the format, or behind the others. The end of text formats is
    /// overwritten by a terminator, in `block` too. Errors: NotOpen (by anybody; also for format 0).
    Result<void> set(quint32 format, QByteArray &block);
    Result<void> set(quint32 format, QByteArray &&block) { return set(format, block); }

    /// Promises a format: the owner's window renders it when it is wanted. Errors: as of set().
    Result<void> setPromised(quint32 format);

    /// The Windows locale id that text of this program is noted with (0x0409 is English, United States); that
    /// of the user if nothing is said.
    void setLocaleId(quint32 localeId);

    // Reading (C5, C6)

    /// Nothing if there is no such format, or its owner does not render it. A copy that is yours. Error:
    /// NotOpen (by this session).
    Result<std::optional<QByteArray>> get(quint32 format);

    /// The format behind `previous`; the first one for 0. 0 at the end, and for one that is not there. Error:
    /// NotOpen (by this session).
    Result<quint32> enumerate(quint32 previous);

    bool isAvailable(quint32 format) const; ///< Synthesised ones too, after the close.
    qsizetype count() const;

    /// The first one that is available; 0 if the clipboard is empty, -1 if it has none of them.
    qint64 priority(std::span<const quint32> formats) const;

    /// All formats in order, with Win32's parameters. `count` gets how many there are, also if they do not
    /// fit. Errors: InsufficientBuffer (nothing was written), NoAccess (`count` is null; or `buffer` is, and
    /// there are formats).
    Result<void> updatedFormats(quint32 *buffer, quint32 size, quint32 *count) const;

    quint64 owner() const;          ///< 0 for none, and after a friendly put.
    quint64 opener() const;         ///< The window it is open with; 0 also if it is closed.
    quint32 sequenceNumber() const; ///< C8

    // Listeners and viewers (C9)

    /// From now on the window is told of each change, once. Errors: InvalidParameter (it is told already),
    /// InvalidWindowHandle (it is none of this object).
    Result<void> addListener(quint64 window);
    Result<void>
    removeListener(quint64 window); ///< Errors: as of addListener(); InvalidParameter if it is none.

    /// Makes the window the head of the viewer chain, has it draw at once, and gives the one before, or 0.
    /// Error: InvalidWindowHandle.
    Result<quint64> setViewer(quint64 window);
    quint64 viewer() const; ///< The head of the chain.

    /// Takes a window out of the chain: puts `next` in its place if it is the head, else tells the head, and
    /// waits for it. Error: InvalidWindowHandle.
    Result<void> changeChain(quint64 window, quint64 next);

    /// For viewers: the same notice to the next window of the chain. passDraw() does not wait. No effect if
    /// there is no such window.
    void passDraw(quint64 window);
    void passChangeChain(quint64 window, quint64 removed, quint64 next);

    // Names of formats (C1)

    /// One number for each name, whoever asks and however it is spelt; "#1234" is 1234. Predefined formats
    /// have no names: CF_TEXT is a name like any other. Errors: InvalidParameter, OutOfSpace.
    Result<quint32> registerFormat(const QString &name);

    /// As it was first spelt. Nothing for numbers that are not registered.
    std::optional<QString> formatName(quint32 format) const;

private:
    class Private;
    std::shared_ptr<Private> m_data;
};

} // namespace tellwire
