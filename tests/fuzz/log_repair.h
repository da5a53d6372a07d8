// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace tellwire::fuzz {

/// Gives every record of a log that is whole, but for its checksum, the right one. Fields that say how long
/// a record is are left as they are.
void repairLog(std::span<std::byte> bytes);

/// A descriptor of a memory file with these bytes, read from its beginning. The caller closes it.
int fileOf(std::span<const std::byte> bytes);

} // namespace tellwire::fuzz
