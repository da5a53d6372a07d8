// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/reply.h"

#include "dde/transport/thread_sessions.h"

namespace tellwire {

bool serveUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    std::chrono::milliseconds left = limit;
    while (!isDone()) {
        if (limit.count() >= 0 && left.count() < 0)
            return false;
        if (!transport::waitForSessions(left))
            return isDone();
        if (limit.count() >= 0)
            left = limit - std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    }
    return true;
}

Error waitedInVain(std::chrono::milliseconds limit)
{
    if (transport::wereLostByFork())
        return {ErrorCode::Closed,
                QStringLiteral("wait for an answer: this process was forked from the one that joined")};
    return {ErrorCode::TimedOut, QStringLiteral("there was no answer within %1 ms").arg(limit.count())};
}

} // namespace tellwire
