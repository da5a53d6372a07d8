// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/system_topic.h"

#include "conversations/engine/direct_service.h"
#include "conversations/engine/item_page.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/server.h"
#include "dde/transport/channel.h"
#include "formats/json_format.h"

#include <QSet>
#include <QStringList>

namespace tellwire::engine {

namespace {

using nlohmann::json;

Payload stringAs(const Format &wanted, const QString &text)
{
    return wanted == Format::json() ? Payload::of(json(text.toStdString())) : Payload::of(text);
}

Payload listAs(const Format &wanted, const QStringList &elements)
{
    if (wanted != Format::json())
        return Payload::of(elements.join(u'\t'));
    json array = json::array();
    for (const QString &element : elements)
        array.push_back(element.toStdString());
    return Payload::of(array);
}

QStringList namesOf(const ItemTable &items)
{
    QStringList names;
    for (const Item *item : items.inOrder())
        names.append(item->name().text());
    return names;
}

Payload topics(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    const std::shared_ptr<ServedService> service = system.service();
    QStringList names;
    for (const TopicName &name : service->topicNames())
        names.append(name.text());
    if (service->direct())
        for (const TopicName &name : service->direct()->knownTopics())
            names.append(name.text());
    return listAs(wanted, names);
}

// Predefined formats are named as in DDE: TEXT for CF_TEXT.
QString ddeName(const Format &format)
{
    const QString prefix = QStringLiteral("CF_");
    return format.name().startsWith(prefix) ? format.name().mid(prefix.size()) : format.name();
}

Payload formats(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    const std::shared_ptr<ServedService> service = system.service();
    QList<Format> all = service->direct() ? service->direct()->knownFormats() : QList<Format>{};
    for (const TopicName &topic : service->topicNames())
        for (const Item *item : service->find(topic)->items().inOrder())
            all += item->formats();
    QStringList names;
    QSet<Format> seen;
    for (const Format &format : std::as_const(all)) {
        if (seen.contains(format))
            continue;
        seen.insert(format);
        names.append(wanted == Format::json() ? format.name() : ddeName(format));
    }
    return listAs(wanted, names);
}

Payload status(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    const std::shared_ptr<ServedService> service = system.service();
    const bool isBusy = service->direct() ? service->direct()->isBusy() : service->isBusy();
    return stringAs(wanted, isBusy ? QStringLiteral("Busy") : QStringLiteral("Ready"));
}

Payload help(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    return stringAs(wanted, system.service()->help());
}

Payload returnMessage(const ServedTopic &, const Format &wanted, const ServedClient *asker)
{
    return stringAs(wanted, asker == nullptr ? QString{} : asker->returnMessage());
}

Payload conversations(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    QStringList lines;
    json array = json::array();
    for (const std::shared_ptr<ServedClient> &client : system.server().clients())
        for (const ServedClient::Listed &talk : client->conversations()) {
            const QString name = talk.service.text();
            const transport::Channel &channel = *client->channel();
            array.push_back({{"service", name.toStdString()},
                             {"topic", talk.topic.text().toStdString()},
                             {"program", client->caller().program.toStdString()},
                             {"pid", client->caller().pid},
                             {"links", talk.links},
                             {"queued", channel.queuedMessages()},
                             {"waiting", channel.waitingBytes()}});
            lines.append(QStringList{name, talk.topic.text(), client->caller().program,
                                     QString::number(client->caller().pid), QString::number(talk.links),
                                     QString::number(channel.queuedMessages()),
                                     QString::number(channel.waitingBytes())}
                             .join(u'\t'));
        }
    return wanted == Format::json() ? Payload::of(array) : Payload::of(lines.join(u'\n'));
}

Payload topicItemList(const ServedTopic &topic, const Format &wanted, const ServedClient *)
{
    return wanted == Format::json() ? Payload{Format::json(), itemList(topic)}
                                    : listAs(wanted, namesOf(listedItems(topic)));
}

Payload itemsOfSystem(const ServedTopic &system, const Format &wanted, const ServedClient *)
{
    return listAs(wanted, namesOf(system.libraryItems()));
}

using Make = Payload (*)(const ServedTopic &, const Format &, const ServedClient *);

void add(ServedTopic &topic, const ItemName &item, Make make, bool isPerClient = false)
{
    // The topic outlives its items, and whatever of them runs.
    topic.provideLibraryItem(
        item,
        [&topic, make](const Format &wanted, const ServedClient *asker) {
            return make(topic, wanted, asker);
        },
        isPerClient);
}

/// An item that is there only while it has something to say.
void set(ServedTopic &system, const ItemName &item, bool isThere, LibraryProvider provide)
{
    if (isThere == system.isLibraryItem(item))
        return system.libraryItemChanged(item);
    for (const ItemName &list : {systemItems().systemItems, systemItems().topicItemList, systemItems().items})
        system.libraryItemChanged(list);
    if (isThere)
        system.provideLibraryItem(item, std::move(provide)); // Last: runs converters.
    else
        system.removeLibraryItem(item);
}

bool isSystem(const ServedTopic &topic) { return topic.name() == systemTopicName(); }

} // namespace

const SystemItemNames &systemItems()
{
    static const SystemItemNames names;
    return names;
}

const ItemTable &listedItems(const ServedTopic &topic)
{
    return isSystem(topic) ? topic.libraryItems() : topic.items();
}

void addLibraryItems(ServedTopic &topic)
{
    add(topic, systemItems().topicItemList, topicItemList);
    add(topic, systemItems().items, topicItemList);
    if (!isSystem(topic))
        return;
    add(topic, systemItems().systemItems, itemsOfSystem);
    add(topic, systemItems().topics, topics);
    add(topic, systemItems().formats, formats);
    add(topic, systemItems().status, status);
    add(topic, systemItems().help, help);
    add(topic, systemItems().returnMessage, returnMessage, true);
    add(topic, systemItems().conversations, conversations);
}

void setProtocolsItem(ServedTopic &system, const QStringList &protocols)
{
    set(system, systemItems().protocols, !protocols.isEmpty(),
        [&system](const Format &wanted, const ServedClient *) {
            return listAs(wanted, system.service()->protocols());
        });
}

void setRestartItem(ServedTopic &system, const QString &commandLine)
{
    set(system, systemItems().restart, !commandLine.isEmpty(),
        [&system](const Format &wanted, const ServedClient *) {
            return stringAs(wanted, system.service()->restartCommand());
        });
}

} // namespace tellwire::engine
