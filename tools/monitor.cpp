// SPDX-License-Identifier: Apache-2.0
#include "conversations/monitor.h"

#include "formats/json_format.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/interruption.h"
#include "tools/monitor_lines.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <memory>

namespace tellwire::tool {

namespace {

/// What `monitor` does: a line for each event, until the user has enough.
class MonitorCommand
{
public:
    MonitorCommand(const Session &session, const MonitorCommandOptions &options);
    int run();

private:
    void onHappened(const MonitorEvent &event);
    void tell(const char *kind, const QString &line, const MonitoredProgram &program,
              nlohmann::json more = {});
    bool isToldAnyway(const MonitorEvent &event) const;
    void write(const QByteArray &text);
    void end(int exitCode);

    MonitorCommandOptions m_options;
    Interruption m_interruption;
    std::unique_ptr<QSocketNotifier> m_nobodyReads;
    Monitor m_monitor;
    quint64 m_events = 0;
    bool m_isOver = false;
};

MonitorCommand::MonitorCommand(const Session &session, const MonitorCommandOptions &options)
    : m_options(options),
      m_interruption([this] { end(success); }),
      m_nobodyReads(whenNobodyReads([this] { end(success); })),
      m_monitor(session, options.shown)
{}

int MonitorCommand::run()
{
    QObject::connect(&m_monitor, &Monitor::happened, &m_monitor,
                     [this](const MonitorEvent &event) { onHappened(event); });
    QObject::connect(&m_monitor, &Monitor::joined, &m_monitor, [this](const MonitoredProgram &program) {
        tell("joined", QStringLiteral("+ ") + nameOf(program), program);
    });
    QObject::connect(&m_monitor, &Monitor::left, &m_monitor,
                     [this](const MonitoredProgram &program, const Error &reason) {
                         tell("left", QStringLiteral("- %1  %2").arg(nameOf(program), reason.detail), program,
                              {{"detail", reason.detail.toStdString()}});
                     });
    QObject::connect(&m_monitor, &Monitor::lost, &m_monitor,
                     [this](const MonitoredProgram &program, quint64 count) {
                         tell("lost", QStringLiteral("! %1  %2 events lost").arg(nameOf(program)).arg(count),
                              program, {{"count", count}});
                     });
    return QCoreApplication::exec();
}

void MonitorCommand::onHappened(const MonitorEvent &event)
{
    if (m_isOver || isToldAnyway(event))
        return;
    if (m_options.json)
        write(printJson(toJson(event, m_options.data)) + '\n');
    else
        write(toLine(event, m_options.data).toUtf8() + '\n');
    if (++m_events == m_options.count)
        end(success);
}

/// A refusal and the end of a link are events of their own, with the same reason.
bool MonitorCommand::isToldAnyway(const MonitorEvent &event) const
{
    constexpr MonitorKinds tellingIt =
        MonitorKind::Conversations | MonitorKind::Links | MonitorKind::Transactions;
    const auto *error = std::get_if<MonitoredError>(&event.what);
    return error != nullptr && m_options.shown.kinds.testFlags(tellingIt) &&
           (error->what == MonitoredError::What::Declined || error->what == MonitoredError::What::LinkCut);
}

void MonitorCommand::tell(const char *kind, const QString &line, const MonitoredProgram &program,
                          nlohmann::json more)
{
    if (m_isOver)
        return;
    if (!m_options.json)
        return write(inOneLine(line).toUtf8() + '\n');
    nlohmann::json json = toJson(program);
    json["kind"] = kind;
    json.update(more.is_null() ? nlohmann::json::object() : more);
    write(printJson(json) + '\n');
}

void MonitorCommand::write(const QByteArray &text)
{
    if (const std::optional<int> exitCode = writeOut(text, m_interruption.descriptor()))
        end(*exitCode);
}

void MonitorCommand::end(int exitCode)
{
    m_isOver = true;
    QCoreApplication::exit(exitCode);
}

} // namespace

int monitor(const Session &session, const MonitorCommandOptions &options)
{
    return MonitorCommand{session, options}.run();
}

} // namespace tellwire::tool
