// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "clipboard/clipboard_content.h"
#include "clipboard/offer.h"
#include "dde/transport/reply.h"
#include "dde/transport/session.h"
#include "formats/format_registry.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace tellwire {

/// One board of a session, the clipboard for instance: one owner offers, everybody may read.
///
/// What is put there with its bytes stays until something else is put there, whatever becomes of its owner,
/// also when all programs have ended. What is promised (Offer::addDelayed()) lasts as long as this object:
/// its end, within limits of time and size, renders what nobody has asked for yet.
///
/// Thread: the one that joined the session. Blocks nothing but what says so. Signals are emitted from the
/// session's event processing, and need no Qt event loop (see Session).
class TELLWIRE_EXPORT Clipboard : public QObject
{
    Q_OBJECT
public:
    explicit Clipboard(Session session, QObject *parent = nullptr);
    Clipboard(Session session, const BoardName &board, QObject *parent = nullptr);

    /// Keeps what this object has promised: renders it if it is still on the board, which may block for
    /// `clipboardRenderTime` (docs/configuration.md) if renderers answer later. What does not come in time,
    /// or is more than `clipboardRenderLimit` altogether, vanishes from the board.
    ~Clipboard() override;

    const BoardName &board() const noexcept;

    /// Makes this program the owner, and `offer` the content: all of it or nothing. An offer without formats
    /// empties the board. Blocks for the time of writing a file if there are more than 2 KiB. Errors:
    /// TooLarge
    /// (`clipboardLimit`), OutOfSpace; the old content stays then.
    Result<void> put(const Offer &offer);

    /// The same on the condition that nothing has changed since the sequence number was `sequenceNumber`.
    /// Error: Changed if something has.
    Result<void> putIf(quint32 sequenceNumber, const Offer &offer);

    Result<void> clear(); ///< Leaves the board empty and without an owner.

    /// Gives the bytes of a format that this object has promised, before they are asked for, or because
    /// another one is just being rendered. Does not change the sequence number. Errors: ContentGone
    /// (something else is on the board), FormatNotOffered (not promised, or already given), TooLarge,
    /// OutOfSpace.
    Result<void> redeem(const Payload &payload);

    /// What lies on the board now. Reads the session log, and waits for nobody.
    ClipboardContent content() const;
    QList<Format> formats() const; ///< Those of content().

    /// The bytes of a format: read from where they are stored, rendered by their owner, or converted. Errors:
    /// FormatNotOffered, PeerGone (the owner ended before it had rendered it), TimedOut (it hangs, or is
    /// slow), ContentGone (something else was put there meanwhile, which has no such format), or what the
    /// owner's renderer returned. Blocks for the time of reading a file if it is stored in one.
    Reply<Payload> get(const Format &format) const;

    /// The first of several formats that can be had, most wanted first; with an empty list the first one of
    /// the content. See FormatRegistry::negotiate().
    Reply<Payload> get(const QList<Format> &preferred) const;

    quint32 sequenceNumber() const; ///< That of content(), cheaper.

    /// True if what lies on the board was put there by this object, and not given up since.
    bool isOwner() const;

    /// Offers whatever `conversions` can make of what lies on the board, too.
    void setConversions(FormatRegistry conversions);

    /// How long get() waits for an owner; `requestTimeout` of the configuration if nothing is said.
    void setTimeout(std::chrono::milliseconds timeout);

Q_SIGNALS:
    /// Somebody, perhaps this program, has put something on the board or emptied it, or promises have
    /// vanished with their owner, or everything has with the session's directory. Once for each change;
    /// changes that follow each other faster than this program works are told as one.
    void changed(const tellwire::ClipboardContent &content);

    /// What this object had put on the board is not there any more: something else is, or the session's
    /// directory was removed, as a log-out does; the board is empty then, and goes on in a new directory.
    /// Nobody will ask for what was promised. Before changed().
    void ownershipLost();

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
