// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/offer.h"
#include "clipboard/store/content_place.h"
#include "dde/transport/file_descriptor.h"
#include "formats/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <functional>
#include <optional>
#include <set>
#include <variant>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::store {

/// What is written to a volume: bytes, or those of a file.
using Piece = std::variant<QByteArrayView, Offer::FilePart>;

/// A content file that this program has written and not committed yet. While it lives, the file is locked
/// against being tidied away; if it is not kept, its destructor removes the file.
class WritingFile
{
public:
    WritingFile(transport::FileDescriptor directory, transport::FileDescriptor file,
                const ContentPlace &place);
    ~WritingFile();
    WritingFile(WritingFile &&other) noexcept;
    WritingFile &operator=(WritingFile &&) = delete;

    const ContentPlace &place() const noexcept { return m_place; }

    /// A state that names it is in the log: it belongs to the board from now on.
    void keep() noexcept { m_isKept = true; }

private:
    transport::FileDescriptor m_directory;
    transport::FileDescriptor m_file;
    ContentPlace m_place;
    bool m_isKept = false;
};

/// Where the volumes outside of the session directory lie. An empty path: there is none.
struct VolumeBases
{
    QString memory; ///< Directory that is made at need, in one that is open to all users.
    QString cache;  ///< Directory that is made at need, in one of this user's.

    /// /dev/shm/tellwire-<uid> and $XDG_CACHE_HOME/tellwire (~/.cache/tellwire).
    static VolumeBases ofThisUser();
};

/// The directories in which the content files of a session may lie: `clip/` of the session directory, and one
/// folder of this session in each of the bases. Those are used only if they are ours, closed to others and no
/// links; others are passed over, and named in the log once. The folder is named after device and inode of
/// the session directory, and holds a link `home` to it.
///
/// Thread: that of its seat.
class Volumes
{
public:
    explicit Volumes(transport::Seat &seat, VolumeBases bases = VolumeBases::ofThisUser());

    /// Writes the pieces, one after the other, to a new file on the first volume that has room. It is
    /// complete before it has a name. Precondition: not all are empty. Errors: OutOfSpace (says what was
    /// tried); BadData (a piece is in, or was mapped from, a file that was cut short).
    Result<WritingFile> write(const QList<Piece> &pieces);

    /// Opens a file that a board names, and checks that it is ours, regular and as long as was said. Errors:
    /// ContentGone (removed), Corrupted (it is not what it should be), OutOfSpace (open files).
    Result<transport::FileDescriptor> open(const ContentPlace &place) const;

    /// No effect if it is gone already.
    void remove(const ContentPlace &place) const;

    /// Removes the files that nobody is writing, of which `isNamed` says that no board names them: it is
    /// asked with the file locked, so that nobody can commit it any more, and has to read the log anew.
    /// Removes the folders of sessions that are no more, too.
    void tidyUp(const std::function<bool(quint64 name)> &isNamed) const;

private:
    Result<transport::FileDescriptor> directoryOf(VolumeKind kind, bool create) const;
    Result<WritingFile> writeTo(VolumeKind kind, const QList<Piece> &pieces, quint64 size);
    const QString &baseOf(VolumeKind kind) const;
    QByteArray folderName() const;

    transport::Seat &m_seat;
    VolumeBases m_bases;
    std::set<VolumeKind> m_distrusted; ///< The log has named them.
};

/// Reads a piece of a content file. Errors: Corrupted (it has become shorter, or cannot be read).
Result<QByteArray> readPiece(int file, quint64 offset, quint64 length);

} // namespace tellwire::store
