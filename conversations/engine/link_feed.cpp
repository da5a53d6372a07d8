// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"

#include "conversations/engine/served_client.h"
#include "conversations/engine/served_topic.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

LinkFeed::LinkFeed(Item &item, transport::Seat &seat, std::shared_ptr<const Agreement> agreement,
                   LinkKind kind, const ServedClient *only)
    : m_kind(kind),
      m_item(item),
      m_only(only),
      m_agreement(std::move(agreement)),
      m_publication(seat, static_cast<std::uint8_t>(protocol::MessageType::Value),
                    static_cast<std::uint8_t>(protocol::MessageType::Changed))
{}

LinkFeed::~LinkFeed() { stopMaking(); }

Result<void> LinkFeed::settleAnew(const QList<Format> &offered, const FormatRegistry &conversions)
{
    if (offered.contains(m_agreement->source))
        return {};
    Result<Agreement> anew = settle(m_item.name(), {.formats = {format()}}, offered, conversions);
    if (!anew)
        return anew.error();
    m_agreement = std::make_shared<const Agreement>(std::move(anew).value());
    return {};
}

Result<QByteArray> LinkFeed::make(std::span<const Payload> sameValue, const ServedTopic &topic)
{
    const auto isSource = [this](const Payload &value) { return value.format() == m_agreement->source; };
    auto source = std::ranges::find_if(sameValue, isSource);
    if (source == sameValue.end()) {
        if (const Result<void> settled = settleAnew(formatsOf(sameValue), topic.conversions()); !settled)
            return settled.error();
        source = std::ranges::find_if(sameValue, isSource);
    }
    if (m_agreement->conversion.isIdentity())
        return source->bytes();
    const std::shared_ptr<const Agreement> kept = m_agreement;
    return kept->conversion.apply(*source).transform(&Payload::bytes);
}

std::shared_ptr<LinkFeed::Making> LinkFeed::startMaking()
{
    if (m_making) {
        m_making->isOutdated = true;
        return nullptr;
    }
    m_making = std::make_shared<Making>();
    return m_making;
}

bool LinkFeed::finishMaking() { return std::exchange(m_making, nullptr)->isOutdated; }

// Giving up may run the program's code, which must not find a feed half gone, or an item half changed.
void LinkFeed::stopMaking()
{
    if (const auto stopped = std::exchange(m_making, nullptr); stopped && stopped->giveUp)
        m_publication.seat().reactor().post(std::move(stopped->giveUp));
}

Result<void> LinkFeed::publish(const QByteArray &value, const transport::ValueStamp &stamp)
{
    const Result<void> shown = show(value, stamp);
    if (shown)
        tell(0);
    return shown;
}

Result<void> LinkFeed::show(const QByteArray &value, const transport::ValueStamp &stamp)
{
    const Result<void> shown = m_publication.show(value, stamp);
    if (shown)
        showMonitors(stamp, &value);
    return shown;
}

// Nothing that is made for a warm link lies anywhere; what is made for a hot one does.
Result<void> LinkFeed::hideStored(const transport::ValueStamp &stamp)
{
    if (m_kind == LinkKind::Warm)
        return {}; // The news hide it.
    notify(stamp);
    return m_publication.moveLatest();
}

void LinkFeed::notify(const transport::ValueStamp &stamp)
{
    m_publication.notify(stamp);
    if (m_kind == LinkKind::Warm)
        showMonitors(stamp, nullptr);
}

void LinkFeed::showMonitors(const transport::ValueStamp &stamp, const QByteArray *value) const
{
    if (!m_links.empty() && m_links.front()->client->traffic().isObserved())
        m_links.front()->client->traffic().published(*this, stamp, value);
}

Result<void> LinkFeed::add(ServerLink &link, const transport::Feeding &feeding)
{
    const Result<void> added = m_publication.addLink(link.client->channel(), link.id, feeding);
    if (!added)
        return added;
    link.feed = this;
    link.placeInFeed = static_cast<std::uint32_t>(m_links.size());
    m_links.push_back(&link);
    return {};
}

void LinkFeed::remove(ServerLink &link)
{
    m_publication.removeLink(*link.client->channel(), link.id);
    m_links.back()->placeInFeed = link.placeInFeed;
    m_links[link.placeInFeed] = m_links.back();
    m_links.pop_back();
    link.feed = nullptr;
}

Result<void> LinkFeed::resend(const ServerLink &link)
{
    return m_publication.resend(*link.client->channel(), link.id);
}

void LinkFeed::acknowledge(const ServerLink &link, std::uint32_t sequence)
{
    m_publication.acknowledge(*link.client->channel(), link.id, sequence);
}

void LinkFeed::sendLast(const ServerLink &link)
{
    if (m_kind == LinkKind::Hot || link.wantsLast)
        m_publication.sendLast(*link.client->channel(), link.id);
}

void LinkFeed::sendLastToCut(const ServerLink &link)
{
    if (!link.wantsLast)
        return;
    const transport::Feeding silent{.feed = transport::Feed::NewestOnly, .noticeOnly = true};
    if (m_publication.addLink(link.client->channel(), link.id, silent))
        sendLast(link);
}

} // namespace tellwire::engine
