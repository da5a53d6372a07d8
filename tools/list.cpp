// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "formats/json_format.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/list_follower.h"
#include "tools/output.h"
#include "tools/publications.h"
#include "tools/update_text.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds untilItsOwnLimit{-1};

int listServices(const Session &session, bool json)
{
    ServiceBrowser browser{session};
    const QList<Publication> publications = allPublications(browser);
    if (publications.isEmpty())
        complain(QStringLiteral("nobody publishes a service in session %1 yet").arg(session.name()));
    if (!json)
        return finishWith(toText(publications));
    nlohmann::json all = nlohmann::json::array();
    for (const Publication &publication : publications)
        all.push_back(toJson(publication));
    return finishWithJson(all);
}

int listTopics(const Session &session, const ServiceName &service, bool json)
{
    ServiceBrowser browser{session};
    const Result<QList<TopicName>> topics = waitFor(browser.topics(service), untilItsOwnLimit);
    if (!topics)
        return fail(QStringLiteral("list the topics of %1").arg(service.text()), topics.error());
    nlohmann::json names = nlohmann::json::array();
    Table table{{QStringLiteral("TOPIC")}};
    for (const TopicName &topic : *topics) {
        names.push_back(topic.text().toStdString());
        table.add({topic.text()});
    }
    return json ? finishWithJson(names) : finishWith(table.text());
}

nlohmann::json listedToJson(const ListedItem &item)
{
    nlohmann::json json{{"item", item.name.text().toStdString()},
                        {"formats", nlohmann::json::array()},
                        {"sequence", item.sequence},
                        {"quality", qualityName(item.quality).toStdString()}};
    for (const Format &format : item.formats)
        json["formats"].push_back(format.name().toStdString());
    if (item.text)
        json["value"] = item.text->toStdString();
    return json;
}

/// The items of a topic, written page by page: the first ones are there while the last ones are not asked
/// for.
class ItemList
{
public:
    explicit ItemList(bool json) : m_json(json) {}

    QByteArray textOf(const ItemPage &page) { return m_json ? jsonOf(page) : tableOf(page); }
    QByteArray end() const { return m_json ? QByteArrayLiteral("]\n") : QByteArray{}; }

private:
    QByteArray jsonOf(const ItemPage &page);
    QByteArray tableOf(const ItemPage &page);

    bool m_json;
    bool m_hasBegun = false;
    Table m_table{{QStringLiteral("ITEM"), QStringLiteral("VALUE"), QStringLiteral("QUALITY"),
                   QStringLiteral("UPDATES"), QStringLiteral("FORMATS")}};
};

QByteArray ItemList::jsonOf(const ItemPage &page)
{
    QByteArray text = std::exchange(m_hasBegun, true) ? "" : "[";
    for (const ListedItem &item : page.items)
        text += (text == "[" ? "" : ",") + printJson(listedToJson(item));
    return text;
}

QByteArray ItemList::tableOf(const ItemPage &page)
{
    for (const ListedItem &item : page.items) {
        QStringList formats;
        for (const Format &format : item.formats)
            formats.append(format.name());
        m_table.add({item.name.text(), item.text.value_or(QStringLiteral("-")), qualityName(item.quality),
                     QString::number(item.sequence), formats.join(QStringLiteral(", "))});
    }
    return m_table.takeText();
}

/// The next page of a list; an error too if it does not get on, so that no service can keep us for ever.
Result<ItemPage> nextPage(ServiceBrowser &browser, const TopicAddress &address, const ItemRange &range)
{
    Result<ItemPage> page = waitFor(browser.items(address.service, address.topic, range), untilItsOwnLimit);
    const bool isStuck =
        page && page->hasMore && (page->items.isEmpty() || page->items.constLast().name <= range.after);
    return isStuck ? Error{ErrorCode::BadData, QStringLiteral("the service lists the same items again")}
                   : page;
}

int listItems(const Session &session, const TopicAddress &address, const ListOptions &options)
{
    ServiceBrowser browser{session};
    ItemList list{options.json};
    ItemRange range{.prefix = options.prefix, .after = {}};
    bool hasMore = true;
    while (hasMore) {
        const Result<ItemPage> page = nextPage(browser, address, range);
        if (!page)
            return fail(QStringLiteral("list the items of %1").arg(address.toString()), page.error());
        if (const std::optional<int> end = writeOut(list.textOf(*page)))
            return *end;
        hasMore = page->hasMore;
        if (hasMore)
            range.after = page->items.constLast().name;
    }
    return finishWith(list.end());
}

} // namespace

int list(const Session &session, const ListOptions &options)
{
    if (options.follow)
        return ListFollower{session, options.json}.run();
    if (!options.what)
        return listServices(session, options.json);
    if (!options.what->topic)
        return listTopics(session, options.what->service, options.json);
    return listItems(session, {options.what->service, *options.what->topic}, options);
}

} // namespace tellwire::tool
