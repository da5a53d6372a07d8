// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/system_topic.h"

#include "conversations/engine/item.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/served_topic.h"
#include "formats/json_format.h"

#include <QSet>
#include <QStringList>

namespace tellwire::engine {

namespace {

constexpr qsizetype longestListedText = 64;

QList<Payload> asTextAndJson(const QStringList &elements)
{
    nlohmann::json array = nlohmann::json::array();
    for (const QString &element : elements)
        array.push_back(element.toStdString());
    return {Payload::of(elements.join(u'\t')), Payload::of(array)};
}

QList<Payload> topics(const ServedTopic &topic)
{
    QStringList names;
    for (const TopicName &name : topic.service()->topicNames())
        names.append(name.text());
    return asTextAndJson(names);
}

// Predefined formats are named as in DDE: TEXT for CF_TEXT.
QString ddeName(const Format &format)
{
    const QString prefix = QStringLiteral("CF_");
    return format.name().startsWith(prefix) ? format.name().mid(prefix.size()) : format.name();
}

QList<Payload> formats(const ServedTopic &topic)
{
    QList<Format> found;
    QSet<Format> seen;
    const std::shared_ptr<ServedService> service = topic.service();
    for (const TopicName &topicName : service->topicNames())
        for (const ItemName &itemName : service->find(topicName)->itemNames())
            for (const Format &format : formatsOf(service->find(topicName)->find(itemName)->values()))
                if (!seen.contains(format)) {
                    seen.insert(format);
                    found.append(format);
                }
    QStringList ddeNames;
    nlohmann::json names = nlohmann::json::array();
    for (const Format &format : found) {
        ddeNames.append(ddeName(format));
        names.push_back(format.name().toStdString());
    }
    return {Payload::of(ddeNames.join(u'\t')), Payload::of(names)};
}

QList<Payload> status(const ServedTopic &) { return asTextAndJson({QStringLiteral("Ready")}); }

QList<Payload> help(const ServedTopic &topic) { return {Payload::of(topic.service()->help())}; }

QStringList systemItemNames();

nlohmann::json listedItem(const Item &item)
{
    nlohmann::json line{{"item", item.name().text().toStdString()},
                        {"sequence", item.stamp().sequence},
                        {"quality", item.stamp().quality},
                        {"formats", nlohmann::json::array()}};
    for (const Payload &value : item.values()) {
        line["formats"].push_back(value.format().name().toStdString());
        if (value.format() == Format::text() && value.bytes().size() <= longestListedText)
            line["text"] = value.bytes().toStdString();
    }
    return line;
}

QList<Payload> topicItemList(const ServedTopic &topic)
{
    QStringList names;
    nlohmann::json lines = nlohmann::json::array();
    for (const ItemName &name : topic.itemNames()) {
        names.append(name.text());
        lines.push_back(listedItem(*topic.find(name)));
    }
    if (topic.name() == systemTopicName())
        for (const QString &name : systemItemNames()) {
            names.append(name);
            lines.push_back(
                {{"item", name.toStdString()},
                 {"formats", {Format::text().name().toStdString(), Format::json().name().toStdString()}}});
        }
    return {Payload::of(names.join(u'\t')), Payload::of(lines)};
}

QList<Payload> systemItems(const ServedTopic &) { return asTextAndJson(systemItemNames()); }

struct SystemItem
{
    ItemName name;
    QList<Payload> (*make)(const ServedTopic &);
    bool onEveryTopic = false;
};

const QList<SystemItem> &allSystemItems()
{
    static const QList<SystemItem> items{
        {"SysItems"_item, systemItems}, {"Topics"_item, topics}, {"Formats"_item, formats},
        {"Status"_item, status},        {"Help"_item, help},     {"TopicItemList"_item, topicItemList, true},
    };
    return items;
}

QStringList systemItemNames()
{
    QStringList names;
    for (const SystemItem &item : allSystemItems())
        names.append(item.name.text());
    return names;
}

} // namespace

const TopicName &systemTopicName()
{
    static const TopicName name = "System"_topic;
    return name;
}

std::optional<QList<Payload>> systemItem(const ServedTopic &topic, const ItemName &item)
{
    if (!topic.service())
        return std::nullopt;
    const bool isSystem = topic.name() == systemTopicName();
    for (const SystemItem &candidate : allSystemItems())
        if (candidate.name == item && (isSystem || candidate.onEveryTopic))
            return candidate.make(topic);
    return std::nullopt;
}

} // namespace tellwire::engine
