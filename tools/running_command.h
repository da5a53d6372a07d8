// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QDeadlineTimer>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTimer>

#include <functional>
#include <optional>

namespace tellwire::tool {

/// One process of the shell with all that it starts: fed, heard and judged. It does not block; the destructor
/// kills it.
class RunningCommand
{
public:
    /// What it wrote to its standard output; or why not: Refused, Busy.
    using OnFinished = std::function<void(const Result<QByteArray> &output)>;

    /// `onFinished` is called once, later, and must not destroy this. At most that many bytes are
    /// read from each of its outputs; one that writes more is killed and refused.
    RunningCommand(const QString &command, const QProcessEnvironment &environment, qsizetype mostOutput,
                   OnFinished onFinished);
    ~RunningCommand();
    RunningCommand(const RunningCommand &) = delete;
    RunningCommand &operator=(const RunningCommand &) = delete;

    /// Begins, with all of its standard input.
    void start(const QByteArray &input);

    /// SIGTERM; SIGKILL if it does not heed that.
    void end();

    /// Blocks until it is over, or the deadline has come.
    void waitForEnd(const QDeadlineTimer &deadline);

private:
    void signalAll(int number) const;
    void read();
    void finish(const Result<QByteArray> &output);
    Result<QByteArray> judge() const;
    Error refusal(ErrorCode code, const QString &otherwise) const;

    QString m_command;
    qsizetype m_mostOutput;
    OnFinished m_onFinished;
    QByteArray m_output;
    QByteArray m_errors;
    bool m_wroteTooMuch = false;
    QTimer m_patience; ///< Between SIGTERM and SIGKILL.
    QProcess m_process;
};

} // namespace tellwire::tool
