// SPDX-License-Identifier: Apache-2.0
#include "tests/support/wait_readable.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <poll.h>

namespace tellwire::test {

bool waitReadable(int descriptor, std::chrono::milliseconds atMost)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + atMost;
    pollfd waited{descriptor, POLLIN, 0};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        const int ready = poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

} // namespace tellwire::test
