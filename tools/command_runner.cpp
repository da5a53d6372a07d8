// SPDX-License-Identifier: Apache-2.0
#include "tools/command_runner.h"

#include "dde/transport/reply_promise.h"
#include "tools/running_command.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds patienceAtTheEnd{1'000};
constexpr std::chrono::seconds untilSomeAreDone{1};

} // namespace

struct CommandRunner::Job
{
    CommandTask task;
    std::function<void(const QByteArray &)> onAccepted;
    ReplyPromise<void> promise;
    std::unique_ptr<RunningCommand> command; ///< Once it runs.
};

CommandRunner::CommandRunner() = default;

CommandRunner::~CommandRunner()
{
    m_guard.reset();
    m_waiting.clear();
    const std::vector<std::shared_ptr<Job>> running = m_running;
    for (const std::shared_ptr<Job> &job : running)
        cancel(job);
    const QDeadlineTimer deadline{patienceAtTheEnd};
    for (const std::shared_ptr<Job> &job : running)
        if (job->command) // It may have finished while another one was waited for.
            job->command->waitForEnd(deadline);
}

Reply<void> CommandRunner::run(const CommandTask &task, std::function<void(const QByteArray &)> onAccepted)
{
    const auto job = std::make_shared<Job>(Job{task, std::move(onAccepted), {}, {}});
    if (m_waiting.size() >= mostWaiting) {
        job->promise.finish(Error{.code = ErrorCode::Busy,
                                  .detail = QStringLiteral("%1 others wait already").arg(mostWaiting),
                                  .retryAfter = untilSomeAreDone});
        return job->promise.reply();
    }
    m_waiting.push_back(job);
    startWhatMay();
    return job->promise.reply([this, alive = std::weak_ptr{m_guard}, weak = std::weak_ptr{job}] {
        if (const auto given = weak.lock(); given && !alive.expired())
            cancel(given);
    });
}

void CommandRunner::startWhatMay()
{
    for (auto job = m_waiting.begin(); job != m_waiting.end() && m_running.size() < mostRunning;) {
        if (m_busyLanes.contains((*job)->task.lane)) {
            ++job;
            continue;
        }
        start(*job);
        job = m_waiting.erase(job);
    }
}

void CommandRunner::start(const std::shared_ptr<Job> &job)
{
    m_busyLanes.insert(job->task.lane);
    m_running.push_back(job);
    job->command =
        std::make_unique<RunningCommand>(job->task.command, job->task.environment, mostOutput,
                                         [this, weak = std::weak_ptr{job}](const Result<QByteArray> &output) {
                                             if (const auto finished = weak.lock())
                                                 onFinished(finished, output);
                                         });
    job->command->start(job->task.input);
}

void CommandRunner::onFinished(const std::shared_ptr<Job> &job, const Result<QByteArray> &output)
{
    m_last = std::move(job->command);
    std::erase(m_running, job);
    m_busyLanes.erase(job->task.lane);
    startWhatMay();
    if (job->promise.isFinished())
        return;
    if (output)
        job->onAccepted(*output);
    job->promise.finish(output ? Result<void>{} : Result<void>{output.error()});
}

void CommandRunner::cancel(const std::shared_ptr<Job> &job)
{
    std::erase(m_waiting, job);
    if (job->command)
        job->command->end();
    job->promise.finish(Error{ErrorCode::Closed, QStringLiteral("nobody waits for the answer any more")});
}

} // namespace tellwire::tool
