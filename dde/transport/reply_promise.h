// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply.h"

#include <QPromise>

#include <memory>
#include <utility>

namespace tellwire {

/// The other end of a Reply: for the library, and for handlers that answer later. Copies stand for the same
/// one; when the last copy goes, the reply finishes with Closed if it has not finished before. So every reply
/// finishes, whatever becomes of those who should have answered.
template <typename T>
class ReplyPromise
{
public:
    ReplyPromise() : m_state(std::make_shared<State>()) {}

    /// `cancel` must lead to finish().
    Reply<T> reply(std::function<void()> cancel) const
    {
        return Reply<T>{m_state->promise.future(), std::move(cancel)};
    }

    /// A reply that whoever holds it can cancel without the library taking part.
    Reply<T> reply() const
    {
        return reply([state = std::weak_ptr{m_state}] {
            if (const auto alive = state.lock())
                alive->finish(Error{ErrorCode::Closed, QStringLiteral("this program gave it up")});
        });
    }

    bool isFinished() const { return m_state->isFinished; }

    /// The first outcome counts. Runs what waits for it, which may delete anything.
    void finish(const Result<T> &outcome) const
    {
        const auto alive = m_state;
        alive->finish(outcome);
    }

private:
    struct State
    {
        State() { promise.start(); }
        ~State()
        {
            finish(Error{ErrorCode::Closed, QStringLiteral("the session was left before the answer")});
        }
        State(const State &) = delete;
        State &operator=(const State &) = delete;

        void finish(const Result<T> &outcome)
        {
            if (std::exchange(isFinished, true))
                return;
            promise.addResult(outcome);
            promise.finish();
        }

        QPromise<Result<T>> promise;
        bool isFinished = false;
    };

    std::shared_ptr<State> m_state;
};

} // namespace tellwire
