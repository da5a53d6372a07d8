// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_generation.h"

#include <QtEndian>

#include <cstring>

namespace tellwire::transport {

namespace {

struct Body
{
    quint64_le number;
    char session[16]; // RFC 4122 order.
    quint64_le nextOrder;
    quint64_le length;
};
static_assert(sizeof(Body) == 40);

} // namespace

LogRecord LogGeneration::toRecord() const
{
    Body body{};
    body.number = number;
    std::memcpy(body.session, session.toRfc4122().constData(), sizeof body.session);
    body.nextOrder = nextOrder;
    body.length = length;
    return {.operation = LogOperation::Generation,
            .body = QByteArray(reinterpret_cast<const char *>(&body), sizeof body)};
}

std::optional<LogGeneration> LogGeneration::from(const LogRecord &record)
{
    if (record.operation != LogOperation::Generation || record.body.size() < qsizetype{sizeof(Body)})
        return std::nullopt;
    Body body;
    std::memcpy(&body, record.body.constData(), sizeof body);
    return LogGeneration{.number = body.number,
                         .session = QUuid::fromRfc4122(QByteArrayView(body.session, sizeof body.session)),
                         .nextOrder = body.nextOrder,
                         .length = body.length};
}

QByteArray generationBytes(quint64 number, QUuid session, const LogState &state)
{
    QByteArray entries;
    for (const LogRecord &record : state.snapshot())
        entries += encodeLogRecord(record);
    LogGeneration generation{.number = number, .session = session, .nextOrder = state.nextOrder()};
    const qsizetype ownLength = encodeLogRecord(generation.toRecord()).size();
    generation.length = static_cast<quint64>(ownLength + entries.size());
    return encodeLogRecord(generation.toRecord()) + entries;
}

} // namespace tellwire::transport
