// SPDX-License-Identifier: Apache-2.0
#include "tools/running_command.h"

#include <csignal>
#include <cstring>

#include <sys/prctl.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr int temporaryFailure = 75; // EX_TEMPFAIL of sysexits.h
constexpr std::chrono::seconds patienceAfterTerm{5};
constexpr qsizetype longestSentence = 500;
constexpr qsizetype longestNameOfCommand = 80;

/// In the child, before the shell. This program has signals blocked and SIGPIPE ignored; a group of its own
/// lets what the shell starts be ended with it; and nobody shall go on if this program is killed.
void becomeOneOfItsOwn()
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    std::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

QString nameOf(const QString &command)
{
    return command.size() <= longestNameOfCommand ? command
                                                  : command.left(longestNameOfCommand) + QStringLiteral("…");
}

QString firstLine(const QByteArray &text)
{
    const QByteArray trimmed = text.trimmed();
    const qsizetype end = trimmed.indexOf('\n');
    return QString::fromUtf8(end < 0 ? trimmed : trimmed.first(end)).trimmed().left(longestSentence);
}

QString signalName(int number)
{
    const char *name = sigabbrev_np(number);
    return name != nullptr ? QStringLiteral("SIG") + QLatin1StringView{name} : QString::number(number);
}

} // namespace

RunningCommand::RunningCommand(const QString &command, const QProcessEnvironment &environment,
                               qsizetype mostOutput, OnFinished onFinished)
    : m_command(command),
      m_mostOutput(mostOutput),
      m_onFinished(std::move(onFinished))
{
    m_process.setProgram(QStringLiteral("/bin/sh"));
    m_process.setArguments({QStringLiteral("-c"), command});
    m_process.setProcessEnvironment(environment);
    m_process.setChildProcessModifier(becomeOneOfItsOwn);
    m_patience.setSingleShot(true);
    m_patience.setInterval(patienceAfterTerm);
    QObject::connect(&m_patience, &QTimer::timeout, &m_process, [this] { signalAll(SIGKILL); });
    QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process, [this] { read(); });
    QObject::connect(&m_process, &QProcess::readyReadStandardError, &m_process, [this] { read(); });
    QObject::connect(&m_process, &QProcess::finished, &m_process, [this] {
        read();
        finish(judge());
    });
    // Only this one has no finished(); one that does not read its input is no failure.
    QObject::connect(
        &m_process, &QProcess::errorOccurred, &m_process,
        [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                finish(Error{ErrorCode::Refused, QStringLiteral("%1 cannot be started: %2")
                                                     .arg(nameOf(m_command), m_process.errorString())});
        },
        Qt::QueuedConnection);
}

RunningCommand::~RunningCommand()
{
    m_onFinished = {};
    m_process.disconnect();
    signalAll(SIGKILL);
}

void RunningCommand::start(const QByteArray &input)
{
    m_process.start();
    if (const auto child = static_cast<pid_t>(m_process.processId()); child > 0)
        setpgid(child, child); // Whoever comes first, so that end() finds the group from now on.
    m_process.write(input);
    m_process.closeWriteChannel();
}

void RunningCommand::end()
{
    signalAll(SIGTERM);
    m_patience.start();
}

void RunningCommand::waitForEnd(const QDeadlineTimer &deadline)
{
    m_process.waitForFinished(static_cast<int>(deadline.remainingTime()));
}

void RunningCommand::signalAll(int number) const
{
    if (const auto group = static_cast<pid_t>(m_process.processId()); group > 0)
        kill(-group, number);
}

void RunningCommand::read()
{
    m_output += m_process.readAllStandardOutput();
    m_errors += m_process.readAllStandardError();
    if (m_wroteTooMuch || std::max(m_output.size(), m_errors.size()) > m_mostOutput) {
        m_wroteTooMuch = true;
        m_output.clear();
        m_errors.clear();
        signalAll(SIGKILL);
    }
}

void RunningCommand::finish(const Result<QByteArray> &output)
{
    if (const OnFinished told = std::exchange(m_onFinished, {}))
        told(output);
}

Result<QByteArray> RunningCommand::judge() const
{
    if (m_wroteTooMuch)
        return Error{ErrorCode::Refused,
                     QStringLiteral("%1 wrote more than %2 bytes").arg(nameOf(m_command)).arg(m_mostOutput)};
    if (m_process.exitStatus() == QProcess::CrashExit)
        return refusal(ErrorCode::Refused,
                       QStringLiteral("was ended by signal %1").arg(signalName(m_process.exitCode())));
    if (m_process.exitCode() == temporaryFailure)
        return refusal(ErrorCode::Busy, QStringLiteral("is busy"));
    if (m_process.exitCode() != 0)
        return refusal(ErrorCode::Refused,
                       QStringLiteral("ended with exit code %1").arg(m_process.exitCode()));
    return m_output;
}

Error RunningCommand::refusal(ErrorCode code, const QString &otherwise) const
{
    const QString sentence = firstLine(m_errors);
    return {code, sentence.isEmpty() ? nameOf(m_command) + u' ' + otherwise : sentence};
}

} // namespace tellwire::tool
