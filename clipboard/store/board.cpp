// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board.h"

#include "clipboard/store/clipboard_handler.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/listener.h"
#include "dde/transport/logging.h"
#include "dde/transport/peer_watch.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace tellwire::store {

using transport::LogChange;
using transport::LogEntry;
using transport::LogOperation;
using transport::logTransport;

namespace {

constexpr int mostAttempts = 1000;    // Each one that fails is somebody else's success.
constexpr qsizetype mostDropped = 32; // One write is at most a few pages.
constexpr qsizetype revisionDigits = 16;
constexpr quint64 lastRevision = quint64{1} << 62; // Nobody who counts ever gets there.

QByteArray prefixOf(const BoardName &name) { return "clip/" + name.key() + '/'; }

QByteArray keyOf(const BoardName &name, quint64 revision)
{
    return prefixOf(name) + QByteArray::number(revision, 16).rightJustified(revisionDigits, '0');
}

} // namespace

Board::Board(transport::Seat &seat, BoardName name) : m_seat(seat), m_name(std::move(name)) {}

Board::~Board() = default;

Volumes &Board::volumes() const { return ClipboardHandler::of(m_seat).volumes(); }

void Board::start()
{
    m_seat.onLogChange(weak_from_this(), [this] { onLogChange(); });
}

// Reading

QList<Board::Entry> Board::entries() const
{
    QList<Entry> found;
    const QByteArray prefix = prefixOf(m_name);
    const QList<LogEntry> all = m_seat.log().state().withPrefix(prefix);
    for (const LogEntry &entry : all) {
        bool isNumber = false;
        const quint64 revision = entry.key.sliced(prefix.size()).toULongLong(&isNumber, 16);
        if (isNumber && revision > 0 && revision <= lastRevision && keyOf(m_name, revision) == entry.key)
            found.append({revision, entry.body});
    }
    std::sort(found.begin(), found.end(),
              [](const Entry &left, const Entry &right) { return left.revision < right.revision; });
    return found;
}

Result<DecodedState> Board::decode(const Entry &entry)
{
    Result<DecodedState> decoded = decodeState(entry.body);
    if (!decoded)
        return decoded;
    decoded->state.revision = entry.revision;
    if (!decoded->indexPlace)
        return decoded;
    const auto index = volumes().open(*decoded->indexPlace).and_then([&](const auto &file) {
        return readPiece(file.get(), 0, decoded->indexPlace->size);
    });
    const Result<void> read = index ? decodeIndex(*index, decoded->state) : Result<void>{index.error()};
    if (!read) { // The board is what it is, but nothing can be had from it.
        m_missingIndex = decoded->indexPlace;
        qCDebug(logTransport) << "read the index of board" << m_name.text() << ':' << read.error().detail;
    }
    return decoded;
}

/// The highest revision that makes sense is the state. What makes none was written by nobody of ours.
Result<void> Board::read()
{
    const QList<Entry> all = entries();
    m_known.clear();
    for (const Entry &entry : all)
        m_known.append(entry.revision);
    for (auto entry = all.crbegin(); entry != all.crend(); ++entry) {
        Result<DecodedState> decoded = decodeState(entry->body);
        if (!decoded && decoded.error().code == ErrorCode::VersionMismatch)
            return std::move(decoded).error();
        if (!decoded)
            continue;
        if (!m_missingIndex && entry->revision == m_state.revision && decoded->state.stamp == m_state.stamp)
            return {};
        m_missingIndex.reset();
        decoded = decode(*entry);
        become(decoded->state, decoded->indexPlace);
        return {};
    }
    become({}, std::nullopt);
    return {};
}

void Board::become(const BoardState &state, const std::optional<ContentPlace> &indexPlace)
{
    m_isUntold = m_isUntold || state.stamp != m_state.stamp;
    m_state = state;
    m_indexPlace = indexPlace;
}

Result<BoardState> Board::refresh()
{
    if (m_seat.isDead())
        return Error{ErrorCode::Closed,
                     QStringLiteral("use board %1: this process was forked from the one that joined")
                         .arg(m_name.text())};
    if (const Result<void> understood = replayAndRead(); !understood)
        return understood.error();
    return m_state;
}

/// An index that is gone belongs to a state that was replaced meanwhile.
Result<void> Board::replayAndRead()
{
    Result<void> understood;
    std::optional<ContentPlace> missing;
    do {
        missing = m_missingIndex;
        if (const Result<void> replayed = m_seat.log().replay(); !replayed) {
            if (m_seat.log().isLost())
                forget();
            return replayed;
        }
        understood = read();
    } while (understood && m_missingIndex && m_missingIndex != missing);
    return understood;
}

