// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board_state.h"

#include <algorithm>

namespace tellwire::store {

const StoredFormat *BoardState::find(const Format &format) const
{
    const auto found = std::find_if(formats.cbegin(), formats.cend(),
                                    [&](const StoredFormat &stored) { return stored.format == format; });
    return found == formats.cend() ? nullptr : &*found;
}

qsizetype BoardState::inlineBytes() const
{
    qsizetype sum = 0;
    for (const StoredFormat &stored : formats)
        sum += stored.bytes.size();
    return sum;
}

bool BoardState::hasPromises() const
{
    return std::any_of(formats.cbegin(), formats.cend(), [](const StoredFormat &stored) {
        return stored.kind == StoredFormat::Kind::Promised;
    });
}

} // namespace tellwire::store
