// SPDX-License-Identifier: Apache-2.0
#include "tools/lazy_commands.h"

#include "tools/running_command.h"

namespace tellwire::tool {

struct LazyCommands::Rendering
{
    Format format;
    ReplyPromise<Payload> promise;
    std::unique_ptr<RunningCommand> command;
};

LazyCommands::LazyCommands(qsizetype mostOutput) : m_mostOutput(mostOutput) {}

LazyCommands::~LazyCommands() = default;

Reply<Payload> LazyCommands::render(const Format &format, const QString &command,
                                    const QProcessEnvironment &environment)
{
    const auto rendering = std::make_shared<Rendering>(Rendering{format, {}, {}});
    rendering->command = std::make_unique<RunningCommand>(
        command, environment, m_mostOutput,
        [this, weak = std::weak_ptr{rendering}](const Result<QByteArray> &output) {
            if (const auto over = weak.lock())
                onFinished(over, output);
        });
    m_running.push_back(rendering);
    rendering->command->start({});
    if (m_deadline)
        waitFor(rendering);
    return rendering->promise.reply();
}

void LazyCommands::onFinished(const std::shared_ptr<Rendering> &rendering, const Result<QByteArray> &output)
{
    m_finished.push_back(rendering);
    std::erase(m_running, rendering);
    rendering->promise.finish(output.transform([&](const QByteArray &bytes) {
        return Payload{rendering->format, bytes};
    }));
    QMetaObject::invokeMethod(this, &LazyCommands::tidyUp, Qt::QueuedConnection);
}

void LazyCommands::tidyUp()
{
    m_finished.clear();
    if (m_running.empty())
        Q_EMIT finished();
}

void LazyCommands::finishInPlace(const QDeadlineTimer &deadline)
{
    m_deadline = deadline;
    const std::vector<std::shared_ptr<Rendering>> running = m_running;
    for (const std::shared_ptr<Rendering> &rendering : running)
        waitFor(rendering);
}

void LazyCommands::waitFor(const std::shared_ptr<Rendering> &rendering)
{
    rendering->command->waitForEnd(*m_deadline);
    rendering->promise.finish(Error{ErrorCode::Refused, QStringLiteral("it took too long; its owner ends")});
}

} // namespace tellwire::tool
