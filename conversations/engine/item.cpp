// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/item.h"

#include "conversations/engine/link_feed.h"
#include "conversations/engine/source_time.h"

#include <algorithm>
#include <iterator>
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

QList<Format> formatsOf(std::span<const Payload> sameValue)
{
    QList<Format> formats;
    for (const Payload &value : sameValue)
        formats.append(value.format());
    return formats;
}

Result<Agreement> settle(const ItemName &item, const WantedFormats &wanted, const QList<Format> &offered,
                         const FormatRegistry &conversions)
{
    std::optional<Agreement> agreement;
    if (!wanted.formats.isEmpty())
        agreement = conversions.negotiate(wanted.formats, offered);
    if (!agreement && wanted.orAny)
        agreement = conversions.negotiate({}, offered);
    if (agreement)
        return *std::move(agreement);
    return Error{ErrorCode::FormatNotOffered, QStringLiteral("%1 is there as %2, and cannot be given as %3")
                                                  .arg(item.text(), listed(offered), listed(wanted.formats))};
}

Item::Item(ItemName name, std::uint64_t lastSequence) : m_name(std::move(name))
{
    m_stamp.sequence = lastSequence;
}

Item::~Item() = default;

QList<Format> Item::formats() const { return m_provider ? m_provider->formats : formatsOf(m_values); }

const Payload *Item::valueIn(const Format &format) const
{
    const auto found = std::ranges::find(m_values, format, &Payload::format);
    return found == m_values.cend() ? nullptr : &*found;
}

void Item::setValues(std::span<Payload> sameValue, const ItemStatus &status)
{
    stopMaking();
    m_values.assign(std::move_iterator{sameValue.begin()}, std::move_iterator{sameValue.end()});
    m_provider.reset();
    change(status);
}

void Item::setProvider(std::shared_ptr<const ItemProvider> provider)
{
    stopMaking();
    m_values.clear();
    m_provider = std::move(provider);
    change({});
}

void Item::stopMaking()
{
    for (const std::shared_ptr<LinkFeed> &feed : m_feeds)
        feed->stopMaking();
}

void Item::change(const ItemStatus &status)
{
    m_stamp = {m_stamp.sequence + 1, toMicroseconds(status.sourceTime.value_or(SourceTime::clock::now())),
               static_cast<std::uint16_t>(status.quality)};
}

std::shared_ptr<LinkFeed> Item::feedFor(const Format &format, LinkKind kind, const ServedClient *only) const
{
    const auto found = std::ranges::find_if(m_feeds, [&](const std::shared_ptr<LinkFeed> &feed) {
        return feed->format() == format && feed->kind() == kind && feed->only() == only;
    });
    return found == m_feeds.end() ? nullptr : *found;
}

std::shared_ptr<LinkFeed> Item::addFeed(transport::Seat &seat, std::shared_ptr<const Agreement> agreement,
                                        LinkKind kind, const ServedClient *only)
{
    m_feeds.push_back(std::make_shared<LinkFeed>(*this, seat, std::move(agreement), kind, only));
    return m_feeds.back();
}

void Item::dropIfUnused(const LinkFeed &feed)
{
    if (feed.links().empty())
        erase_if(m_feeds, [&](const auto &kept) { return kept.get() == &feed; });
}

std::size_t Item::linkCount() const
{
    std::size_t count = 0;
    for (const std::shared_ptr<LinkFeed> &feed : m_feeds)
        count += feed->links().size();
    return count;
}

} // namespace tellwire::engine