/// With the directory of the session everything is gone that was put there.
void Board::forget()
{
    become({}, std::nullopt);
    m_missingIndex.reset();
    m_known.clear();
    if (m_isUntold)
        tellSoon();
}

// Changing

Result<Board::Outcome> Board::propose(BoardState next)
{
    if (const Result<BoardState> now = refresh(); !now)
        return now.error();
    if (m_state.revision != next.revision)
        return Outcome::Superseded;
    if (next.formats.size() > BoardState::maxFormats)
        return Error{ErrorCode::TooLarge, QStringLiteral("put %1 formats on a board: it holds %2")
                                              .arg(next.formats.size())
                                              .arg(BoardState::maxFormats)};
    next = withoutUnusedFiles(std::move(next));
    next.stamp = QRandomGenerator::system()->generate64();
    next.revision = std::max(next.revision, m_known.isEmpty() ? 0 : m_known.last()) + 1;
    const auto room = qsizetype{transport::maxLogContent} - keyOf(m_name, next.revision).size();
    if (encodeState(next).size() <= room)
        return append(next, std::nullopt);
    Result<WritingFile> index = volumes().write({encodeIndex(next)});
    if (!index)
        return std::move(index).error();
    return append(next, *std::move(index));
}

/// The state right after our own records tells whether they happened: the log is not read beyond them.
Result<Board::Outcome> Board::append(const BoardState &next, std::optional<WritingFile> index)
{
    const BoardState before = m_state;
    const std::optional<ContentPlace> indexBefore = m_indexPlace;
    const std::optional<ContentPlace> place = index ? std::optional{index->place()} : std::nullopt;
    transport::step("clipboard.change.due");
    const Result<void> written = m_seat.log().change(changesFor(next.revision, encodeState(next, place)));
    transport::step("clipboard.change.appended");
    Result<void> understood = read();
    if (!written) // A disk that became full may have taken the first of our records.
        understood = replayAndRead();
    const bool hasHappened = m_state.revision == next.revision && m_state.stamp == next.stamp;
    if (!hasHappened && !written)
        return written.error();
    if (!hasHappened && !understood)
        return understood.error();
    if (!hasHappened)
        return Outcome::Superseded;
    if (index)
        index->keep();
    removeUnused(before, indexBefore);
    ClipboardHandler::of(m_seat).tidyUpOnce();
    tellSoon();
    return Outcome::Happened;
}

QList<LogChange> Board::changesFor(quint64 revision, const QByteArray &body) const
{
    QList<LogChange> changes;
    changes.append({.operation = LogOperation::Add, .key = keyOf(m_name, revision), .body = body});
    for (const quint64 other : m_known)
        if (changes.size() < mostDropped)
            changes.append({.operation = LogOperation::Drop, .key = keyOf(m_name, other)});
    return changes;
}

void Board::removeUnused(const BoardState &before, const std::optional<ContentPlace> &indexBefore)
{
    for (const ContentPlace &place : before.files)
        if (!m_state.files.contains(place))
            volumes().remove(place);
    if (indexBefore)
        volumes().remove(*indexBefore);
}

Result<BoardState> Board::change(const Step &next)
{
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        if (const Result<BoardState> now = refresh(); !now)
            return now.error();
        const Result<std::optional<BoardState>> wanted = next(m_state);
        if (!wanted)
            return wanted.error();
        if (!*wanted)
            return m_state;
        const Result<Outcome> outcome = propose(**wanted);
        if (!outcome)
            return outcome.error();
        if (*outcome == Outcome::Happened)
            return m_state;
    }
    return Error{ErrorCode::Busy,
                 QStringLiteral("change board %1: others change it all the time").arg(m_name.text())};
}

Result<StoredFormat> Board::store(const BoardState &into, const Payload &payload,
                                  std::optional<WritingFile> &writing)
{
    const QByteArray &bytes = payload.bytes();
    if (static_cast<quint64>(bytes.size()) > m_seat.configuration().clipboardLimit)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("put %1 bytes on a board: it takes %2 (clipboardLimit)")
                         .arg(bytes.size())
                         .arg(m_seat.configuration().clipboardLimit)};
    StoredFormat stored{.format = payload.format(), .kind = StoredFormat::Kind::Inline};
    const StoredFormat *replaced = into.find(payload.format());
    const qsizetype others = into.inlineBytes() - (replaced ? replaced->bytes.size() : 0);
    if (bytes.isEmpty() || others + bytes.size() <= BoardState::maxInlineBytesOfPut) {
        stored.bytes = bytes;
        return stored;
    }
    if (!writing) {
        Result<WritingFile> written = volumes().write({bytes});
        if (!written)
            return std::move(written).error();
        writing.emplace(*std::move(written));
    }
    stored.kind = StoredFormat::Kind::InFile;
    stored.file = static_cast<quint16>(into.files.size());
    stored.length = static_cast<quint64>(bytes.size());
    return stored;
}

