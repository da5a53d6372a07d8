// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace tellwire::benchmark {

/// A measurement that is not what it should be ends the run: its numbers would mean nothing.
inline void require(bool condition, const char *otherwise)
{
    if (!condition)
        throw std::runtime_error(otherwise);
}

inline void require(const Result<void> &result)
{
    if (!result)
        throw std::runtime_error(result.error().detail.toStdString());
}

template <typename T>
T valueOf(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().detail.toStdString());
    return std::move(result).value();
}

} // namespace tellwire::benchmark
