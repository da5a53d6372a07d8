// SPDX-License-Identifier: Apache-2.0
#include "tools/publications.h"

#include "tools/exit_code.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

#include <QHash>

#include <algorithm>

namespace tellwire::tool {

namespace {

/// A long name leaves no room for that of an instance.
ServiceName nameOfInstance(const PublishedService &service)
{
    return service.instance.isEmpty() ? service.name : service.instance;
}

QHash<ServiceName, QStringList> topicsByInstance(const FoundTopics &found)
{
    QHash<ServiceName, QStringList> topics;
    for (const FoundTopic &topic : found.topics)
        if (topic.topic != "System"_topic)
            topics[nameOfInstance(topic.service)].append(topic.topic.text());
    return topics;
}

} // namespace

QString labelOf(const PublishedService &service, const QList<PublishedService> &all)
{
    const auto same = std::ranges::count(all, service.name, &PublishedService::name);
    return same > 1 && !service.instance.isEmpty() ? service.instance.text() : service.name.text();
}

QList<Publication> allPublications(ServiceBrowser &browser)
{
    const QList<PublishedService> services = browser.services();
    const Result<FoundTopics> found = waitFor(browser.find(), std::chrono::milliseconds{-1});
    if (!found) {
        fail(QStringLiteral("list the services"), found.error());
        return {};
    }
    const QHash<ServiceName, QStringList> topics = topicsByInstance(*found);
    QList<Publication> all;
    for (const PublishedService &service : services) {
        const Publication publication{service, labelOf(service, services),
                                      topics.value(nameOfInstance(service)), found->silent.contains(service)};
        if (publication.isSilent)
            complainAboutSilence(service, publication.label);
        all.append(publication);
    }
    if (!found->isComplete)
        complain(QStringLiteral("a program has more topics than it may say at once; "
                                "`tellwire list SERVICE` shows all of them"));
    return all;
}

QByteArray toText(const QList<Publication> &publications)
{
    if (publications.isEmpty())
        return {};
    Table table{{QStringLiteral("SERVICE"), QStringLiteral("PROGRAM"), QStringLiteral("PROCESS"),
                 QStringLiteral("TOPICS")}};
    for (const Publication &publication : publications)
        table.add(
            {publication.label, publication.service.program, QString::number(publication.service.pid),
             publication.isSilent ? QStringLiteral("?") : publication.topics.join(QStringLiteral(", "))});
    return table.text();
}

void complainAboutSilence(const PublishedService &service, const QString &label)
{
    complain(
        QStringLiteral("%1 (%2, process %3) does not answer").arg(label, service.program).arg(service.pid));
}

nlohmann::json toJson(const PublishedService &service)
{
    return {{"service", service.name.text().toStdString()},
            {"instance", service.instance.text().toStdString()},
            {"program", service.program.toStdString()},
            {"pid", service.pid}};
}

nlohmann::json toJson(const Publication &publication)
{
    nlohmann::json json = toJson(publication.service);
    json["topics"] = nlohmann::json::array();
    for (const QString &topic : publication.topics)
        json["topics"].push_back(topic.toStdString());
    if (publication.isSilent)
        json["silent"] = true;
    return json;
}

} // namespace tellwire::tool
