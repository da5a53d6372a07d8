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

QByteArray quoted(const QByteArray &text) { return printJson(nlohmann::json(text.toStdString())); }

} // namespace

// By hand, because a tree of JSON for each of a hundred thousand lines takes its time.
QByteArray listedItem(const Item &item)
{
    QByteArray formats;
    for (const Format &format : item.formats())
        formats += (formats.isEmpty() ? "" : ",") + quoted(format.name().toUtf8());
    QByteArray line = "{\"item\":" + quoted(item.name().text().toUtf8()) + ",\"formats\":[" + formats +
                      "],\"sequence\":" + QByteArray::number(static_cast<qulonglong>(item.stamp().sequence)) +
                      ",\"quality\":" + QByteArray::number(item.stamp().quality);
    for (const Payload &value : item.values())
        if (value.format() == Format::text() && value.size() <= longestListedText)
            line += ",\"text\":" + quoted(value.bytes());
    return line + '}';
}

QByteArray itemList(const ServedTopic &topic)
{
    QByteArray lines;
    for (const Item *item : listedItems(topic).inOrder())
        lines += (lines.isEmpty() ? "" : ",") + listedItem(*item);
    return '[' + lines + ']';
}

QByteArray itemPage(const ServedTopic &topic, const protocol::Browse &wanted)
{
    const ItemTable::InOrder &items = listedItems(topic).inOrder();
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
