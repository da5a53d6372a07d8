// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_link.h"

#include "conversations/engine/client_conversation.h"
#include "conversations/engine/source_time.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

ClientLink::ClientLink(std::shared_ptr<ClientConversation> conversation, protocol::LinkId id,
                       const protocol::Advise &advise, Observer *observer)
    : m_conversation(std::move(conversation)),
      m_item(advise.item),
      m_wanted(wantedOf(m_conversation->client().seat(), advise.formats).value_or(WantedFormats{})),
      m_observer(observer),
      m_id(id),
      m_window(advise.window),
      m_kind(advise.kind),
      m_pace(advise.pace),
      m_wholeBatches(advise.wholeBatches),
      m_finalValue(advise.finalValue),
      m_awaitItem(advise.awaitItem)
{}

Result<protocol::Advise> ClientLink::advise() const
{
    QList<FormatNumber> formats;
    if (!m_wanted.formats.isEmpty()) {
        Result<QList<FormatNumber>> known = numbersOf(m_conversation->client().seat(), m_wanted.formats);
        if (!known)
            return std::move(known).error();
        formats = *std::move(known);
    }
    if (m_wanted.orAny)
        formats.append(protocol::anyFormat);
    return protocol::Advise{.link = m_id,
                            .item = m_item,
                            .kind = m_kind,
                            .pace = m_pace,
                            .window = m_window,
                            .formats = formats,
                            .wholeBatches = m_wholeBatches,
                            .finalValue = m_finalValue,
                            .awaitItem = m_awaitItem};
}

bool ClientLink::start(const protocol::Advised &yes, const Format &format)
{
    if (m_format)
        return false;
    const auto self = shared_from_this();
    m_format = format;
    m_latest = {yes.latestPlace, yes.publication, 0};
    m_sequence = yes.sequence;
    m_acknowledged = 0; // The present value has its own.
    m_hasArrived = false;
    m_hasFinalValue = false;
    if (m_observer != nullptr)
        m_observer->onActive();
    // Whoever waits for changes only has to look whether there was one.
    if (m_kind == LinkKind::Warm && m_wasLost && m_observer != nullptr && m_format)
        m_observer->onChanged(arrived(Payload{*m_format, {}}, yes.sequence,
                                      toMicroseconds(SourceTime::clock::now()), Quality::Good));
    return true;
}

bool ClientLink::change(const protocol::Changed &news)
{
    if (!m_format || m_kind != LinkKind::Warm)
        return false;
    const quint64 sequence = extended(news.sequence);
    if (sequence <= m_sequence && m_hasArrived)
        return true;
    const Update update = arrived(Payload{*m_format, {}}, sequence, news.time, news.quality);
    if (m_observer != nullptr)
        m_observer->onChanged(update);
    return true;
}

bool ClientLink::accepts(const protocol::Value &value) const
{
    const bool isExpected = m_kind == LinkKind::Hot || m_finalValue;
    return m_format && isExpected && (!value.partOfBatch || m_wholeBatches);
}

bool ClientLink::receive(const protocol::Value &value)
{
    if (!accepts(value))
        return false;
    if (const std::optional<Update> update = keep(value))
        tell(*update);
    return true;
}

// A value that was asked for once more may have overtaken this one.
std::optional<Update> ClientLink::keep(const protocol::Value &value)
{
    const quint64 sequence = extended(value.sequence);
    const bool isFinal = m_kind == LinkKind::Warm;
    if (isFinal ? std::exchange(m_hasFinalValue, true) : m_hasArrived && sequence <= m_sequence)
        return std::nullopt;
    Update update = arrived(Payload{*m_format, value.value}, sequence, value.time, value.quality);
    if (m_observer != nullptr)
        m_observer->onValue(update);
    return update;
}

void ClientLink::tell(const Update &update)
{
    if (m_observer != nullptr)
        m_observer->onUpdate(update);
}

Update ClientLink::arrived(Payload value, quint64 sequence, std::int64_t time, Quality quality)
{
    const bool afterGap = std::exchange(m_wasLost, false);
    const bool isFirst = !std::exchange(m_hasArrived, true);
    // A warm link has heard of the update that was there when it was started; a hot one has still to get it.
    const bool counts = !afterGap && (!isFirst || m_kind == LinkKind::Warm) && sequence > m_sequence;
    const quint64 missed = counts ? sequence - m_sequence - 1 : 0;
    m_sequence = std::max(m_sequence, sequence);
    return {std::move(value), sequence, fromMicroseconds(time), quality, missed, afterGap};
}

std::optional<Update> ClientLink::present() const
{
    const std::shared_ptr<transport::Channel> &channel = m_conversation->channel();
    if (!m_format || m_latest.place == 0 || !channel)
        return std::nullopt;
    transport::Message found;
    if (!channel->readLatest(m_latest, found) || found.flags > static_cast<std::uint16_t>(Quality::Stale))
        return std::nullopt;
    return Update{Payload{*m_format, found.payload}, extended(found.sequence), fromMicroseconds(found.time),
                  static_cast<Quality>(found.flags)};
}

// A late acknowledgement may be of an update that the server's predecessor had sent.
void ClientLink::acknowledge(quint64 sequence)
{
    const bool hasCome = m_hasArrived && sequence <= m_sequence;
    if (!m_format || m_pace != LinkPace::Acknowledged || !hasCome || sequence <= m_acknowledged)
        return;
    m_acknowledged = sequence;
    m_conversation->send(protocol::Received{.link = m_id, .sequence = static_cast<std::uint32_t>(sequence)});
}

void ClientLink::tellFinalValue()
{
    if (!m_finalValue || std::exchange(m_hasFinalValue, true))
        return;
    const std::optional<Update> last = present();
    if (!last || m_observer == nullptr)
        return;
    m_observer->onValue(*last);
    tell(*last);
}

bool ClientLink::lose() noexcept
{
    const bool wasActive = isActive();
    stop();
    m_wasLost = m_wasLost || wasActive;
    return wasActive;
}

void ClientLink::tellLost(const Error &reason)
{
    const auto self = shared_from_this();
    if (m_observer != nullptr && !isActive())
        m_observer->onLost(reason);
}

void ClientLink::tellEnd(const Error &reason)
{
    const auto self = shared_from_this();
    tellFinalValue();
    stop();
    if (Observer *observer = std::exchange(m_observer, nullptr))
        observer->onEnded(reason);
}

void ClientLink::stop() noexcept
{
    m_format.reset();
    m_latest = {};
}

// 32 bits travel; half their range is far more than a link can be behind.
quint64 ClientLink::extended(std::uint32_t sequence) const noexcept
{
    const auto distance = static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(m_sequence));
    if (distance < 0 && m_sequence < static_cast<quint64>(-static_cast<std::int64_t>(distance)))
        return 0;
    return m_sequence + static_cast<quint64>(static_cast<std::int64_t>(distance));
}

} // namespace tellwire::engine
