// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply.h"

#include <QByteArray>
#include <QProcessEnvironment>
#include <QString>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace tellwire::tool {

/// Something for the shell to do.
struct CommandTask
{
    QString command;  ///< As /bin/sh -c takes it.
    QByteArray input; ///< All of its standard input.
    QProcessEnvironment environment;
    QByteArray lane; ///< Tasks of one lane run one after the other.
};

class RunningCommand;

/// Runs commands whose exit code is the answer to somebody: 0 accepts, 75 says Busy, all else refuses with
/// the first line of its standard error. Never blocks, except in its destructor.
class CommandRunner
{
public:
    static constexpr std::size_t mostRunning = 16;
    static constexpr std::size_t mostWaiting = 1'000;
    static constexpr qsizetype mostOutput = qsizetype{1} << 20; ///< Bytes that a command may write.

    CommandRunner();
    ~CommandRunner(); ///< Ends what runs: SIGTERM, and SIGKILL a moment later. Replies finish with Closed.
    CommandRunner(const CommandRunner &) = delete;
    CommandRunner &operator=(const CommandRunner &) = delete;

    /// `onAccepted` gets what the command wrote, before the reply finishes. A reply that is cancelled ends
    /// the command; what it wrote is dropped. Errors: Refused, Busy.
    Reply<void> run(const CommandTask &task, std::function<void(const QByteArray &output)> onAccepted);

private:
    struct Job;

    void startWhatMay();
    void start(const std::shared_ptr<Job> &job);
    void onFinished(const std::shared_ptr<Job> &job, const Result<QByteArray> &output);
    void cancel(const std::shared_ptr<Job> &job);

    std::deque<std::shared_ptr<Job>> m_waiting;
    std::vector<std::shared_ptr<Job>> m_running;
    std::set<QByteArray> m_busyLanes;
    std::unique_ptr<RunningCommand> m_last; ///< The last one that finished: it may be on the stack.
    std::shared_ptr<int> m_guard = std::make_shared<int>();
};

} // namespace tellwire::tool
