// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace tellwire::comparison {

/// A measurement that cannot go on ends with a sentence; there is nothing to save.
inline void require(bool condition, const std::string &otherwise)
{
    if (!condition)
        throw std::runtime_error(otherwise);
}

} // namespace tellwire::comparison
