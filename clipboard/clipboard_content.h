// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/payload.h"

#include <QDateTime>
#include <QList>
#include <QMetaType>

#include <memory>
#include <optional>

#include <sys/types.h>

namespace tellwire {

namespace store {
class ContentReader;
}

/// Who has put something on a board, as that program says itself. For people to read.
struct ContentOwner
{
    pid_t pid = -1; ///< By the time you look at it, it may be another program's.
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    QString program; ///< Base name of its executable.

    friend bool operator==(const ContentOwner &, const ContentOwner &) = default;
};

/// One format that can be had.
struct ContentFormat
{
    /// Where its bytes come from.
    enum class Source : quint8 {
        Stored,    ///< They are there, whoever is gone.
        Delayed,   ///< The owner makes them when it is asked.
        Converted, ///< They are made here of another format of the content.
    };

    Format format;
    Source source = Source::Stored;
    std::optional<qint64> sizeInBytes; ///< Of what is stored.

    friend bool operator==(const ContentFormat &, const ContentFormat &) = default;
};

/// Bytes of a stored format, mapped from the file they lie in, for as long as a copy of this object lives.
///
/// The file belongs to programs of this user alone, and none of ours ever changes it. A program that
/// truncates it all the same makes this one crash when it looks (SIGBUS); ClipboardContent::read() has no
/// such danger.
class TELLWIRE_EXPORT MappedContent
{
public:
    MappedContent(std::shared_ptr<const void> mapping, QByteArrayView bytes, int file = -1, qint64 offset = 0)
        : m_mapping(std::move(mapping)),
          m_bytes(bytes),
          m_file(file),
          m_offset(offset)
    {}
    QByteArrayView bytes() const noexcept { return m_bytes; }

    /// The file, open for reading as long as a copy of this object lives, and where in it they begin: with
    /// sendfile(2) they need not come through this program. -1 if they are in memory.
    int file() const noexcept { return m_file; }
    qint64 offset() const noexcept { return m_offset; }

private:
    std::shared_ptr<const void> m_mapping;
    QByteArrayView m_bytes;
    int m_file;
    qint64 m_offset;
};

/// What lay on a board at one moment. A value, which does not change; copies share it. It keeps its session.
///
/// What is stored can be read as long as nothing else was put on the board, and after that if it was opened
/// before: by keep(), read() or map(). Delayed and converted formats are had from Clipboard::get().
///
/// Thread: that of its session.
class TELLWIRE_EXPORT ClipboardContent
{
public:
    ClipboardContent(); ///< Of an empty board that nobody has used yet.
    explicit ClipboardContent(std::shared_ptr<store::ContentReader> reader, QList<ContentFormat> formats);

    bool isEmpty() const { return m_formats.isEmpty(); }

    /// Those that were put there, in the owner's order, then those that the conversions of the Clipboard can
    /// make of them.
    const QList<ContentFormat> &formats() const noexcept { return m_formats; }
    std::optional<ContentFormat> find(const Format &format) const;

    ContentOwner owner() const;

    /// Grows with every change, as that of Win32 does: by one for emptying the board and by one for each
    /// format. Equal numbers mean the same content, of the same board in the same session.
    quint32 sequenceNumber() const;

    QDateTime time() const; ///< When it was put there, by the clock of who did; invalid if nobody has.

    /// Opens what is stored, so that it can be read however long the board has changed. Takes an open file or
    /// two. Errors: ContentGone, OutOfSpace (open files), Corrupted.
    Result<void> keep();

    /// The bytes of a stored format. Blocks for the time of reading a file. Errors: FormatNotOffered (also if
    /// it is delayed or converted), ContentGone (something else was put on the board), OutOfSpace, Corrupted.
    Result<Payload> read(const Format &format) const;

    /// The same without a copy. Worth it above a mebibyte or so.
    Result<MappedContent> map(const Format &format) const;

private:
    std::shared_ptr<store::ContentReader> m_reader;
    QList<ContentFormat> m_formats;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::ClipboardContent)
