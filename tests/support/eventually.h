// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/line_channel.h"

#include <chrono>
#include <functional>

namespace tellwire::test {

/// Serves something until there was something to do, at most for the given time; it may return early.
using Turn = std::function<void(std::chrono::milliseconds)>;

/// One turn of Qt's event loop in this thread.
void serveQt(std::chrono::milliseconds atMost);

/// True as soon as the condition holds, false if it does not within the time. Meanwhile it takes turns:
///
///     EXPECT_TRUE(eventually([&] { return link.latest().has_value(); }, [&](auto atMost) {
///     session.wait(atMost); }));
///
/// A turn is never longer than some milliseconds, so that the condition may also depend on other processes.
[[nodiscard]] bool eventually(const std::function<bool()> &condition, const Turn &turn = serveQt,
                              std::chrono::milliseconds deadline = patience);

} // namespace tellwire::test
