// SPDX-License-Identifier: Apache-2.0
#include "tools/mapped_file.h"

#include <QFile>

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr qint64 pieceAtOnce = qint64{1} << 18; // Stays in the cache of a processor.

int openOrDuplicate(const QString &name)
{
    if (name == QStringLiteral("-"))
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(QFile::encodeName(name).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/// How many bytes at the end begin a character that goes on behind it.
qsizetype unfinishedAtEnd(QByteArrayView utf8)
{
    for (qsizetype back = 1; back <= std::min<qsizetype>(3, utf8.size()); ++back) {
        const auto byte = static_cast<uchar>(utf8[utf8.size() - back]);
        if ((byte & 0xC0U) == 0x80U)
            continue;
        const qsizetype length = byte < 0xC0U ? 1 : byte < 0xE0U ? 2 : byte < 0xF0U ? 3 : 4;
        return length > back ? back : 0;
    }
    return 0;
}

} // namespace

MappedFile::MappedFile(int file, qint64 start, qint64 size)
    : m_file(file),
      m_start(start),
      m_size(size),
      m_margin(start % sysconf(_SC_PAGESIZE)),
      m_mapping(mmap(nullptr, static_cast<std::size_t>(m_size + m_margin), PROT_READ, MAP_PRIVATE, m_file,
                     m_start - m_margin))
{}

MappedFile::~MappedFile()
{
    if (m_mapping != MAP_FAILED)
        munmap(m_mapping, static_cast<std::size_t>(m_size + m_margin));
    close(m_file);
}

std::shared_ptr<MappedFile> MappedFile::open(const QString &name, quint64 most)
{
    const int file = openOrDuplicate(name);
    struct stat status
    {};
    const off_t start = fstat(file, &status) == 0 && S_ISREG(status.st_mode) ? lseek(file, 0, SEEK_CUR) : -1;
    const qint64 size = status.st_size - start;
    if (start < 0 || size < smallest || static_cast<quint64>(size) > most) {
        close(file);
        return {};
    }
    std::shared_ptr<MappedFile> mapped{new MappedFile{file, start, size}}; // The constructor is private.
    if (mapped->m_mapping == MAP_FAILED)
        return {};
    lseek(file, start + size, SEEK_SET);
    return mapped;
}

QByteArray MappedFile::bytes() const
{
    return QByteArray::fromRawData(static_cast<const char *>(m_mapping) + m_margin, m_size);
}

bool MappedFile::isUtf8() const
{
    QByteArray buffer{pieceAtOnce, Qt::Uninitialized};
    for (qint64 done = 0; done < m_size;) {
        const auto wanted = static_cast<std::size_t>(std::min(pieceAtOnce, m_size - done));
        const ssize_t length = pread(m_file, buffer.data(), wanted, m_start + done);
        if (length <= 0)
            return true; // It was cut short. Who writes it will see that.
        QByteArrayView piece = QByteArrayView{buffer}.first(length);
        if (done + length < m_size)
            piece.chop(unfinishedAtEnd(piece));
        if (piece.isEmpty() || !piece.isValidUtf8())
            return false;
        done += piece.size();
    }
    return true;
}

} // namespace tellwire::tool
