// SPDX-License-Identifier: Apache-2.0
#include "tools/files.h"

#include <QFile>
#include <QRandomGenerator>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr qint64 firstPortion = qint64{1} << 16;

Error cannotRead(const QString &name, int reason)
{
    return {ErrorCode::BadData, QStringLiteral("%1 cannot be read: %2").arg(name, qt_error_string(reason))};
}

Error cannotWrite(const QString &name, const QString &reason)
{
    return {ErrorCode::OutOfSpace, QStringLiteral("%1 cannot be written: %2").arg(name, reason)};
}

/// One more than the file is long, if that is known, so that its end is found without more memory.
qsizetype portionFor(int file, quint64 most)
{
    struct stat status
    {};
    const bool isKnown = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    return isKnown ? static_cast<qsizetype>(std::min(static_cast<quint64>(status.st_size), most)) + 1
                   : firstPortion;
}

Result<QByteArray> readAll(int file, const QString &name, quint64 most)
{
    QByteArray all{portionFor(file, most), Qt::Uninitialized};
    qsizetype size = 0;
    while (true) {
        const ssize_t length = read(file, all.data() + size, static_cast<std::size_t>(all.size() - size));
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return cannotRead(name, errno);
        size += length;
        if (static_cast<quint64>(size) > most)
            return Error{
                ErrorCode::TooLarge,
                QStringLiteral("%1 is longer than the %2 bytes there is room for").arg(name).arg(most)};
        if (length == 0)
            break;
        if (size == all.size())
            all.resize(size * 2);
    }
    all.truncate(size);
    return all;
}

/// In the same directory, so that it can be renamed.
QString temporaryNameFor(const QString &name)
{
    return name.left(name.lastIndexOf(u'/') + 1) +
           QStringLiteral(".tellwire-%1").arg(QRandomGenerator::system()->generate64(), 0, 16);
}

bool writeAll(QFile &file, const QList<QByteArrayView> &pieces)
{
    return std::all_of(pieces.cbegin(), pieces.cend(), [&file](const QByteArrayView &piece) {
        return file.write(piece.data(), piece.size()) == piece.size();
    });
}

} // namespace

Result<QByteArray> readFile(const QString &name, quint64 most)
{
    if (name == QStringLiteral("-"))
        return readAll(STDIN_FILENO, QStringLiteral("standard input"), most);
    const int file = open(QFile::encodeName(name).constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return cannotRead(name, errno);
    Result<QByteArray> all = readAll(file, name, most);
    close(file);
    return all;
}

Result<void> writeFile(const QString &name, const QList<QByteArrayView> &pieces, ExistingFile existing)
{
    const bool replaces = existing == ExistingFile::Replaced;
    QFile file{replaces ? temporaryNameFor(name) : name};
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered)) {
        if (!replaces && QFile::exists(name))
            return Error{ErrorCode::Refused, QStringLiteral("%1 is there already").arg(name)};
        return cannotWrite(name, file.errorString());
    }
    QString failure = writeAll(file, pieces) ? QString{} : file.errorString();
    file.close();
    if (failure.isEmpty() && replaces && // QFile::rename() never replaces.
        std::rename(QFile::encodeName(file.fileName()).constData(), QFile::encodeName(name).constData()) != 0)
        failure = qt_error_string();
    if (failure.isEmpty())
        return {};
    file.remove();
    return cannotWrite(name, failure);
}

} // namespace tellwire::tool
