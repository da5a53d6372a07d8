// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply.h"

#include <functional>
#include <utility>
#include <variant>

namespace tellwire::engine {

/// What a handler or provider gives: the answer, or a promise of it.
template <typename T>
using Outcome = std::variant<Result<T>, Reply<T>>;

/// Told an answer, once.
template <typename T>
using WhenDone = std::function<void(const Result<T> &)>;

/// Says that nobody waits for an answer any more. It may run the program's code. To be called at most once.
using GiveUp = std::function<void()>;

/// A reply that nobody gave up and that is closed all the same was forgotten by who should have finished it.
template <typename T>
Result<T> asTold(const Result<T> &answer)
{
    if (answer || answer.error().code != ErrorCode::Closed)
        return answer;
    return Error{ErrorCode::Refused, QStringLiteral("the service dropped it without an answer")};
}

/// Calls `done` with the outcome, at once or later. Returns how to give it up; empty if it is there already.
template <typename T>
GiveUp await(const Outcome<T> &outcome, WhenDone<T> done)
{
    if (const auto *now = std::get_if<Result<T>>(&outcome)) {
        done(*now);
        return {};
    }
    const Reply<T> later = std::get<Reply<T>>(outcome);
    later.then([done = std::move(done)](const Result<T> &answer) { done(asTold(answer)); });
    if (later.isFinished())
        return {};
    return [later] { later.cancel(); };
}

} // namespace tellwire::engine
