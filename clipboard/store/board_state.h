// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/content_place.h"
#include "formats/format.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace tellwire::store {

/// One format of a board.
struct StoredFormat
{
    /// The numbers are in logs: never change or reuse one.
    enum class Kind : quint8 {
        Inline = 1,      ///< `bytes` are in the state itself.
        InFile = 2,      ///< `length` bytes from `offset` on in file number `file` of the state.
        Promised = 3,    ///< The owner makes the bytes when asked.
        Synthesised = 4, ///< Made of another format on demand (synthesis.h); has no bytes of its own.
    };

    Format format;
    Kind kind = Kind::Promised;
    QByteArray bytes = {};
    quint16 file = 0; ///< Index into BoardState::files.
    quint64 offset = 0;
    quint64 length = 0;

    friend bool operator==(const StoredFormat &, const StoredFormat &) = default;
};

/// Who has put the content there. Said by that program itself, so only `peer` is ever relied upon: it answers
/// Render messages, or nobody does.
struct BoardOwner
{
    quint64 peer = 0;   ///< 0: none; it has given the content up, or died.
    quint64 window = 0; ///< Of the exact face; 0 for friendly puts. A peer with a window is always reachable.
    quint32 pid = 0;
    quint32 uid = 0;
    quint32 gid = 0;
    QString program = {};

    friend bool operator==(const BoardOwner &, const BoardOwner &) = default;
};

/// Who has the board open by the exact face. Its peer is always reachable.
struct BoardOpener
{
    quint64 peer = 0; ///< 0: nobody has it open.
    quint64 window = 0;
    quint64 thread = 0;
    bool hasChanged = false; ///< Something was changed since it was opened; told to listeners at the close.

    friend bool operator==(const BoardOpener &, const BoardOpener &) = default;
};

/// The head of the viewer chain (ddeml-semantics C9). Its peer is always reachable.
struct BoardViewer
{
    quint64 peer = 0; ///< 0: there is none.
    quint64 window = 0;

    friend bool operator==(const BoardViewer &, const BoardViewer &) = default;
};

/// Bits of BoardState::flags. Unknown ones are carried along.
namespace BoardFlag {
inline constexpr quint32 secret = 1;    ///< Reserved: never stored in plain sight.
inline constexpr quint32 noHistory = 2; ///< Reserved: histories leave it alone.
} // namespace BoardFlag

/// Everything there is to say about a board at one revision. A value. The body of one entry of the session
/// log; replaced as a whole by each transition (Board::propose()), never edited in place.
struct BoardState
{
    static constexpr qsizetype maxFormats = 1024;
    static constexpr qsizetype maxFiles = 1024;
    static constexpr qsizetype maxInlineBytes = 2048; ///< Of all formats together.

    /// What of it may be used by those who put something: the rest is for the locale that is added to text.
    static constexpr qsizetype maxInlineBytesOfPut = maxInlineBytes - 4;

    quint64 revision =
        0; ///< Number of the transition that led here; in the key, not in the body. 0: never used.
    quint64 stamp = 0; ///< Random; tells two transitions to the same revision apart. Set by Board::propose().
    quint64 content = 0;  ///< Random, new with each emptied(); the promises of a content are asked for by it.
    quint32 sequence = 0; ///< The clipboard sequence number of Win32 (ddeml-semantics C8).
    quint32 locale = 0;   ///< Locale id of who has set text; 0: unknown.
    quint32 flags = 0;
    qint64 time = 0; ///< Of the put: microseconds since 1970-01-01 UTC.
    BoardOwner owner = {};
    BoardOpener opener = {};
    BoardViewer viewer = {};
    quint32 notices = 0;              ///< How often listeners were to be told of a change so far; wraps.
    QList<StoredFormat> formats = {}; ///< In order of placement; no format twice.
    QList<ContentPlace> files = {};   ///< Where the bytes of InFile formats lie.

    const StoredFormat *find(const Format &format) const;
    qsizetype inlineBytes() const;
    bool hasPromises() const;
    bool isOpen() const noexcept { return opener.peer != 0; }

    /// True if its owner's death would change it.
    bool dependsOnOwner() const { return owner.peer != 0 && (hasPromises() || owner.window != 0); }

    friend bool operator==(const BoardState &, const BoardState &) = default;
};

/// The longest index, and so the longest file that decodeIndex() is given.
inline constexpr qsizetype maxIndexLength = qsizetype{1} << 20;

/// The body of a state. With a place, formats and files are left to the index that lies there.
QByteArray encodeState(const BoardState &state, const std::optional<ContentPlace> &indexPlace = std::nullopt);
QByteArray encodeIndex(const BoardState &state);

/// A body as somebody has written it: nothing of it is believed before it was checked. `indexPlace` says
/// where formats and files lie, if they are not in it: decodeIndex() adds them.
struct DecodedState
{
    BoardState state;
    std::optional<ContentPlace> indexPlace = std::nullopt;
};

/// Errors: VersionMismatch (a newer program wrote it), BadData, with a sentence that says what is wrong.
/// Never reads beyond the bytes, and makes room for nothing before it was counted.
Result<DecodedState> decodeState(QByteArrayView body);
Result<void> decodeIndex(QByteArrayView index, BoardState &state);

} // namespace tellwire::store
