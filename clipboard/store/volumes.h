// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/store/content_place.h"
#include "dde/transport/file_descriptor.h"
#include "formats/result.h"

#include <QByteArrayView>
#include <QList>

#include <array>
#include <functional>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::store {

/// A content file that this program has written and not committed yet. While it lives, the file is locked
/// against being tidied away; if it is not kept, its destructor removes the file.
class WritingFile
{
public:
    WritingFile(int directory, transport::FileDescriptor file, const ContentPlace &place);
    ~WritingFile();
    WritingFile(WritingFile &&other) noexcept;
    WritingFile &operator=(WritingFile &&) = delete;

    const ContentPlace &place() const noexcept { return m_place; }

    /// A state that names it is in the log: it belongs to the board from now on.
    void keep() noexcept { m_isKept = true; }

private:
    int m_directory; ///< Borrowed from the volumes.
    transport::FileDescriptor m_file;
    ContentPlace m_place;
    bool m_isKept = false;
};

/// The directories in which the content files of a session may lie: `clip/` of the session directory, and one
/// folder of this session in /dev/shm/tellwire-<uid>/ and in $XDG_CACHE_HOME/tellwire/clip/. Those two are
/// used only if they are ours, closed to others and no links; each is looked at when it is first needed.
///
/// Thread: that of its seat.
class Volumes
{
public:
    explicit Volumes(transport::Seat &seat);

    /// Writes the pieces, one after the other, to a new file on the first volume that has room. It is
    /// complete before it has a name. Errors: OutOfSpace (no volume has the room; says what was tried).
    Result<WritingFile> write(const QList<QByteArrayView> &pieces);

    /// Opens a file that a board names, and checks that it is ours, regular and as long as was said. Errors:
    /// ContentGone (removed), Corrupted (it is not what it should be), OutOfSpace (open files).
    Result<transport::FileDescriptor> open(const ContentPlace &place);

    /// No effect if it is gone already.
    void remove(const ContentPlace &place);

    /// Removes the files that nobody is writing, of which `isNamed` says (asked with the file locked, so it
    /// reads the log anew) that no board names them; and the folders of sessions that are no more.
    void tidyUp(const std::function<bool(quint64 name)> &isNamed);

private:
    struct Volume
    {
        transport::FileDescriptor directory;
        bool wasLookedFor = false;
    };

    int directoryOf(VolumeKind kind, bool create);
    Result<WritingFile> writeTo(VolumeKind kind, const QList<QByteArrayView> &pieces, quint64 size);

    transport::Seat &m_seat;
    int m_sessionDirectory = -1; ///< As of the last look: the session may begin anew elsewhere.
    std::array<Volume, 3> m_volumes;
};

} // namespace tellwire::store
