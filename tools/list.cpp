// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/update_text.h"

#include <nlohmann/json.hpp>

#include <QSet>

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds untilItsOwnLimit{-1};

QStringList names(const QList<TopicName> &topics)
{
    QStringList names;
    for (const TopicName &topic : topics)
        names.append(topic.text());
    return names;
}

QStringList names(const QList<Format> &formats)
{
    QStringList names;
    for (const Format &format : formats)
        names.append(format.name());
    return names;
}

nlohmann::json toJson(const QStringList &texts)
{
    nlohmann::json json = nlohmann::json::array();
    for (const QString &text : texts)
        json.push_back(text.toStdString());
    return json;
}

int listServices(const Session &session, bool json)
{
    ServiceBrowser browser{session};
    const QList<PublishedService> services = browser.services();
    QHash<ServiceName, Reply<QList<TopicName>>>
        asked; // All at once, so that one that hangs costs its time once.
    for (const PublishedService &service : services)
        if (!asked.contains(service.name))
            asked.insert(service.name, browser.topics(service.name));

    nlohmann::json answer = nlohmann::json::array();
    Table table{{QStringLiteral("SERVICE"), QStringLiteral("TOPICS"), QStringLiteral("PROGRAM"),
                 QStringLiteral("PROCESS")}};
    for (const PublishedService &service : services) {
        const Result<QList<TopicName>> topics = waitFor(*asked.constFind(service.name), untilItsOwnLimit);
        if (!topics)
            fail(QStringLiteral("list the topics of %1").arg(service.name.text()), topics.error());
        const QStringList topicNames = topics ? names(*topics) : QStringList{};
        answer.push_back({{"service", service.name.text().toStdString()},
                          {"topics", toJson(topicNames)},
                          {"program", service.program.toStdString()},
                          {"pid", service.pid}});
        table.add({service.name.text(), topics ? topicNames.join(QStringLiteral(", ")) : QStringLiteral("?"),
                   service.program, QString::number(service.pid)});
    }
    if (json)
        return finishWithJson(answer);
    if (services.isEmpty())
        complain(QStringLiteral("nobody publishes a service in session %1 yet").arg(session.name()));
    return services.isEmpty() ? success : finishWith(table.text());
}

int listTopics(const Session &session, const ServiceName &service, bool json)
{
    ServiceBrowser browser{session};
    const Result<QList<TopicName>> topics = waitFor(browser.topics(service), untilItsOwnLimit);
    if (!topics)
        return fail(QStringLiteral("list the topics of %1").arg(service.text()), topics.error());
    if (json)
        return finishWithJson(toJson(names(*topics)));
    Table table{{QStringLiteral("TOPIC")}};
    for (const QString &name : names(*topics))
        table.add({name});
    return finishWith(table.text());
}

nlohmann::json toJson(const ListedItem &item)
{
    nlohmann::json json{{"item", item.name.text().toStdString()},
                        {"formats", toJson(names(item.formats))},
                        {"sequence", item.sequence},
                        {"quality", qualityName(item.quality).toStdString()}};
    if (item.text)
        json["value"] = item.text->toStdString();
    return json;
}

int listItems(const Session &session, const TopicAddress &address, bool json)
{
    ServiceBrowser browser{session};
    const Result<QList<ListedItem>> items =
        waitFor(browser.items(address.service, address.topic), untilItsOwnLimit);
    if (!items)
        return fail(QStringLiteral("list the items of %1").arg(address.toString()), items.error());

    nlohmann::json answer = nlohmann::json::array();
    Table table{{QStringLiteral("ITEM"), QStringLiteral("VALUE"), QStringLiteral("QUALITY"),
                 QStringLiteral("UPDATES"), QStringLiteral("FORMATS")}};
    for (const ListedItem &item : *items) {
        answer.push_back(toJson(item));
        table.add({item.name.text(), item.text.value_or(QStringLiteral("-")), qualityName(item.quality),
                   QString::number(item.sequence), names(item.formats).join(QStringLiteral(", "))});
    }
    return json ? finishWithJson(answer) : finishWith(table.text());
}

} // namespace

int list(const Session &session, const ListOptions &options)
{
    if (!options.what)
        return listServices(session, options.json);
    if (!options.what->topic)
        return listTopics(session, options.what->service, options.json);
    return listItems(session, {options.what->service, *options.what->topic}, options.json);
}

} // namespace tellwire::tool
