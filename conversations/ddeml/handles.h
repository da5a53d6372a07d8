// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"

#include <cstdint>

namespace tellwire::ddeml {

/// A number that no handle of this process has had before, and never one that could be taken for a truth
/// value, a status word or CBR_BLOCK. Handles are looked up in the tables of the thread that made them, so
/// one that is stale, foreign or made up is not found. Thread: any.
std::uintptr_t newHandleNumber();

template <typename Handle>
Handle newHandle()
{
    return reinterpret_cast<Handle>(newHandleNumber()); // NOLINT(performance-no-int-to-ptr): never followed
}

template <typename Handle>
std::uintptr_t numberOf(Handle handle)
{
    return reinterpret_cast<std::uintptr_t>(handle);
}

/// A truth value or a status word as callbacks and transactions return it.
inline HDDEDATA plainResult(std::uintptr_t value)
{
    return reinterpret_cast<HDDEDATA>(value); // NOLINT(performance-no-int-to-ptr): never followed
}

} // namespace tellwire::ddeml
