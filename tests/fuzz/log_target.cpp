// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"
#include "dde/transport/log_file.h"
#include "dde/transport/log_generation.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/log_repair.h"

using namespace tellwire;
using namespace tellwire::transport;

TELLWIRE_FUZZ(log_record, fuzz::repairLog)
{
    const QByteArray bytes = input.rest();
    const LogDecoding decoded = decodeLogRecord(bytes);
    if (decoded.outcome != LogDecoding::Outcome::Complete)
        return;
    fuzz::promise(decoded.length <= static_cast<std::size_t>(bytes.size()) &&
                      decoded.length % logCellSize == 0 && decoded.length <= maxLogRecordSize,
                  "a record takes whole cells that are there");
    const LogDecoding again = decodeLogRecord(encodeLogRecord(decoded.record));
    fuzz::promise(again.outcome == LogDecoding::Outcome::Complete && again.record == decoded.record,
                  "a record is read as it was written");
    static_cast<void>(decoded.record.leavingPeer());
    if (const auto generation = LogGeneration::from(decoded.record))
        fuzz::promise(LogGeneration::from(generation->toRecord()).has_value(),
                      "a generation is read as it was written");
}

namespace {

LogFile fileWith(const QByteArray &content)
{
    return {FileDescriptor{
                fuzz::fileOf(std::as_bytes(std::span{content.constData(), std::size_t(content.size())}))},
            1};
}

/// As whoever opens a file reads it: only its first record says where it begins.
LogState stateOf(LogFile file)
{
    LogState state;
    std::optional<LogRecord> record = file.next();
    if (const auto generation = record ? LogGeneration::from(*record) : std::nullopt) {
        state.restart(generation->nextOrder);
        record = file.next();
    }
    for (; record; record = file.next())
        state.apply(*record);
    return state;
}

} // namespace

TELLWIRE_FUZZ(log_file, fuzz::repairLog)
{
    const LogState state = stateOf(fileWith(input.rest()));

    const LogState again = stateOf(fileWith(generationBytes(1, QUuid{}, state)));

    fuzz::promise(again == state, "a snapshot holds the same state");
    static_cast<void>(state.peers());
    static_cast<void>(state.sequenceOf("a"));
    static_cast<void>(protocol::allServices(state));
}
