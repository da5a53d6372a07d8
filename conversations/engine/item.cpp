// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/item.h"

#include "conversations/engine/link_feed.h"
#include "conversations/engine/source_time.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

namespace {

QString listed(const QList<Format> &formats)
{
    QStringList names;
    for (const Format &format : formats)
        names.append(format.name());
    return names.join(QStringLiteral(", "));
}

} // namespace

QList<Format> formatsOf(const QList<Payload> &sameValue)
{
    QList<Format> formats;
    for (const Payload &value : sameValue)
        formats.append(value.format());
    return formats;
}

Error notOffered(const ItemName &item, const QList<Format> &wanted, const QList<Format> &offered)
{
    return {ErrorCode::FormatNotOffered, QStringLiteral("%1 is there as %2, and cannot be given as %3")
                                             .arg(item.text(), listed(offered), listed(wanted))};
}

Result<Agreement> settle(const ItemName &item, const WantedFormats &wanted, const QList<Format> &offered,
                         const FormatRegistry &conversions)
{
    std::optional<Agreement> agreement;
    if (!wanted.formats.isEmpty())
        agreement = conversions.negotiate(wanted.formats, offered);
    if (!agreement && wanted.orAny)
        agreement = conversions.negotiate({}, offered);
    if (!agreement)
        return notOffered(item, wanted.formats, offered);
    return std::move(*agreement);
}

Item::Item(ItemName name) : m_name(std::move(name)) {}

Item::~Item() = default;

void Item::setValues(const QList<Payload> &sameValue, Quality quality, SourceTime time)
{
    m_values = sameValue;
    m_stamp = {m_stamp.sequence + 1, toMicroseconds(time), static_cast<std::uint16_t>(quality)};
}

std::shared_ptr<LinkFeed> Item::feedIn(const Format &format) const
{
    const auto found =
        std::ranges::find_if(m_feeds, [&](const auto &feed) { return feed->format() == format; });
    return found == m_feeds.end() ? nullptr : *found;
}

std::shared_ptr<LinkFeed> Item::addFeed(transport::Seat &seat, const Agreement &agreement)
{
    return m_feeds.emplace_back(std::make_shared<LinkFeed>(*this, seat, agreement));
}

void Item::dropIfUnused(const LinkFeed &feed)
{
    if (feed.links().empty())
        std::erase_if(m_feeds, [&](const auto &kept) { return kept.get() == &feed; });
}

} // namespace tellwire::engine
