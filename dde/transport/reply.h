// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QFuture>
#include <QPointer>

#include <chrono>
#include <coroutine>
#include <functional>

namespace tellwire {

/// The answer to a transaction, now or later. Use then(), co_await or waitFor(), one of them once for each
/// reply.
///
/// A reply always finishes, with a value or an Error, and from the session's event processing; only a request
/// that needs nobody's answer, because a link has the value in place, is finished when it is returned. Copies
/// stand for the same answer.
///
/// Thread: that of its session.
template <typename T>
class Reply
{
public:
    /// For those who make replies; `cancel` is called at most once, and must finish the future.
    explicit Reply(QFuture<Result<T>> future, std::function<void()> cancel = {})
        : m_future(std::move(future)),
          m_cancel(std::move(cancel))
    {}

    /// For whatever wants Qt's own type. Do not cancel it: Qt runs no continuation of a cancelled future.
    QFuture<Result<T>> future() const { return m_future; }

    bool isFinished() const { return m_future.isFinished(); }

    /// Precondition: isFinished().
    Result<T> result() const
    {
        Q_ASSERT_X(isFinished(), "Reply", "the answer is not there yet; use then(), co_await or waitFor()");
        return m_future.result();
    }

    /// Calls `use(result)` straight from the session's event processing, or at once if the answer is there.
    /// Needs no Qt event loop.
    template <typename Use>
    void then(Use use) const
    {
        QFuture<Result<T>> future = m_future;
        future.then(QtFuture::Launch::Sync,
                    [use = std::move(use)](const Result<T> &answer) mutable { std::invoke(use, answer); });
    }

    /// The same while `context` lives, which belongs to the session's thread.
    template <typename Use>
    void then(QObject *context, Use use) const
    {
        then([guard = QPointer<QObject>{context}, use = std::move(use)](const Result<T> &answer) mutable {
            if (guard)
                std::invoke(use, answer);
        });
    }

    /// Finishes the reply with Closed before this returns, and tells the server that nobody waits any more.
    /// What was asked for may have been done all the same. No effect on a finished reply.
    void cancel() const
    {
        if (!isFinished() && m_cancel)
            m_cancel();
    }

private:
    QFuture<Result<T>> m_future;
    std::function<void()> m_cancel;
};

/// Serves the sessions of this thread until `isDone` says true. False if the limit came first. Not for
/// handlers that must not be entered again: while it waits, other messages are handled. Qt's event loop does
/// not run.
TELLWIRE_EXPORT bool serveUntil(const std::function<bool()> &isDone, std::chrono::milliseconds limit);

TELLWIRE_EXPORT Error waitedInVain(std::chrono::milliseconds limit);

/// Blocks until the answer is there, serving the sessions of this thread meanwhile, but not its event loop;
/// for command line tools and tests. Works inside handlers too. Errors: TimedOut, Closed (in a forked child:
/// whatever the parent awaits), or that of the reply.
template <typename T>
Result<T> waitFor(const Reply<T> &reply, std::chrono::milliseconds limit)
{
    if (!serveUntil([&reply] { return reply.isFinished(); }, limit))
        return waitedInVain(limit);
    return reply.result();
}

/// A coroutine that starts at once and reports to nobody. It runs on from the session's event processing;
/// whatever its parameters refer to has to live as long as it does.
struct Task
{
    struct promise_type
    {
        Task get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
    };
};

/// Gives the Result. Resumes straight from the session's event processing.
template <typename T>
auto operator co_await(Reply<T> reply)
{
    struct Awaiter
    {
        Reply<T> reply;
        bool await_ready() const { return reply.isFinished(); }
        void await_suspend(std::coroutine_handle<> waiting) const
        {
            reply.then([waiting](const Result<T> &) { waiting.resume(); });
        }
        Result<T> await_resume() const { return reply.result(); }
    };
    return Awaiter{std::move(reply)};
}

} // namespace tellwire
