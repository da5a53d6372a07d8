// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/mesh.h"

#include <string>

namespace tellwire::test {

ServiceName Mesh::serviceName(std::size_t service)
{
    return ServiceName{QStringLiteral("Mesh%1").arg(service)};
}

ItemName Mesh::itemName(std::size_t item) { return ItemName{QStringLiteral("item%1").arg(item)}; }

Format Mesh::format() { return Format{QStringLiteral("application/x-sealed")}; }

void Mesh::check(Participant &self, Seen &seen, const Update &update)
{
    const std::optional<SealedValue> value = SealedValue::read(update.value.bytes());
    const std::string where = "service " + std::to_string(seen.service) + ", item " +
                              std::to_string(seen.item) + ", update " + std::to_string(update.sequence) +
                              " after " + std::to_string(seen.sequence) + ", missed " +
                              std::to_string(update.missed);
    if (!value)
        return self.complain(damages, where + ": " + std::to_string(update.value.bytes().size()) + " bytes");
    ++updates;
    bytes += static_cast<std::uint64_t>(update.value.bytes().size());
    self.progress();
    if (update.afterGap)
        seen.source = seen.sequence = 0;
    if (!value->isEmpty) {
        const bool isItems = value->source % MeshLedger::items == seen.item &&
                             value->source / MeshLedger::items % MeshLedger::services == seen.service;
        if (!isItems || value->sequence != update.sequence ||
            (seen.source != 0 && value->source != seen.source))
            self.complain(mistakes, where + ": holds " + std::to_string(value->sequence));
        seen.source = value->source;
    }
    if (seen.sequence != 0) {
        if (update.sequence < seen.sequence + (seen.isLink ? 1 : 0))
            self.complain(regressions, where);
        else if (seen.wantsEvery && update.sequence != seen.sequence + 1)
            self.complain(gaps, where);
        else if (seen.isLink && update.sequence != seen.sequence + 1 + update.missed)
            self.complain(mistakes, where + ": wrong number of missed ones");
    }
    seen.sequence = update.sequence;
    ++seen.count;
}

void Mesh::noteEnd(Participant &self, const Error &reason)
{
    switch (reason.code) {
    case ErrorCode::PeerGone:
    case ErrorCode::NoSuchService:
        ++gone;
        break;
    case ErrorCode::Overrun:
        ++overruns;
        break;
    case ErrorCode::TimedOut:
        ++timeouts;
        break;
    case ErrorCode::Busy:
        ++busy;
        break;
    default:
        self.complain(oddEnds, errorName(reason.code).toStdString() + ": " + reason.detail.toStdString());
    }
}

} // namespace tellwire::test
