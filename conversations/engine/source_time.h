// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"

#include <algorithm>
#include <cstdint>

namespace tellwire::engine {

inline std::int64_t toMicroseconds(SourceTime time)
{
    return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}

/// Any number is taken; those beyond what SourceTime can hold become its first or last moment.
inline SourceTime fromMicroseconds(std::int64_t microseconds)
{
    using Microseconds = std::chrono::microseconds;
    constexpr auto first = std::chrono::ceil<Microseconds>(SourceTime::min().time_since_epoch()).count();
    constexpr auto last = std::chrono::floor<Microseconds>(SourceTime::max().time_since_epoch()).count();
    return SourceTime{Microseconds{std::clamp<std::int64_t>(microseconds, first, last)}};
}

} // namespace tellwire::engine
