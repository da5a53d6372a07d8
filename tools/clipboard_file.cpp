// SPDX-License-Identifier: Apache-2.0
#include "tools/clipboard_file.h"

#include "formats/json_format.h"

#include <QIODevice>
#include <QSet>

#include <algorithm>

namespace tellwire::tool {

namespace {

constexpr auto kind = "tellwire clipboard 1";
constexpr qint64 longestHeader = qint64{4} << 20; // 1,024 formats, escaped in the worst way, take half of it.
constexpr std::size_t mostFormats = 1'024;        // Of a board.
constexpr qsizetype portion = qsizetype{16} << 20; // Memory that a file gets on its word that there is more.

Error damaged(const QString &reason)
{
    return {ErrorCode::BadData, QStringLiteral("it is no saved clipboard, or damaged: %1").arg(reason)};
}

Result<SavedFormat> readFormat(const nlohmann::json &entry)
{
    const auto name = entry.is_object() ? entry.find("name") : entry.end();
    const auto size = entry.is_object() ? entry.find("size") : entry.end();
    const bool isRight = entry.is_object() && name != entry.end() && name->is_string() &&
                         size != entry.end() && size->is_number_unsigned();
    if (!isRight)
        return damaged(QStringLiteral("a format has no name or no size"));
    const Result<Format> format = Format::fromName(QString::fromStdString(name->get<std::string>()));
    if (!format)
        return damaged(format.error().detail);
    const auto sizeInBytes = static_cast<qint64>(size->get<quint64>());
    return sizeInBytes < 0 ? Result<SavedFormat>{damaged(QStringLiteral("a size is out of range"))}
                           : SavedFormat{*format, sizeInBytes};
}

Result<QList<SavedFormat>> readHeader(const QByteArray &line)
{
    const Result<nlohmann::json> header = parseJson(line);
    if (!line.endsWith('\n') || !header || !header->is_object() ||
        header->value("kind", nlohmann::json{}) != kind)
        return damaged(QStringLiteral("it does not begin as one"));
    const auto formats = header->find("formats");
    if (formats == header->end() || !formats->is_array() || formats->size() > mostFormats)
        return damaged(QStringLiteral("it has no list of formats, or one that is too long"));
    QList<SavedFormat> saved;
    QSet<Format> known;
    for (const nlohmann::json &entry : *formats) {
        const Result<SavedFormat> format = readFormat(entry);
        if (!format)
            return format.error();
        if (known.contains(format->format))
            return damaged(QStringLiteral("%1 is there twice").arg(format->format.name()));
        known.insert(format->format);
        saved.append(*format);
    }
    return saved;
}

/// True if there are no more bytes than allowed; safe from overflow.
bool fits(const QList<SavedFormat> &formats, quint64 most)
{
    return std::all_of(formats.cbegin(), formats.cend(), [&most](const SavedFormat &format) {
        const auto size = static_cast<quint64>(format.sizeInBytes);
        if (size > most)
            return false;
        most -= size;
        return true;
    });
}

Result<QByteArray> readBytes(QIODevice &file, qint64 sizeInBytes)
{
    QByteArray bytes;
    while (bytes.size() < sizeInBytes) {
        const QByteArray more = file.read(std::min<qint64>(portion, sizeInBytes - bytes.size()));
        if (more.isEmpty())
            return damaged(QStringLiteral("it ends too early"));
        bytes += more;
    }
    return bytes;
}

} // namespace

QByteArray savedHeader(const QList<SavedFormat> &formats)
{
    nlohmann::json header{{"kind", kind}, {"formats", nlohmann::json::array()}};
    for (const SavedFormat &saved : formats)
        header["formats"].push_back(
            {{"name", saved.format.name().toStdString()}, {"size", saved.sizeInBytes}});
    return printJson(header) + '\n';
}

Result<QList<Payload>> readSaved(QIODevice &file, quint64 most)
{
    const Result<QList<SavedFormat>> header = readHeader(file.readLine(longestHeader));
    if (!header)
        return header.error();
    if (!fits(*header, most))
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("it has more than the %1 bytes there is room for").arg(most)};
    QList<Payload> payloads;
    for (const SavedFormat &saved : *header) {
        const Result<QByteArray> bytes = readBytes(file, saved.sizeInBytes);
        if (!bytes)
            return bytes.error();
        payloads.append(Payload{saved.format, *bytes});
    }
    if (!file.read(1).isEmpty())
        return damaged(QStringLiteral("something follows it"));
    return payloads;
}

} // namespace tellwire::tool
