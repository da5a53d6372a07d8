// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/link_feed.h"

#include "conversations/engine/item.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

LinkFeed::LinkFeed(Item &item, transport::Seat &seat, Agreement agreement)
    : m_item(item),
      m_agreement(std::move(agreement)),
      m_publication(seat, static_cast<std::uint8_t>(protocol::MessageType::Value))
{}

Result<Payload> LinkFeed::make(const QList<Payload> &sameValue, const FormatRegistry &conversions)
{
    const auto isSource = [this](const Payload &value) { return value.format() == m_agreement.source; };
    auto source = std::ranges::find_if(sameValue, isSource);
    if (source == sameValue.end()) {
        std::optional<Agreement> anew = conversions.negotiate({format()}, formatsOf(sameValue));
        if (!anew)
            return notOffered(m_item.name(), {format()}, formatsOf(sameValue));
        m_agreement = std::move(*anew);
        source = std::ranges::find_if(sameValue, isSource);
    }
    const Conversion conversion = m_agreement.conversion;
    return conversion.apply(*source);
}

Result<void> LinkFeed::publish(const Payload &value, const transport::ValueStamp &stamp)
{
    return m_publication.publish(value.bytes(), stamp);
}

Result<void> LinkFeed::add(const std::shared_ptr<ServerLink> &link, transport::Feed pace,
                           std::function<void(const Error &)> onCut)
{
    const Result<void> added = m_publication.addLink(link->channel, link->id, pace, std::move(onCut));
    if (added)
        m_links.insert(link);
    return added;
}

void LinkFeed::remove(const std::shared_ptr<ServerLink> &link)
{
    if (m_links.erase(link) != 0)
        m_publication.removeLink(*link->channel, link->id);
}

Result<void> LinkFeed::resend(const ServerLink &link) { return m_publication.resend(*link.channel, link.id); }

void LinkFeed::sendLast(const ServerLink &link) { m_publication.sendLast(*link.channel, link.id); }

} // namespace tellwire::engine
