// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/item_page.h"

#include "conversations/engine/served_topic.h"
#include "conversations/engine/system_topic.h"
#include "formats/json_format.h"

#include <algorithm>

namespace tellwire::engine {

namespace {

constexpr qsizetype longestListedText = 64;
constexpr qsizetype mostBytesOnPage = 1 << 20;

} // namespace

QByteArray listedItem(const Item &item)
{
    nlohmann::json line{{"item", item.name().text().toStdString()},
                        {"sequence", item.stamp().sequence},
                        {"quality", item.stamp().quality},
                        {"formats", nlohmann::json::array()}};
    for (const Format &format : item.formats())
        line["formats"].push_back(format.name().toStdString());
    for (const Payload &value : item.values())
        if (value.format() == Format::text() && value.bytes().size() <= longestListedText)
            line["text"] = value.bytes().toStdString();
    return printJson(line);
}

QByteArray itemList(const ServedTopic &topic)
{
    QByteArray lines;
    for (const Item *item : listedItems(topic))
        lines += (lines.isEmpty() ? "" : ",") + listedItem(*item);
    return '[' + lines + ']';
}

QByteArray itemPage(const ServedTopic &topic, const protocol::Browse &wanted)
{
    const ServedTopic::ItemsInOrder &items = listedItems(topic);
    const QByteArray &prefix = wanted.prefix.key();
    const bool startsBehind = !wanted.after.isEmpty() && !((wanted.after <=> wanted.prefix) < 0);
    auto item = startsBehind ? items.upper_bound(wanted.after) : items.lower_bound(wanted.prefix);
    const auto isInRange = [&] { return item != items.end() && (*item)->name().key().startsWith(prefix); };

    QByteArray lines;
    for (int count = 0; count < wanted.limit && isInRange(); ++count, ++item) {
        const QByteArray line = listedItem(**item);
        if (!lines.isEmpty() && lines.size() + line.size() > mostBytesOnPage)
            break;
        lines += (lines.isEmpty() ? "" : ",") + line;
    }
    return "{\"total\":" + QByteArray::number(static_cast<qulonglong>(items.size())) +
           ",\"more\":" + (isInRange() ? "true" : "false") + ",\"items\":[" + lines + "]}";
}

} // namespace tellwire::engine
