// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/offer_writer.h"

namespace tellwire::store {
namespace {

quint64 sizeOf(const Offer::Entry &entry)
{
    return static_cast<quint64>(entry.payload ? entry.payload->size() : entry.file ? entry.file->size : 0);
}

Result<void> checkSize(const Offer &offer, quint64 limitInBytes)
{
    quint64 size = 0;
    for (const Offer::Entry &entry : offer.entries())
        size += sizeOf(entry);
    if (size > limitInBytes)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("put %1 bytes on a board: it takes %2 (clipboardLimit)")
                         .arg(size)
                         .arg(limitInBytes)};
    if (offer.entries().size() > BoardState::maxFormats)
        return Error{ErrorCode::TooLarge, QStringLiteral("put %1 formats on a board: it takes %2")
                                              .arg(offer.entries().size())
                                              .arg(BoardState::maxFormats)};
    return {};
}

} // namespace

Result<WrittenOffer> writeOffer(const Offer &offer, Volumes &volumes, quint64 limitInBytes)
{
    if (Result<void> checked = checkSize(offer, limitInBytes); !checked)
        return std::move(checked).error();
    WrittenOffer written;
    QList<Piece> pieces;
    qsizetype inlineBytes = 0;
    quint64 fileBytes = 0;
    for (const Offer::Entry &entry : offer.entries()) {
        StoredFormat stored{.format = entry.format};
        const auto size = static_cast<qsizetype>(sizeOf(entry));
        const bool isInline =
            size == 0 || (entry.payload && inlineBytes + size <= BoardState::maxInlineBytesOfPut);
        if (entry.render) {
            stored.kind = StoredFormat::Kind::Promised;
        } else if (isInline) {
            stored.kind = StoredFormat::Kind::Inline;
            stored.bytes = entry.payload ? entry.payload->bytes() : QByteArray{};
            inlineBytes += size;
        } else {
            stored.kind = StoredFormat::Kind::InFile;
            stored.offset = fileBytes;
            stored.length = sizeOf(entry);
            pieces.append(entry.file ? Piece{*entry.file} : Piece{QByteArrayView{entry.payload->bytes()}});
            fileBytes += stored.length;
        }
        written.formats.append(std::move(stored));
    }
    if (pieces.isEmpty())
        return written;
    Result<WritingFile> file = volumes.write(pieces);
    if (!file)
        return std::move(file).error();
    written.file.emplace(*std::move(file));
    return written;
}

} // namespace tellwire::store
