// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/synthesis.h"

namespace tellwire::store {

void addSynthesised(BoardState &) {}

void removeOrphaned(BoardState &state)
{
    // NOLINTNEXTLINE(bugprone-unused-return-value): how many there were matters to nobody.
    state.formats.removeIf([whole = state](const StoredFormat &stored) {
        return stored.kind == StoredFormat::Kind::Synthesised && !sourceOf(whole, stored.format);
    });
}

std::optional<Format> sourceOf(const BoardState &, const Format &) { return std::nullopt; }

Result<Payload> synthesise(const BoardState &, const Payload &source, const Format &wanted)
{
    return Error{ErrorCode::FormatNotOffered, QStringLiteral("make %1 of %2: there is no such synthesis")
                                                  .arg(wanted.name(), source.format().name())};
}

} // namespace tellwire::store
