// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QFuture>
#include <QPointer>
#include <QPromise>

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace tellwire {

template <typename T>
class ReplyPromise;

namespace transport {

/// What the copies of a Reply and of its ReplyPromise share.
template <typename T>
class ReplyState
{
public:
    ReplyState() = default;
    explicit ReplyState(Result<T> outcome) : m_outcome(std::move(outcome)) {}

    const std::optional<Result<T>> &outcome() const noexcept { return m_outcome; }

    /// The first outcome counts. Runs what waits for it, which may let go of anything: the caller holds on to
    /// this.
    void finish(Result<T> outcome)
    {
        if (m_outcome)
            return;
        m_outcome.emplace(std::move(outcome));
        for (std::unique_ptr<Use> next = std::move(m_first); next; next = std::move(next->next))
            next->run(*m_outcome);
    }

    /// Precondition: there is no outcome yet.
    template <typename Function>
    void then(Function use)
    {
        std::unique_ptr<Use> *place = &m_first;
        while (*place)
            place = &(*place)->next;
        *place = std::make_unique<UseBy<Function>>(std::move(use));
    }

    int promises = 0; ///< Copies of the ReplyPromise. A plain number: all of this is one thread's.

private:
    struct Use
    {
        Use() = default;
        virtual ~Use() = default;
        Use(const Use &) = delete;
        Use &operator=(const Use &) = delete;
        virtual void run(const Result<T> &outcome) = 0;
        std::unique_ptr<Use> next;
    };
    template <typename Function>
    struct UseBy final : Use
    {
        explicit UseBy(Function given) : function(std::move(given)) {}
        void run(const Result<T> &outcome) override { std::invoke(function, outcome); }
        Function function;
    };

    std::optional<Result<T>> m_outcome;
    std::unique_ptr<Use> m_first; ///< In the order in which they came.
};

} // namespace transport

/// The answer to a transaction, now or later. Use then(), co_await or waitFor().
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
    /// One that is finished already.
    explicit Reply(Result<T> outcome)
        : m_state(std::make_shared<transport::ReplyState<T>>(std::move(outcome)))
    {}

    /// For whatever wants Qt's own type; each call makes one. To cancel it has no effect on the reply.
    QFuture<Result<T>> future() const
    {
        QPromise<Result<T>> promise;
        promise.start();
        QFuture<Result<T>> future = promise.future();
        then([promise = std::move(promise)](const Result<T> &answer) mutable {
            promise.addResult(answer);
            promise.finish();
        });
        return future;
    }

    bool isFinished() const noexcept { return m_state->outcome().has_value(); }

    /// Precondition: isFinished().
    Result<T> result() const
    {
        Q_ASSERT_X(isFinished(), "Reply", "the answer is not there yet; use then(), co_await or waitFor()");
        return *m_state->outcome();
    }

    /// Calls `use(result)` straight from the session's event processing, or at once if the answer is there.
    /// Several are called in the order in which they were given. Needs no Qt event loop.
    template <typename Use>
    void then(Use use) const
    {
        const auto alive = m_state;
        if (alive->outcome())
            std::invoke(use, *alive->outcome());
        else
            alive->then(std::move(use));
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
        if (isFinished())
            return;
        const auto alive = m_state;
        if (m_cancel)
            m_cancel();
        else
            alive->finish(Error{ErrorCode::Closed, QStringLiteral("this program gave it up")});
    }

private:
    friend class ReplyPromise<T>;
    Reply(std::shared_ptr<transport::ReplyState<T>> state, std::function<void()> cancel)
        : m_state(std::move(state)),
          m_cancel(std::move(cancel))
    {}

    std::shared_ptr<transport::ReplyState<T>> m_state;
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
