// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/handles.h"

#include <atomic>

namespace tellwire::ddeml {

std::uintptr_t newHandleNumber()
{
    constexpr std::uintptr_t first = 0x10001;
    static std::atomic<std::uintptr_t> next{first};
    return next.fetch_add(1, std::memory_order_relaxed);
}

} // namespace tellwire::ddeml
