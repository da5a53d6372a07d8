// SPDX-License-Identifier: Apache-2.0
#include "tools/update_lines.h"

#include "formats/json_format.h"
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

std::optional<int> UpdateLines::show(qsizetype item, const Update &update)
{
    const QByteArray line =
        m_options.json ? printJson(toJson(m_options.addresses[item], update)) : textLine(item, update);
    return writeOut(line + '\n', m_interruption);
}

QByteArray UpdateLines::textLine(qsizetype item, const Update &update) const
{
    QByteArray line;
    if (m_options.timestamps)
        line += isoTime(update.sourceTime).toUtf8() + '\t';
    if (!m_labels[item].isEmpty())
        line += m_labels[item].toUtf8() + '\t';
    return line + update.value.bytes();
}

} // namespace tellwire::tool
