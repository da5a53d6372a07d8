// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply_promise.h"
#include "formats/payload.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QProcessEnvironment>

#include <memory>
#include <optional>
#include <vector>

namespace tellwire::tool {

class RunningCommand;

/// The commands of the shell that make formats when somebody asks for them: what one writes is the content;
/// one that fails refuses with the first line of its standard error. Outlives the clipboard that asks it.
class LazyCommands : public QObject
{
    Q_OBJECT
public:
    /// No command may write more than that many bytes.
    explicit LazyCommands(qsizetype mostOutput);
    ~LazyCommands() override; ///< Kills what runs.

    /// Does not block, until finishInPlace() was called. Errors: Refused, Busy.
    Reply<Payload> render(const Format &format, const QString &command,
                          const QProcessEnvironment &environment);

    bool isRunning() const { return !m_running.empty(); }

    /// For the end, when no event loop runs any more: from now on a rendering blocks until it is done. What
    /// is not by the deadline is refused.
    void finishInPlace(const QDeadlineTimer &deadline);

Q_SIGNALS:
    void finished(); ///< Nothing runs any more, and what was made has been given to those who asked.

private:
    struct Rendering;

    void onFinished(const std::shared_ptr<Rendering> &rendering, const Result<QByteArray> &output);
    void waitFor(const std::shared_ptr<Rendering> &rendering);
    void tidyUp();

    qsizetype m_mostOutput;
    std::vector<std::shared_ptr<Rendering>> m_running;
    std::vector<std::shared_ptr<Rendering>> m_finished; ///< They may be on the stack.
    std::optional<QDeadlineTimer> m_deadline;
};

} // namespace tellwire::tool
