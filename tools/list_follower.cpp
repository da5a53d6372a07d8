// SPDX-License-Identifier: Apache-2.0
#include "tools/list_follower.h"

#include "formats/json_format.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/publications.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <algorithm>

namespace tellwire::tool {

ListFollower::ListFollower(const Session &session, bool json)
    : m_json(json),
      m_interruption([this] { end(success); }),
      m_nobodyReads(whenNobodyReads([this] { end(success); })),
      m_browser(session)
{}

int ListFollower::run()
{
    // Queued, so that nothing is told before the list, and nothing that comes meanwhile is missed.
    QObject::connect(
        &m_browser, &ServiceBrowser::published, &m_browser,
        [this](const PublishedService &service) { onPublished(service); }, Qt::QueuedConnection);
    QObject::connect(
        &m_browser, &ServiceBrowser::withdrawn, &m_browser,
        [this](const PublishedService &service) { onWithdrawn(service); }, Qt::QueuedConnection);
    showPresent();
    if (m_exitCode)
        return *m_exitCode; // There is no event loop yet that could be told.
    return QCoreApplication::exec();
}

void ListFollower::showPresent()
{
    const QList<Publication> publications = allPublications(m_browser);
    for (const Publication &publication : publications) {
        m_shown.append({publication.service, publication.label});
        if (m_json) {
            nlohmann::json line = toJson(publication);
            line["event"] = "present";
            write(line);
        }
    }
    if (!m_json)
        write(toText(publications));
}

// The list may have told of it already: it is newer than the signals that were on their way.
void ListFollower::onPublished(const PublishedService &service)
{
    if (std::ranges::find(m_shown, service, &Shown::service) != m_shown.end())
        return;
    m_shown.append({service, {}});
    m_shown.last().label = labelOf(service);
    tell("appeared", '+', m_shown.constLast());
}

void ListFollower::onWithdrawn(const PublishedService &service)
{
    const auto shown = std::ranges::find(m_shown, service, &Shown::service);
    if (shown == m_shown.end())
        return;
    tell("vanished", '-', *shown);
    m_shown.erase(shown);
}

QString ListFollower::labelOf(const PublishedService &service) const
{
    QList<PublishedService> present;
    for (const Shown &shown : m_shown)
        present.append(shown.service);
    return tool::labelOf(service, present);
}

void ListFollower::tell(const char *event, char sign, const Shown &shown)
{
    if (m_json) {
        nlohmann::json line = toJson(shown.service);
        line["event"] = event;
        return write(line);
    }
    const QString line = QStringLiteral("%1 %2  %3  %4")
                             .arg(QLatin1Char{sign})
                             .arg(shown.label, shown.service.program)
                             .arg(shown.service.pid);
    write(inOneLine(line).toUtf8() + '\n');
}

void ListFollower::write(const nlohmann::json &line) { write(printJson(line) + '\n'); }

void ListFollower::write(const QByteArray &text)
{
    const std::optional<int> exitCode =
        m_exitCode ? std::nullopt : writeOut(text, m_interruption.descriptor());
    if (exitCode)
        end(*exitCode);
}

void ListFollower::end(int exitCode)
{
    m_exitCode = exitCode;
    QCoreApplication::exit(exitCode);
}

} // namespace tellwire::tool
