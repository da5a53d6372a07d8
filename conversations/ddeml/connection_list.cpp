// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/connection_list.h"

#include <algorithm>

namespace tellwire::ddeml {

HCONV ConnectionList::next(HCONV previous) const
{
    auto place = m_members.begin();
    if (previous != nullptr) {
        place = std::ranges::find(m_members, previous);
        if (place != m_members.end())
            ++place;
    }
    return place == m_members.end() ? nullptr : *place;
}

} // namespace tellwire::ddeml
