// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply.h"

#include <functional>
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
    ReplyPromise() { hold(); }
    ReplyPromise(const ReplyPromise &other) : m_state(other.m_state) { hold(); }
    ReplyPromise(ReplyPromise &&other) noexcept : m_state(std::move(other.m_state)) {}
    ReplyPromise &operator=(ReplyPromise other) noexcept
    {
        std::swap(m_state, other.m_state);
        return *this;
    }
    ~ReplyPromise()
    {
        if (m_state && --m_state->promises == 0 && !isFinished())
            m_state->finish(
                Error{ErrorCode::Closed, QStringLiteral("the session was left before the answer")});
    }

    /// `cancel` is called at most once, and must lead to finish().
    Reply<T> reply(std::function<void()> cancel) const { return Reply<T>{m_state, std::move(cancel)}; }

    /// A reply that whoever holds it can cancel without the library taking part.
    Reply<T> reply() const { return reply({}); }

    bool isFinished() const noexcept { return m_state->outcome().has_value(); }

    /// The first outcome counts. Runs what waits for it, which may delete anything.
    void finish(Result<T> outcome) const
    {
        const auto alive = m_state;
        alive->finish(std::move(outcome));
    }

private:
    void hold() const noexcept { ++m_state->promises; }

    std::shared_ptr<transport::ReplyState<T>> m_state = std::make_shared<transport::ReplyState<T>>();
};

} // namespace tellwire
