// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "dde/transport/session_status.h"
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
    void takeLine(const QByteArray &line);
    void takeLongLine();
    void onEndOfInput();
    void complainAboutLine(const Error &reason);
    Result<void> set(const QList<PublishedValue> &values);
    Result<void> takePoke(const ItemName &item, const Payload &value);
    void publish();

    PublishOptions m_options;
    quint64 m_payloadLimit;
    Interruption m_interruption;
    Service m_service;
    Topic &m_topic;
    InputLines m_input;
    quint64 m_lines = 0;
    int m_exitCode = success;
};

Publisher::Publisher(const Session &session, const PublishOptions &options)
    : m_options(options),
      m_payloadLimit(SessionStatus::of(session).payloadLimit),
      m_interruption([this] { QCoreApplication::exit(m_exitCode); }),
      m_service(session, options.address.service),
      m_topic(m_service.topic(options.address.topic)),
      m_input({.onLine = [this](const QByteArray &line) { takeLine(line); },
               .onTooLong = [this] { takeLongLine(); },
               .onEnd = [this] { onEndOfInput(); }})
{
    m_service.setConversions(FormatRegistry::withStandardConversions());
    if (options.poke)
        m_topic.onPoke([this](const ItemName &item, const Payload &value) { return takePoke(item, value); });
}

void Publisher::takeLine(const QByteArray &line)
{
    ++m_lines;
    if (line.trimmed().isEmpty())
        return;
    const Result<void> taken =
        readPublishedLine(line).and_then([this](const QList<PublishedValue> &values) { return set(values); });
    if (taken)
        publish(); // Not before: so who waited for the service finds the item there.
    else
        complainAboutLine(taken.error());
}

void Publisher::takeLongLine()
{
    ++m_lines;
    complainAboutLine(
        {ErrorCode::BadData, QStringLiteral("it is longer than %1 bytes").arg(InputLines::longestLine)});
}

void Publisher::complainAboutLine(const Error &reason)
{
    fail(QStringLiteral("publish %1: line %2").arg(m_options.address.toString()).arg(m_lines), reason);
    m_exitCode = exitCodeOf(ErrorCode::BadData);
}

Result<void> Publisher::set(const QList<PublishedValue> &values)
{
    for (const PublishedValue &value : values)
        for (const Payload &payload : value.values)
            if (static_cast<quint64>(payload.bytes().size()) > m_payloadLimit)
                return Error{ErrorCode::TooLarge,
                             QStringLiteral("the value of %1 has %2 bytes, and %3 are allowed")
                                 .arg(value.item.text())
                                 .arg(payload.bytes().size())
                                 .arg(m_payloadLimit)};
    for (const PublishedValue &value : values)
        m_topic.setItem(value.item, value.values, value.status);
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
