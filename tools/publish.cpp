// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "dde/transport/session_status.h"
#include "tools/command_runner.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/input_lines.h"
#include "tools/interruption.h"
#include "tools/output.h"
#include "tools/published_line.h"

#include <QCoreApplication>

namespace tellwire::tool {

namespace {

class Publisher
{
public:
    Publisher(const Session &session, const PublishOptions &options);

private:
    void takeInput(const QByteArray &line);
    void takeOutputOf(const QString &command, const QByteArray &output);
    void takeLine(const QByteArray &line, const QString &place);
    void onEndOfInput();
    void complainAboutLine(const QString &place, const Error &reason);
    QString nextLine();
    Result<void> set(const QList<ItemValue> &values);
    void letOthersIn();
    Result<void> takePoke(const ItemName &item, const Payload &value);
    Reply<void> askAboutPoke(const ItemName &item, const Payload &value);
    Reply<void> askAboutCommand(const QString &command);
    QProcessEnvironment environment(const ItemName &item, const Format &format) const;
    void publish();

    PublishOptions m_options;
    quint64 m_payloadLimit;
    Interruption m_interruption;
    CommandRunner m_runner; ///< Outlives the service, whose end gives its answers up.
    Service m_service;
    Topic &m_topic;
    InputLines m_input;
    quint64 m_lines = 0;
    int m_exitCode = success;
};

Publisher::Publisher(const Session &session, const PublishOptions &options)
    : m_options(options),
      m_payloadLimit(SessionLimits::of(session).payloadLimit),
      m_interruption([this] { QCoreApplication::exit(m_exitCode); }),
      m_service(session, options.address.service),
      m_topic(m_service.topic(options.address.topic)),
      m_input({.onLine = [this](const QByteArray &line) { takeInput(line); },
               .onTooLong =
                   [this] {
                       complainAboutLine(
                           nextLine(),
                           {ErrorCode::BadData,
                            QStringLiteral("it is longer than %1 bytes").arg(InputLines::longestLine)});
                   },
               .onEnd = [this] { onEndOfInput(); }})
{
    m_service.setConversions(FormatRegistry::withStandardConversions());
    letOthersIn();
}

void Publisher::letOthersIn()
{
    if (m_options.poke)
        m_topic.onPoke([this](const ItemName &item, const Payload &value) { return takePoke(item, value); });
    if (!m_options.onPoke.isEmpty())
        m_topic.onPoke(
            [this](const ItemName &item, const Payload &value) { return askAboutPoke(item, value); });
    if (!m_options.onExecute.isEmpty())
        m_topic.onExecute([this](const QString &command) { return askAboutCommand(command); });
}

QString Publisher::nextLine() { return QStringLiteral("line %1").arg(++m_lines); }

void Publisher::takeInput(const QByteArray &line)
{
    const QString place = nextLine();
    if (line.trimmed().isEmpty())
        return;
    takeLine(line, place);
}

void Publisher::takeOutputOf(const QString &command, const QByteArray &output)
{
    int number = 0;
    for (const QByteArray &line : output.split('\n')) {
        ++number;
        if (!line.trimmed().isEmpty())
            takeLine(line, QStringLiteral("line %1 of what %2 wrote").arg(number).arg(command));
    }
}

void Publisher::takeLine(const QByteArray &line, const QString &place)
{
    const Result<void> taken =
        readPublishedLine(line).and_then([this](const QList<ItemValue> &values) { return set(values); });
    if (taken)
        publish(); // Not before: so who waited for the service finds the item there.
    else
        complainAboutLine(place, taken.error());
}

void Publisher::complainAboutLine(const QString &place, const Error &reason)
{
    fail(QStringLiteral("publish %1: %2").arg(m_options.address.toString(), place), reason);
    m_exitCode = exitCodeOf(ErrorCode::BadData);
}

Result<void> Publisher::set(const QList<ItemValue> &values)
{
    for (const ItemValue &value : values)
        for (const Payload &payload : value.sameValue)
            if (static_cast<quint64>(payload.size()) > m_payloadLimit)
                return Error{ErrorCode::TooLarge,
                             QStringLiteral("the value of %1 has %2 bytes, and %3 are allowed")
                                 .arg(value.item.text())
                                 .arg(payload.size())
                                 .arg(m_payloadLimit)};
    m_topic.setItems(values);
    return {};
}

Result<void> Publisher::takePoke(const ItemName &item, const Payload &value)
{
    m_topic.setItem(item, value);
    if (const std::optional<int> exitCode =
            writeOut(toPublishedLine(item, value) + '\n', m_interruption.descriptor()))
        QCoreApplication::exit(*exitCode);
    return {};
}

Reply<void> Publisher::askAboutPoke(const ItemName &item, const Payload &value)
{
    const CommandTask task{.command = m_options.onPoke,
                           .input = value.bytes(),
                           .environment = environment(item, value.format()),
                           .lane = "poke " + item.key()};
    return m_runner.run(task, [this, item, value](const QByteArray &output) {
        if (output.trimmed().isEmpty())
            m_topic.setItem(item, value);
        else
            takeOutputOf(m_options.onPoke, output);
    });
}

Reply<void> Publisher::askAboutCommand(const QString &command)
{
    const CommandTask task{.command = m_options.onExecute,
                           .input = command.toUtf8(),
                           .environment = environment({}, Format::text()),
                           .lane = "execute"};
    return m_runner.run(task,
                        [this](const QByteArray &output) { takeOutputOf(m_options.onExecute, output); });
}

QProcessEnvironment Publisher::environment(const ItemName &item, const Format &format) const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto tell = [&environment](const char *name, const QString &value) {
        environment.insert(QStringLiteral("TELLWIRE_") + QLatin1StringView{name}, value);
    };
    const Caller caller = m_topic.caller();
    tell("SERVICE", m_options.address.service.text());
    tell("TOPIC", m_options.address.topic.text());
    tell("ITEM", item.text());
    tell("FORMAT", format.name());
    tell("CALLER_PID", QString::number(caller.pid));
    tell("CALLER_UID", QString::number(caller.uid));
    tell("CALLER_GID", QString::number(caller.gid));
    tell("CALLER_PROGRAM", caller.program);
    tell("CALLER_EXECUTABLE", caller.executable);
    tell("CALLER_SANDBOX", caller.sandbox);
    return environment;
}

void Publisher::publish()
{
    if (const Result<void> published = m_service.publish(); !published)
        QCoreApplication::exit(
            fail(QStringLiteral("publish %1").arg(m_options.address.toString()), published.error()));
}

void Publisher::onEndOfInput()
{
    if (m_options.keep)
        publish();
    else
        QCoreApplication::exit(m_exitCode);
}

} // namespace

int publish(const Session &session, const PublishOptions &options)
{
    const Publisher publisher{session, options};
    return QCoreApplication::exec();
}

} // namespace tellwire::tool
