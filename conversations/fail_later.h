// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"
#include "dde/transport/session.h"

namespace tellwire {

/// A reply that finishes with this error from the session's event processing. In a forked child, where there
/// is none, it is finished when it is returned.
template <typename T>
Reply<T> failLater(const Session &session, const Error &reason)
{
    const ReplyPromise<T> promise;
    if (session.seat().isDead())
        promise.finish(reason);
    else
        session.seat().reactor().post([promise, reason] { promise.finish(reason); });
    return promise.reply();
}

} // namespace tellwire
