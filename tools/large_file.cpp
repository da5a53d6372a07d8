// SPDX-License-Identifier: Apache-2.0
#include "tools/large_file.h"

#include <QFile>

#include <algorithm>

#include <fcntl.h>
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

LargeFile::~LargeFile() { close(m_part.descriptor); }

std::shared_ptr<LargeFile> LargeFile::open(const QString &name, quint64 most)
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
    lseek(file, start + size, SEEK_SET);
    return std::shared_ptr<LargeFile>{new LargeFile{{.descriptor = file, .offset = start, .size = size}}};
}

bool LargeFile::isUtf8() const
{
    QByteArray buffer{pieceAtOnce, Qt::Uninitialized};
    for (qint64 done = 0; done < m_part.size;) {
        const auto wanted = static_cast<std::size_t>(std::min(pieceAtOnce, m_part.size - done));
        const ssize_t length = pread(m_part.descriptor, buffer.data(), wanted, m_part.offset + done);
        if (length <= 0)
            return true; // It was cut short. Who writes it will see that.
        QByteArrayView piece = QByteArrayView{buffer}.first(length);
        if (done + length < m_part.size)
            piece.chop(unfinishedAtEnd(piece));
        if (piece.isEmpty() || !piece.isValidUtf8())
            return false;
        done += piece.size();
    }
    return true;
}

} // namespace tellwire::tool
