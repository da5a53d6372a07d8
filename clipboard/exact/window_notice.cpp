// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/window_notice.h"

#include "clipboard/store/byte_reader.h"
#include "clipboard/store/byte_writer.h"

namespace tellwire::exact {
namespace {

constexpr qsizetype maxBoardBytes = 1024; // A name of 64 units, folded and composed.

void requireRest(store::ByteReader &reader, const transport::Message &message)
{
    reader.require(message.flags == 0 && message.sequence == 0 && message.time == 0 &&
                       message.payload.isEmpty(),
                   "a field is not empty that has no use");
}

} // namespace

transport::Message encodeNotice(quint32 transaction, const WindowNotice &notice)
{
    store::ByteWriter head;
    head.number(static_cast<quint8>(notice.kind));
    head.number(notice.window);
    head.number(notice.first);
    head.number(notice.second);
    head.bytes(notice.board);
    return {.type = static_cast<quint8>(WindowMessage::Notice), .id = transaction, .head = head.take()};
}

transport::Message encodeDone(quint32 transaction)
{
    return {.type = static_cast<quint8>(WindowMessage::Done), .id = transaction};
}

Result<WindowNotice> decodeNotice(const transport::Message &message)
{
    store::ByteReader reader{message.head};
    requireRest(reader, message);
    const auto kind = reader.number<quint8>();
    reader.require(kind >= 1 && kind <= static_cast<quint8>(WindowNotice::Kind::ChangeChain),
                   "a kind of notice is unknown");
    WindowNotice notice{.kind = static_cast<WindowNotice::Kind>(kind)};
    reader.number(notice.window);
    reader.number(notice.first);
    reader.number(notice.second);
    notice.board = reader.bytes(maxBoardBytes);
    if (Result<void> finished = reader.finish(); !finished)
        return std::move(finished).error();
    return notice;
}

Result<void> decodeDone(const transport::Message &message)
{
    store::ByteReader reader{message.head};
    requireRest(reader, message);
    return reader.finish();
}

} // namespace tellwire::exact
