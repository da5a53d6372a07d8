// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tellwire::test {

/// True as soon as the descriptor can be read or is closed at its other end; false when the time is up.
/// Signals do not cut it short.
[[nodiscard]] bool waitReadable(int descriptor, std::chrono::milliseconds atMost);

} // namespace tellwire::test
