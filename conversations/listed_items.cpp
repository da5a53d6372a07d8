// SPDX-License-Identifier: Apache-2.0
#include "conversations/listed_items.h"

#include "conversations/engine/system_topic.h"
#include "formats/json_format.h"

namespace tellwire {

namespace {

/// Reads the elements with `readOne`, which may throw JSON's exceptions; a failure of one is one of all.
template <typename T, typename ReadOne>
Result<QList<T>> readElements(const nlohmann::json &array, ReadOne readOne)
{
    if (!array.is_array())
        return Error{ErrorCode::BadData, QStringLiteral("a list was expected")};
    QList<T> elements;
    for (const nlohmann::json &element : array)
        try {
            const Result<T> read = readOne(element);
            if (!read)
                return read.error();
            elements.append(*read);
        } catch (const nlohmann::json::exception &problem) {
            return Error{ErrorCode::BadData, QString::fromUtf8(problem.what())};
        }
    return elements;
}

template <typename T, typename ReadOne>
Result<QList<T>> readArray(const Payload &payload, ReadOne readOne)
{
    return parseJson(payload.bytes()).and_then([&](const nlohmann::json &json) {
        return readElements<T>(json, readOne);
    });
}

QString textOf(const nlohmann::json &json) { return QString::fromStdString(json.get<std::string>()); }

/// Throws for others: a number with a point may be larger than any of ours, and get() would not notice.
quint64 numberOf(const nlohmann::json &json)
{
    return json.get_ref<const nlohmann::json::number_unsigned_t &>();
}

Result<Format> readFormat(const nlohmann::json &json) { return Format::fromName(textOf(json)); }

Result<ListedItem> readListedItem(const nlohmann::json &line)
{
    const Result<ItemName> name = ItemName::fromUserText(textOf(line.at("item")));
    if (!name)
        return name.error();
    ListedItem item;
    item.name = *name;
    for (const nlohmann::json &format : line.at("formats")) {
        const Result<Format> read = readFormat(format);
        if (!read)
            return read.error();
        item.formats.append(*read);
    }
    item.sequence = line.contains("sequence") ? numberOf(line.at("sequence")) : 0;
    const quint64 quality = line.contains("quality") ? numberOf(line.at("quality")) : 0;
    if (quality > static_cast<quint64>(Quality::Stale))
        return Error{ErrorCode::BadData, QStringLiteral("a quality is unknown")};
    item.quality = static_cast<Quality>(quality);
    if (line.contains("text"))
        item.text = textOf(line.at("text"));
    return item;
}

} // namespace

Result<QList<TopicName>> readTopicNames(const Payload &names)
{
    return readArray<TopicName>(
               names, [](const nlohmann::json &name) { return TopicName::fromUserText(textOf(name)); })
        .transform([](QList<TopicName> read) {
            read.removeAll(engine::systemTopicName());
            return read;
        });
}

Result<QList<Format>> readFormats(const Payload &names) { return readArray<Format>(names, &readFormat); }

Result<ItemPage> readItemPage(const Payload &page)
{
    const Result<nlohmann::json> json = parseJson(page.bytes());
    if (!json)
        return json.error();
    try {
        return readElements<ListedItem>(json->at("items"), &readListedItem)
            .transform([&](const QList<ListedItem> &items) {
                return ItemPage{items, numberOf(json->at("total")), json->at("more").get<bool>()};
            });
    } catch (const nlohmann::json::exception &problem) {
        return Error{ErrorCode::BadData, QString::fromUtf8(problem.what())};
    }
}

Result<QString> readText(const Payload &text) { return text.as<QString>(); }

} // namespace tellwire
