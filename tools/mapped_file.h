// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <memory>

namespace tellwire::tool {

/// A large file as a source to write from, without memory of its own: to read 1 GiB into memory takes twice
/// as long as to write it to where it goes.
///
/// Its bytes are for system calls alone. Whoever looks at them crashes if somebody cuts the file short
/// meanwhile; write() merely fails.
class MappedFile
{
public:
    static constexpr qint64 smallest = qint64{1} << 20; ///< Less is as fast to read.

    /// "-" is standard input, from where it stands; it stands at its end then. Empty if it is no regular file
    /// of that size and at most `most` bytes, or cannot be opened or mapped: to read it will tell.
    static std::shared_ptr<MappedFile> open(const QString &name, quint64 most);

    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    qint64 size() const noexcept { return m_size; }
    QByteArray bytes() const; ///< For as long as this lives.

    /// Reads it, piece by piece.
    bool isUtf8() const;

private:
    MappedFile(int file, qint64 start, qint64 size);

    int m_file;
    qint64 m_start; ///< In the file.
    qint64 m_size;
    qint64 m_margin; ///< Mapped in front of the start: mappings begin at a page.
    void *m_mapping;
};

} // namespace tellwire::tool
