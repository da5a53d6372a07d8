// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/publication.h"

#include "dde/transport/channel.h"
#include "dde/transport/outbox.h"
#include "dde/transport/seat.h"
#include "dde/transport/shared_word.h"

#include <algorithm>
#include <cstring>

namespace tellwire::transport {

namespace {

bool readsInPlace(const OutgoingLink &link) { return link.newestOnly || link.noticeOnly; }

OutgoingLink::Pointer makeLink(const std::shared_ptr<Channel> &channel, std::uint32_t id,
                               const Feeding &feeding)
{
    const OutgoingLink::Pointer link{new OutgoingLink};
    link->channel = channel;
    if (feeding.feed == Feed::Windowed)
        link->window = std::make_unique<SendWindow>(std::max<std::uint16_t>(feeding.window, 1));
    link->id = id;
    link->newestOnly = feeding.feed == Feed::NewestOnly;
    link->noticeOnly = feeding.noticeOnly;
    link->marksBatches = feeding.marksBatches && feeding.feed == Feed::EveryUpdate;
    return link;
}

} // namespace

Publication::Publication(Seat &seat, std::uint8_t valueType, std::uint8_t noticeType)
    : m_seat(seat),
      m_valueType(valueType),
      m_noticeType(noticeType)
{}

Publication::~Publication()
{
    for (const Link &link : m_links)
        link->channel->removeLink(*link);
}

// Links

Result<void> Publication::addLink(const std::shared_ptr<Channel> &channel, std::uint32_t id,
                                  const Feeding &feeding)
{
    if (const Result<void> prepared = prepareFor(feeding); !prepared)
        return prepared;
    Q_ASSERT_X(find(*channel, id) == nullptr, "Publication", "a link needs an id of its own");
    const Link link = makeLink(channel, id, feeding);
    m_links.insert(link);
    channel->addLink();
    if (readsInPlace(*link)) {
        ++m_readersInPlace;
        showTo(*channel);
    }
    if (m_hasValue && !feeding.noticeOnly && !feed(link)) {
        cut(link);
        m_links.erase({channel.get(), id});
    }
    return {};
}

/// A value that was good for the links so far may have to move into shared memory for the next one: blocks
/// carry the number of the slot's publication.
Result<void> Publication::prepareFor(const Feeding &feeding)
{
    const bool inPlace = feeding.feed == Feed::NewestOnly || feeding.noticeOnly;
    const bool isFirstInPlace = inPlace && !m_slot;
    if (isFirstInPlace) {
        Result<LatestSlot> slot = m_seat.arena().makeSlot();
        if (!slot)
            return slot.error();
        m_slot = std::make_unique<LatestSlot>(std::move(slot).value());
    }
    const bool lacksBlock = !m_block && (inPlace || !isInline());
    if (!m_hasValue || !(isFirstInPlace || lacksBlock))
        return {};
    const Result<void> stored = store();
    if (!stored && isFirstInPlace)
        m_slot.reset();
    return stored;
}

/// Null if there is none.
const OutgoingLink *Publication::find(const Channel &channel, std::uint32_t id) const
{
    const Link *found = m_links.find({&channel, id});
    return found != nullptr ? found->get() : nullptr;
}

void Publication::removeLink(const Channel &channel, std::uint32_t id)
{
    const Link *link = m_links.find({&channel, id});
    if (link == nullptr)
        return;
    leave(**link);
    m_links.erase({&channel, id});
}

/// Its place in m_links is the caller's to clear.
void Publication::leave(OutgoingLink &link)
{
    m_readersInPlace -= readsInPlace(link) ? 1 : 0;
    link.channel->removeLink(link);
}

/// Its place in m_links is the caller's to clear.
void Publication::cut(const Link &link)
{
    leave(*link);
    const Error reason{ErrorCode::Overrun,
                       QStringLiteral("the receiver fell behind by more than its queue holds")};
    m_seat.reactor().post([&seat = m_seat, type = m_valueType, link, reason] {
        seat.reportCut(link->channel, type, link->id, reason);
    });
}

// The value

Result<void> Publication::store()
{
    const BlockHeader fields{.publication = m_slot ? m_slot->reference().publication : 0,
                             .time = m_stamp.time,
                             .sequence = static_cast<std::uint32_t>(m_stamp.sequence),
                             .flags = m_stamp.quality};
    Result<BlockPointer> block = m_seat.arena().store(fields, {}, m_payload);
    if (!block)
        return block.error();
    const BlockPointer before =
        std::exchange(m_block, std::move(block).value()); // Alive until nobody can be sent to it.
    if (!m_slot)
        return {};
    if (m_readersInPlace != 0)
        for (const Link &link : m_links)
            if (readsInPlace(*link))
                showTo(*link->channel);
    m_slot->set(m_block->word());
    return {};
}

/// Lets a reader map what it reads in place. Where its socket is full, the next update tries again.
void Publication::showTo(Channel &channel) const
{
    channel.announce(static_cast<std::uint16_t>(m_slot->reference().place >> 48));
    if (m_block)
        channel.announce(m_block->word().segment());
}

/// Nobody finds the present value in shared memory any more.
void Publication::hideValue()
{
    if (m_slot)
        m_slot->set({});
    m_block.reset();
}

Result<void> Publication::publish(const QByteArray &payload, const ValueStamp &stamp, std::uint16_t batchFlag)
{
    const Result<void> shown = show(payload, stamp);
    if (shown)
        tell(batchFlag);
    return shown;
}

Result<void> Publication::show(const QByteArray &payload, const ValueStamp &stamp)
{
    if (static_cast<std::uint64_t>(payload.size()) > m_seat.configuration().payloadLimit)
        return Error{ErrorCode::TooLarge, QStringLiteral("publish %1 bytes: one value has at most %2")
                                              .arg(payload.size())
                                              .arg(m_seat.configuration().payloadLimit)};
    const QByteArray oldPayload = std::exchange(m_payload, payload);
    const ValueStamp oldStamp = std::exchange(m_stamp, stamp);
    const bool needsBlock = !m_links.empty() && (!isInline() || m_readersInPlace != 0);
    if (!needsBlock) {
        hideValue();
    } else if (const Result<void> stored = store(); !stored) {
        m_payload = oldPayload;
        m_stamp = oldStamp;
        return stored;
    }
    m_hasValue = true;
    return {};
}

void Publication::tell(std::uint16_t batchFlag)
{
    feedLinks(batchFlag, [](const OutgoingLink &) { return true; });
}

void Publication::notify(const ValueStamp &stamp)
{
    m_stamp = stamp;
    m_hasValue = false;
    m_payload.clear();
    hideValue();
    feedLinks(0, [](const OutgoingLink &link) { return link.noticeOnly; });
}

Result<void> Publication::moveLatest()
{
    if (!m_slot)
        return {};
    Result<LatestSlot> other = m_seat.arena().makeSlot();
    if (!other)
        return other.error();
    hideValue();
    m_slot = std::make_unique<LatestSlot>(std::move(other).value());
    return m_hasValue && m_readersInPlace != 0 ? store() : Result<void>{};
}

std::optional<LatestReference> Publication::latest() const
{
    return m_slot ? std::optional{m_slot->reference()} : std::nullopt;
}

// Feeding

template <typename Wanted>
void Publication::feedLinks(std::uint16_t batchFlag, Wanted wanted)
{
    if (m_readersInPlace != 0)
        fullFence(); // A reader that says it has read its notice after this reads the new value.
    const Seat::Batch batch{m_seat};
    m_links.eraseIf([&](const Link &link) {
        const bool isCut = wanted(*link) && !feed(link, batchFlag);
        if (isCut)
            cut(link);
        return isCut;
    });
}

/// False if the link's receiver is too far behind.
bool Publication::feed(const Link &link, std::uint16_t batchFlag)
{
    if (!link->window)
        return send(link, batchFlag);
    SendWindow &window = *link->window;
    window.isBehind = !window.hasRoom() || !send(link, batchFlag);
    if (!window.isBehind)
        window.sent(m_stamp.sequence);
    return !window.isBehind || !window.isEmpty(); // What it acknowledges next brings the newest value.
}

bool Publication::send(const Link &link, std::uint16_t batchFlag)
{
    Channel &channel = *link->channel;
    if (link->newestOnly) {
        channel.sendNotice(link, link->noticeOnly ? noticeFor(*link, batchFlag) : latestFor(*link));
        return true;
    }
    return link->noticeOnly ? channel.sendValue(link, noticeFor(*link, batchFlag), {}, {})
                            : channel.sendValue(link, valueFor(*link, batchFlag), m_payload, blockToSend());
}

Slot Publication::noticeFor(const OutgoingLink &link, std::uint16_t batchFlag) const
{
    const unsigned flags = m_stamp.quality | (link.marksBatches ? batchFlag : 0U);
    return {.type = m_noticeType,
            .flags = static_cast<std::uint16_t>(flags),
            .id = link.id,
            .sequence = static_cast<std::uint32_t>(m_stamp.sequence),
            .time = m_stamp.time};
}

Slot Publication::valueFor(const OutgoingLink &link, std::uint16_t batchFlag) const
{
    Slot slot = noticeFor(link, batchFlag);
    slot.type = m_valueType;
    slot.length = static_cast<std::uint32_t>(m_payload.size());
    return slot;
}

Slot Publication::latestFor(const OutgoingLink &link) const
{
    Slot slot{.type = m_valueType, .form = static_cast<std::uint8_t>(Form::Latest), .id = link.id};
    const LatestReference reference = m_slot->reference();
    std::memcpy(slot.body.data(), &reference, sizeof reference);
    return slot;
}

bool Publication::isInline() const { return m_payload.size() <= qsizetype{inlineLength}; }

/// Null if the value goes with the message itself.
BlockPointer Publication::blockToSend() const { return isInline() ? BlockPointer{} : m_block; }

void Publication::acknowledge(const Channel &channel, std::uint32_t id, std::uint32_t sequence)
{
    const Link *link = m_links.find({&channel, id});
    if (link == nullptr || !(*link)->window)
        return;
    SendWindow &window = *(*link)->window;
    window.acknowledge(sequence, m_stamp.sequence);
    const bool hasNews = window.isBehind && (m_hasValue || (*link)->noticeOnly);
    if (!hasNews || feed(*link))
        return;
    cut(*link);
    m_links.erase({&channel, id});
}

Result<void> Publication::resend(const Channel &channel, std::uint32_t id)
{
    const OutgoingLink *link = find(channel, id);
    if (!link || !m_hasValue)
        return {};
    return link->channel->send({.type = m_valueType,
                                .flags = m_stamp.quality,
                                .id = id,
                                .sequence = static_cast<std::uint32_t>(m_stamp.sequence),
                                .time = m_stamp.time,
                                .payload = m_payload});
}

void Publication::sendLast(const Channel &channel, std::uint32_t id)
{
    const OutgoingLink *link = find(channel, id);
    if (!link || !m_hasValue)
        return;
    const bool isBehind = link->queuedMessages != 0 || (link->window && link->window->isBehind);
    if (isBehind || readsInPlace(*link)) // If there is no room, the reader is far behind, or stopped.
        [[maybe_unused]]
        const bool sent = link->channel->sendValue({}, valueFor(*link), m_payload, blockToSend());
}

} // namespace tellwire::transport
