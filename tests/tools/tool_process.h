// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QProcess>
#include <QStringList>

namespace tellwire::test {

/// What a run of the program left behind.
struct Finished
{
    int exitCode = -1; ///< -1: a signal ended it, or nothing did in time.
    QByteArray output;
    QByteArray errors;

    nlohmann::json json() const; ///< The output; discarded JSON if it is none.
};

/// A running `tellwire`. Killed if it outlives this.
class ToolProcess
{
public:
    /// With a file's name, its output goes there and not to this test.
    explicit ToolProcess(const QStringList &arguments, const QString &outputFile = {});
    ~ToolProcess();
    ToolProcess(const ToolProcess &) = delete;
    ToolProcess &operator=(const ToolProcess &) = delete;

    void say(const QByteArray &input); ///< To its standard input.
    void endInput();
    QByteArray hearLine();  ///< The next line of its output, without its end; empty if none comes.
    QByteArray hearError(); ///< The next line of its standard error; likewise.
    void signal(int number) const;
    qint64 processId() const { return m_process.processId(); }

    Finished waitForEnd();

private:
    QByteArray hear(QProcess::ProcessChannel channel);

    QProcess m_process;
};

/// Runs it to its end.
Finished run(const QStringList &arguments, const QByteArray &input = {});

/// True once so many links of other programs are on the services of the session.
bool linksAre(quint64 number);

/// Publishes Lab|bench with these lines until it is destroyed, and returns when everybody can see it. One of
/// the lines must give volts a value.
class Bench
{
public:
    explicit Bench(const QByteArray &lines, const QStringList &options = {});

    ToolProcess &publisher() { return m_publisher; }
    void crash(); ///< SIGKILL. Returns when it is dead.

private:
    ToolProcess m_publisher;
};

} // namespace tellwire::test
