// SPDX-License-Identifier: Apache-2.0
#include "tests/tools/tool_process.h"

#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <csignal>

namespace tellwire::test {

namespace {

constexpr int patienceInMilliseconds = static_cast<int>(patience.count());

} // namespace

nlohmann::json Finished::json() const
{
    return nlohmann::json::parse(output.begin(), output.end(), nullptr, false);
}

ToolProcess::ToolProcess(const QStringList &arguments, const QString &outputFile)
{
    if (!outputFile.isEmpty())
        m_process.setStandardOutputFile(outputFile);
    m_process.start(QStringLiteral(TELLWIRE_TOOL), arguments);
    EXPECT_TRUE(m_process.waitForStarted(patienceInMilliseconds));
}

ToolProcess::~ToolProcess()
{
    m_process.kill();
    m_process.waitForFinished(patienceInMilliseconds);
}

void ToolProcess::say(const QByteArray &input)
{
    m_process.write(input);
    while (m_process.bytesToWrite() > 0 && m_process.waitForBytesWritten(patienceInMilliseconds)) {
    }
}

void ToolProcess::endInput() { m_process.closeWriteChannel(); }

QByteArray ToolProcess::hearLine() { return hear(QProcess::StandardOutput); }

QByteArray ToolProcess::hearError() { return hear(QProcess::StandardError); }

QByteArray ToolProcess::hear(QProcess::ProcessChannel channel)
{
    m_process.setReadChannel(channel);
    while (!m_process.canReadLine() && m_process.waitForReadyRead(patienceInMilliseconds)) {
    }
    QByteArray line = m_process.readLine();
    line.chop(line.endsWith('\n') ? 1 : 0);
    return line;
}

void ToolProcess::signal(int number) const { kill(static_cast<pid_t>(m_process.processId()), number); }

Finished ToolProcess::waitForEnd()
{
    const bool isOver =
        m_process.state() == QProcess::NotRunning || m_process.waitForFinished(patienceInMilliseconds);
    EXPECT_TRUE(isOver) << "it does not end";
    const bool isExited = isOver && m_process.exitStatus() == QProcess::NormalExit;
    return {isExited ? m_process.exitCode() : -1, m_process.readAllStandardOutput(),
            m_process.readAllStandardError()};
}

Finished run(const QStringList &arguments, const QByteArray &input)
{
    ToolProcess process{arguments};
    process.say(input);
    process.endInput();
    return process.waitForEnd();
}

bool linksAre(quint64 number)
{
    const auto isSo = [number] {
        const nlohmann::json status = run({QStringLiteral("status"), QStringLiteral("--json")}).json();
        quint64 links = 0;
        for (const nlohmann::json &conversation : status.value("conversations", nlohmann::json::array()))
            links += conversation.value("links", quint64{0});
        return links == number;
    };
    return eventually(isSo);
}

Bench::Bench(const QByteArray &lines, const QStringList &options)
    : m_publisher(QStringList{QStringLiteral("publish"), QStringLiteral("Lab|bench")} + options)
{
    m_publisher.say(lines);
    const Finished seen =
        run({QStringLiteral("watch"), QStringLiteral("Lab|bench!volts"), QStringLiteral("--reconnect"),
             QStringLiteral("--count"), QStringLiteral("1")});
    EXPECT_EQ(seen.exitCode, 0) << seen.errors.constData();
}

void Bench::crash()
{
    m_publisher.signal(SIGKILL);
    m_publisher.waitForEnd();
}

} // namespace tellwire::test
