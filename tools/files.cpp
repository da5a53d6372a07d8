// SPDX-License-Identifier: Apache-2.0
#include "tools/files.h"

#include <QFile>
#include <QRandomGenerator>

#include <algorithm>
#include <cstdio>

#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr qint64 firstPortion = qint64{1} << 16;

Error cannotRead(const QString &name, const QFile &file)
{
    return {ErrorCode::BadData, QStringLiteral("%1 cannot be read: %2").arg(name, file.errorString())};
}

Error cannotWrite(const QString &name, const QString &reason)
{
    return {ErrorCode::OutOfSpace, QStringLiteral("%1 cannot be written: %2").arg(name, reason)};
}

/// Of a file whose size is known, it takes memory for that size and no more.
Result<QByteArray> readAll(QFile &file, const QString &name, quint64 most)
{
    const auto bounded = static_cast<qint64>(std::min(static_cast<quint64>(file.size()), most));
    QByteArray all{file.isSequential() || bounded == 0 ? firstPortion : bounded + 1, Qt::Uninitialized};
    qsizetype size = 0;
    while (true) {
        const qint64 length = file.read(all.data() + size, all.size() - size);
        if (length < 0)
            return cannotRead(name, file);
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
    const bool isStandard = name == QStringLiteral("-");
    QFile file{name};
    const QIODevice::OpenMode mode = QIODevice::ReadOnly | QIODevice::Unbuffered;
    const QString shown = isStandard ? QStringLiteral("standard input") : name;
    if (!(isStandard ? file.open(STDIN_FILENO, mode) : file.open(mode)))
        return cannotRead(shown, file);
    return readAll(file, shown, most);
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
