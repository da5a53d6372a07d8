// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "formats/json_format.h"
#include "tools/clipboard_commands.h"
#include "tools/command_runner.h"
#include "tools/content_text.h"
#include "tools/exit_code.h"
#include "tools/interruption.h"
#include "tools/output.h"

#include <QCoreApplication>

#include <utility>

namespace tellwire::tool {

namespace {

constexpr QLatin1StringView attempt{"clipboard watch"};

QString lineOf(const ClipboardContent &content)
{
    const ContentOwner owner = content.owner();
    const QString nothing = QStringLiteral("-");
    return QStringList{QString::number(content.sequenceNumber()),
                       owner.pid < 0 ? nothing : inOneLine(owner.program),
                       owner.pid < 0 ? nothing : QString::number(owner.pid),
                       content.isEmpty() ? nothing : namesOfOffered(content).join(QStringLiteral(", "))}
        .join(u'\t');
}

QProcessEnvironment environmentOf(const BoardName &board, const ClipboardContent &content)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto tell = [&environment](const char *name, const QString &value) {
        environment.insert(QStringLiteral("TELLWIRE_") + QLatin1StringView{name}, value);
    };
    tell("BOARD", board.text());
    tell("SEQUENCE", QString::number(content.sequenceNumber()));
    tell("FORMATS", namesOfOffered(content).join(u'\n'));
    if (const ContentOwner owner = content.owner(); owner.pid >= 0) {
        tell("OWNER_PROGRAM", owner.program);
        tell("OWNER_PID", QString::number(owner.pid));
        tell("OWNER_UID", QString::number(owner.uid));
    }
    return environment;
}

class ClipboardWatch
{
public:
    ClipboardWatch(const Session &session, const ClipboardOptions &options);

private:
    void show(const ClipboardContent &content);
    void runNext();
    void runWith(const ClipboardContent &content, const Result<Payload> &text);
    void onOver(const Result<void> &outcome);
    void write(const QByteArray &bytes);

    ClipboardOptions m_options;
    Interruption m_interruption;
    std::unique_ptr<QSocketNotifier> m_nobodyReads;
    CommandRunner m_runner;
    Clipboard m_clipboard;
    std::optional<ClipboardContent>
        m_next; ///< For the command; what came before it and was not run is missed.
    std::optional<quint32> m_shown;
    bool m_isRunning = false;
};

ClipboardWatch::ClipboardWatch(const Session &session, const ClipboardOptions &options)
    : m_options(options),
      m_interruption([] { QCoreApplication::exit(success); }),
      m_nobodyReads(whenNobodyReads([] { QCoreApplication::exit(success); })),
      m_clipboard(session, options.board)
{
    QObject::connect(&m_clipboard, &Clipboard::changed, &m_clipboard,
                     [this](const ClipboardContent &content) { show(content); });
    QMetaObject::invokeMethod(
        &m_clipboard, [this] { show(m_clipboard.content()); }, Qt::QueuedConnection);
}

void ClipboardWatch::show(const ClipboardContent &content)
{
    if (std::exchange(m_shown, content.sequenceNumber()) == content.sequenceNumber())
        return;
    if (!m_options.command.isEmpty()) {
        m_next = content;
        return runNext();
    }
    write(m_options.json ? printJson(toJson(m_options.board, content)) + '\n'
                         : lineOf(content).toUtf8() + '\n');
}

void ClipboardWatch::runNext()
{
    if (m_isRunning || !m_next)
        return;
    m_isRunning = true;
    const ClipboardContent content = *std::exchange(m_next, std::nullopt);
    m_clipboard.get(textsOf(content)).then(&m_clipboard, [this, content](const Result<Payload> &text) {
        runWith(content, text);
    });
}

void ClipboardWatch::runWith(const ClipboardContent &content, const Result<Payload> &text)
{
    if (!text && text.error().code != ErrorCode::FormatNotOffered)
        failAtBoard(attempt, text.error());
    QProcessEnvironment environment = environmentOf(m_options.board, content);
    environment.insert(QStringLiteral("TELLWIRE_FORMAT"), text ? text->format().name() : QString{});
    const CommandTask task{.command = m_options.command,
                           .input = text ? text->bytes() : QByteArray{},
                           .environment = environment,
                           .lane = {}};
    m_runner.run(task, [this](const QByteArray &output) { write(output); })
        .then(&m_clipboard, [this](const Result<void> &outcome) { onOver(outcome); });
}

void ClipboardWatch::onOver(const Result<void> &outcome)
{
    if (!outcome)
        fail(attempt, outcome.error());
    m_isRunning = false;
    runNext();
}

void ClipboardWatch::write(const QByteArray &bytes)
{
    if (const std::optional<int> exitCode = writeOut(bytes, m_interruption.descriptor()))
        QCoreApplication::exit(*exitCode);
}

} // namespace

int watchClipboard(const Session &session, const ClipboardOptions &options)
{
    const ClipboardWatch watch{session, options};
    return QCoreApplication::exec();
}

} // namespace tellwire::tool