Result<bool> Board::redeem(quint64 content, const Payload &payload)
{
    std::optional<WritingFile> writing;
    bool isRedeemed = false;
    const Result<BoardState> changed =
        change([&](const BoardState &now) -> Result<std::optional<BoardState>> {
            const StoredFormat *promised = now.find(payload.format());
            isRedeemed = now.content == content && promised &&
                         (promised->kind == StoredFormat::Kind::Promised ||
                          promised->kind == StoredFormat::Kind::Synthesised);
            if (!isRedeemed)
                return std::optional<BoardState>{};
            Result<StoredFormat> stored = store(now, payload, writing);
            if (!stored)
                return std::move(stored).error();
            const bool isInFile = stored->kind == StoredFormat::Kind::InFile;
            return std::optional{
                rendered(isInFile ? withFile(now, writing->place()) : now, *std::move(stored))};
        });
    if (!changed)
        return changed.error();
    if (isRedeemed && writing && m_state.files.contains(writing->place()))
        writing->keep();
    return isRedeemed;
}

// The end of others

QSet<quint64> Board::peersThatMatter() const
{
    QSet<quint64> peers;
    if (m_state.dependsOnOwner())
        peers.insert(m_state.owner.peer);
    if (m_state.isOpen())
        peers.insert(m_state.opener.peer);
    if (m_state.viewer.peer != 0)
        peers.insert(m_state.viewer.peer);
    peers.remove(m_seat.id());
    return peers;
}

bool Board::isGone(quint64 peer, bool ask) const
{
    return !m_seat.log().state().find(transport::peerKey(peer)) || (ask && !m_seat.isAlive(peer));
}

void Board::releaseTheDead(bool ask)
{
    const QSet<quint64> peers = peersThatMatter();
    for (const quint64 peer : peers) {
        if (!isGone(peer, ask))
            continue;
        const Result<BoardState> changed =
            change([peer](const BoardState &now) -> Result<std::optional<BoardState>> {
                const bool matters = (now.dependsOnOwner() && now.owner.peer == peer) ||
                                     now.opener.peer == peer || now.viewer.peer == peer;
                return matters ? std::optional{withoutPeer(now, peer)} : std::nullopt;
            });
        if (!changed)
            qCWarning(logTransport) << "take the promises of a dead program from board" << m_name.text()
                                    << ':' << changed.error().detail;
    }
}

// Telling

void Board::onLogChange()
{
    const std::shared_ptr<Board> self = shared_from_this();
    (void)replayAndRead(); // An error shows when somebody asks.
    releaseTheDead(false);
    tell();
}

/// Our own changes too are told from the session's event processing.
void Board::tellSoon()
{
    if (m_observers.empty())
        return;
    m_seat.reactor().post([self = weak_from_this()] {
        if (const std::shared_ptr<Board> board = self.lock())
            board->tell();
    });
}

void Board::tell()
{
    const std::shared_ptr<Board> self = shared_from_this();
    watchPeers();
    if (!std::exchange(m_isUntold, false))
        return;
    const BoardState now = m_state;
    const std::vector<Observer *> told = m_observers;
    for (Observer *observer : told)
        if (std::find(m_observers.begin(), m_observers.end(), observer) != m_observers.end())
            observer->onStateChanged(now);
}

void Board::addObserver(Observer &observer)
{
    if (m_observers.empty())
        m_isUntold = false;
    m_observers.push_back(&observer);
    watchPeers();
}

void Board::removeObserver(Observer &observer)
{
    std::erase(m_observers, &observer);
    watchPeers();
}

void Board::watchPeers()
{
    const QSet<quint64> peers = m_observers.empty() ? QSet<quint64>{} : peersThatMatter();
    std::erase_if(m_watches, [&](const auto &watch) { return !peers.contains(watch.first); });
    for (const quint64 peer : peers)
        if (!m_watches.contains(peer))
            m_watches.emplace(peer,
                              std::make_unique<transport::PeerWatch>(m_seat, peer, [self = weak_from_this()] {
                                  if (const std::shared_ptr<Board> board = self.lock())
                                      board->onLogChange();
                              }));
}

} // namespace tellwire::store
