// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/publication.h"

#include "dde/transport/channel.h"
#include "dde/transport/outbox.h"
#include "dde/transport/seat.h"
#include "dde/transport/shared_word.h"

#include <algorithm>

namespace tellwire::transport {

Publication::Publication(Seat &seat, std::uint8_t valueType) : m_seat(seat), m_valueType(valueType) {}

Publication::~Publication()
{
    for (const Link &link : m_links)
        link->channel->removeLink(link);
}

bool Publication::wantsNewest() const
{
    return std::any_of(m_links.begin(), m_links.end(), [](const Link &link) { return link->newestOnly; });
}

Result<void> Publication::addLink(const std::shared_ptr<Channel> &channel, std::uint32_t id, Feed feedKind,
                                  std::function<void(const Error &)> onCut)
{
    if (const Result<void> prepared = prepareFor(feedKind); !prepared)
        return prepared;
    auto link = std::make_shared<OutgoingLink>();
    link->channel = channel;
    link->id = id;
    link->newestOnly = feedKind == Feed::NewestOnly;
    link->onCut = std::move(onCut);
    m_links.push_back(link);
    channel->addLink();
    if (!m_hasValue)
        return {};
    if (m_block)
        channel->announce(m_block->word().segment());
    if (!feed(link))
        cut(link);
    return {};
}

/// A value that was good for the links so far may have to move into shared memory for the next one.
Result<void> Publication::prepareFor(Feed feedKind)
{
    const bool newestOnly = feedKind == Feed::NewestOnly;
    if (newestOnly && !m_slot) {
        Result<LatestSlot> slot = m_seat.arena().makeSlot();
        if (!slot)
            return slot.error();
        m_slot.emplace(std::move(slot).value());
        m_block.reset(); // Blocks carry the number of the slot's publication, which this one does not.
    }
    if (!m_hasValue || m_block || (!newestOnly && m_payload.size() <= qsizetype{inlineLength}))
        return {};
    return store();
}

Result<void> Publication::store()
{
    const BlockHeader fields{.publication = m_slot ? m_slot->reference().publication : 0,
                             .time = m_stamp.time,
                             .sequence = static_cast<std::uint32_t>(m_stamp.sequence),
                             .flags = m_stamp.quality};
    Result<BlockPointer> block = m_seat.arena().store(fields, {}, m_payload);
    if (!block)
        return block.error();
    if (m_slot)
        for (const Link &link : m_links)
            if (link->newestOnly)
                link->channel->announce((*block)->word().segment());
    const BlockPointer before =
        std::exchange(m_block, std::move(block).value()); // Alive until nobody can be sent to it.
    if (m_slot)
        m_slot->set(m_block->word());
    return {};
}

Result<void> Publication::publish(const QByteArray &payload, const ValueStamp &stamp)
{
    if (static_cast<std::uint64_t>(payload.size()) > m_seat.configuration().payloadLimit)
        return Error{ErrorCode::TooLarge, QStringLiteral("publish %1 bytes: one value has at most %2")
                                              .arg(payload.size())
                                              .arg(m_seat.configuration().payloadLimit)};
    const QByteArray oldPayload = std::exchange(m_payload, payload);
    const ValueStamp oldStamp = std::exchange(m_stamp, stamp);
    const bool needsBlock = !m_links.empty() && (payload.size() > qsizetype{inlineLength} || wantsNewest());
    if (needsBlock) {
        if (const Result<void> stored = store(); !stored) {
            m_payload = oldPayload;
            m_stamp = oldStamp;
            return stored;
        }
    } else {
        if (m_slot)
            m_slot->set({});
        m_block.reset();
    }
    m_hasValue = true;

    fullFence(); // A reader that says it has read its notice after this reads the new value.
    const Seat::Batch batch{m_seat};
    for (std::size_t index = 0; index < m_links.size();) {
        const Link link = m_links[index];
        if (feed(link))
            ++index;
        else
            cut(link);
    }
    return {};
}

Message Publication::messageFor(const OutgoingLink &link) const
{
    return {.type = m_valueType,
            .flags = m_stamp.quality,
            .id = link.id,
            .sequence = static_cast<std::uint32_t>(m_stamp.sequence),
            .time = m_stamp.time,
            .head = {},
            .payload = m_payload};
}

/// False if the link's receiver is too far behind.
bool Publication::feed(const Link &link)
{
    if (link->newestOnly) {
        link->channel->sendNotice(link, m_valueType, m_slot->reference());
        return true;
    }
    return link->channel->sendValue(link, messageFor(*link), blockToSend());
}

/// Null if the value goes into the message itself.
BlockPointer Publication::blockToSend() const
{
    return m_payload.size() <= qsizetype{inlineLength} ? BlockPointer{} : m_block;
}

void Publication::cut(const Link &link)
{
    removeLink(*link->channel, link->id);
    const Error reason{ErrorCode::Overrun,
                       QStringLiteral("the receiver fell behind by more than its queue holds")};
    m_seat.reactor().post([onCut = link->onCut, reason] { onCut(reason); });
}

const Publication::Link *Publication::find(const Channel &channel, std::uint32_t id) const
{
    const auto isIt = [&](const Link &link) { return link->channel.get() == &channel && link->id == id; };
    const auto found = std::find_if(m_links.begin(), m_links.end(), isIt);
    return found == m_links.end() ? nullptr : &*found;
}

void Publication::removeLink(const Channel &channel, std::uint32_t id)
{
    const Link *link = find(channel, id);
    if (!link)
        return;
    (*link)->channel->removeLink(*link);
    m_links.erase(m_links.begin() + (link - m_links.data()));
}

Result<void> Publication::resend(const Channel &channel, std::uint32_t id)
{
    const Link *link = find(channel, id);
    return link && m_hasValue ? (*link)->channel->send(messageFor(**link)) : Result<void>{};
}

void Publication::sendLast(const Channel &channel, std::uint32_t id)
{
    const Link *link = find(channel, id);
    if (link && m_hasValue &&
        (*link)->newestOnly) // If there is no room, the reader is far behind, or stopped.
        [[maybe_unused]]
        const bool sent = (*link)->channel->sendValue({}, messageFor(**link), blockToSend());
}

} // namespace tellwire::transport
