// SPDX-License-Identifier: Apache-2.0
#include "tools/update_lines.h"

#include "formats/json_format.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/update_text.h"

#include <algorithm>

namespace tellwire::tool {

QStringList labelsOf(const QList<ItemAddress> &addresses)
{
    const ItemAddress &first = addresses.constFirst();
    const bool isOneTopic = std::ranges::all_of(addresses, [&first](const ItemAddress &address) {
        return address.service == first.service && address.topic == first.topic;
    });
    QStringList labels;
    for (const ItemAddress &address : addresses)
        labels.append(isOneTopic ? address.item.text() : address.toString());
    return labels.size() == 1 ? QStringList{QString{}} : labels;
}

UpdateLines::UpdateLines(const WatchOptions &options, int interruption)
    : m_options(options),
      m_interruption(interruption),
      m_labels(labelsOf(options.addresses))
{}

std::optional<int> UpdateLines::showValue(qsizetype item, const Update &update)
{
    if (m_options.json)
        return write(toJson(m_options.addresses[item], update));
    return write(item, update, update.value.bytes());
}

std::optional<int> UpdateLines::showNews(qsizetype item, const Update &news)
{
    if (m_options.json)
        return write(toJsonNews(m_options.addresses[item], news));
    return write(item, news, "changed " + QByteArray::number(news.sequence));
}

std::optional<int> UpdateLines::showStale(qsizetype item, const std::optional<Update> &last,
                                          const Staleness &staleness)
{
    const ItemAddress &address = m_options.addresses[item];
    if (m_options.json)
        return write(toJsonStale(address, last, staleness));
    complain(QStringLiteral("'%1' is stale since %2: %3")
                 .arg(address.toString(), timeOfDay(staleness.since), staleness.reason.detail));
    return std::nullopt;
}

std::optional<int> UpdateLines::write(const nlohmann::json &object)
{
    return writeOut(printJson(object) + '\n', m_interruption);
}

std::optional<int> UpdateLines::write(qsizetype item, const Update &update, const QByteArray &text)
{
    if (update.afterGap)
        complain(QStringLiteral("'%1' is back (after a gap)").arg(m_options.addresses[item].toString()));
    QByteArray line;
    if (m_options.timestamps)
        line += isoTime(update.sourceTime).toUtf8() + '\t';
    if (!m_labels[item].isEmpty())
        line += m_labels[item].toUtf8() + '\t';
    return writeOut(line + text + '\n', m_interruption);
}

} // namespace tellwire::tool
