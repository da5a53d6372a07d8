// SPDX-License-Identifier: Apache-2.0
#include "conversations/listed_items.h"

#include "conversations/engine/system_topic.h"
#include "formats/json_format.h"

namespace tellwire {

namespace {

/// Reads an array with `readOne`, which may throw JSON's exceptions; a failure of one element is one of all.
template <typename T, typename ReadOne>
Result<QList<T>> readArray(const Payload &payload, ReadOne readOne)
{
    return parseJson(payload.bytes()).and_then([&](const nlohmann::json &json) -> Result<QList<T>> {
        if (!json.is_array())
            return Error{ErrorCode::BadData, QStringLiteral("a list was expected")};
        QList<T> elements;
        for (const nlohmann::json &element : json)
            try {
                const Result<T> read = readOne(element);
                if (!read)
                    return read.error();
                elements.append(*read);
            } catch (const nlohmann::json::exception &problem) {
                return Error{ErrorCode::BadData, QString::fromUtf8(problem.what())};
            }
        return elements;
    });
}

QString textOf(const nlohmann::json &json) { return QString::fromStdString(json.get<std::string>()); }

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
    item.sequence = line.value("sequence", quint64{0});
    item.quality = static_cast<Quality>(line.value("quality", quint16{0}));
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

Result<QList<ListedItem>> readListedItems(const Payload &lines)
{
    return readArray<ListedItem>(lines, &readListedItem);
}

Result<QString> readText(const Payload &text) { return text.as<QString>(); }

} // namespace tellwire
