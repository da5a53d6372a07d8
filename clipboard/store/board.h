// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/board_name.h"
#include "clipboard/store/board_state.h"
#include "clipboard/store/volumes.h"
#include "dde/transport/log_record.h"
#include "formats/payload.h"

#include <QList>
#include <QSet>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tellwire::transport {
class PeerWatch;
class Seat;
} // namespace tellwire::transport

namespace tellwire::store {

/// One board as this program sees it, and the one way in which anybody changes it.
///
/// The state is the body of the entry `clip/<board>/<revision>` of the session log with the highest revision.
/// A transition adds the entry of the next revision, and drops the lower ones. The log lets the first Add of
/// a key win, so of two transitions from one state only one happens; the other one learns of it
/// (docs/decisions/0004).
///
/// Use: `ClipboardHandler::of(seat).board(name)`; then
///
///     board->propose(emptied(*board->refresh(), ownOwner(seat.id())))   // compare and set, or
///     board->change([](const BoardState &now) { return closed(now); })  // again until it happens
///
/// Thread: that of its seat. Waits for nobody.
class Board : public std::enable_shared_from_this<Board>
{
public:
    /// Told from the session's event processing, never from inside a call to the board.
    class Observer
    {
    public:
        virtual ~Observer() = default;
        Observer() = default;
        Observer(const Observer &) = delete;
        Observer &operator=(const Observer &) = delete;

        /// The state differs from the one told last (or from that at addObserver()). Tell whether that is a
        /// change for listeners by `now.sequence` and `!now.isOpen()`: while the exact face has the board
        /// open, its changes are kept back until it closes. May destroy anything.
        virtual void onStateChanged(const BoardState &now) = 0;
    };

    enum class Outcome : quint8 {
        Happened,   ///< state() is what was proposed, with its new revision and stamp.
        Superseded, ///< Somebody else was faster; state() is what that has led to.
    };

    Board(transport::Seat &seat, BoardName name); ///< For ClipboardHandler.
    ~Board();

    const BoardName &name() const noexcept { return m_name; }
    transport::Seat &seat() const noexcept { return m_seat; }
    Volumes &volumes() const;

    /// Reads the session log. Errors: Closed (a forked process), VersionMismatch (a newer program has written
    /// what only it can read), those of SessionLog::replay().
    Result<BoardState> refresh();

    /// As of the last refresh(), propose(), or event processing.
    const BoardState &state() const noexcept { return m_state; }

    /// Makes `next` the state if the board is still at `next.revision`, the revision it was derived from.
    /// Files that only the old state named are removed. Errors: OutOfSpace, those of the log; nothing has
    /// changed then.
    Result<Outcome> propose(BoardState next);

    /// Proposes what `next` makes of the present state, until it happens; `next` gives nothing to have it
    /// left alone. Gives the state in the end. Errors: Busy (too many others are faster), those of propose()
    /// and of `next`.
    using Step = std::function<Result<std::optional<BoardState>>(const BoardState &now)>;
    Result<BoardState> change(const Step &next);

    /// Stores bytes for a transition: inline if the state (with `alreadyInline` bytes in it) has room for
    /// them, else in a new file, which `writing` keeps from being tidied away until it is destroyed, after
    /// the transition. The caller appends `writing.place()` to the files of the state. Errors: TooLarge,
    /// OutOfSpace.
    Result<StoredFormat> store(const BoardState &into, const Payload &payload,
                               std::optional<WritingFile> &writing);

    /// Replaces a promised (or synthesised) format of a content by its bytes, without changing the sequence
    /// number. False if there is nothing to replace: another content, or it has been rendered already.
    Result<bool> redeem(quint64 content, const Payload &payload);

    /// Removes promises, owner and opener of programs that are dead: those the log does not know any more,
    /// and, with `ask`, those that do not answer when knocked at.
    void releaseTheDead(bool ask);

    void addObserver(Observer &observer);
    void removeObserver(Observer &observer);

    /// For ClipboardHandler: begins to listen to the session log.
    void start();

private:
    struct Entry
    {
        quint64 revision;
        QByteArray body;
    };

    Result<void> read();
    QList<Entry> entries() const;
    Result<void> replayAndRead();
    void become(const BoardState &state, const std::optional<ContentPlace> &indexPlace);
    void forget();
    Result<DecodedState> decode(const Entry &entry);
    Result<Outcome> append(const BoardState &next, std::optional<WritingFile> index);
    QList<transport::LogChange> changesFor(quint64 revision, const QByteArray &body) const;
    void removeUnused(const BoardState &before, const std::optional<ContentPlace> &indexBefore);
    QSet<quint64> peersThatMatter() const;
    bool isGone(quint64 peer, bool ask) const;
    void onLogChange();
    void tellSoon();
    void tell();
    void watchPeers();

    transport::Seat &m_seat;
    BoardName m_name;
    BoardState m_state;
    std::optional<ContentPlace> m_indexPlace;   ///< Of the state, if it has one.
    std::optional<ContentPlace> m_missingIndex; ///< Of the state, if it cannot be read.
    QList<quint64> m_known;                     ///< All revisions the log has, ascending.
    bool m_isUntold = false;                    ///< The state has changed since observers were told.
    std::vector<Observer *> m_observers;
    std::map<quint64, std::unique_ptr<transport::PeerWatch>>
        m_watches; ///< By peer; while there are observers.
};

} // namespace tellwire::store
