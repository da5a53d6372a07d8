// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_link.h"

#include "conversations/engine/client_conversation.h"
#include "conversations/engine/source_time.h"
#include "dde/transport/channel.h"

#include <algorithm>
#include <utility>

namespace tellwire::engine {

ClientLink::ClientLink(LinkTerms::Pointer terms, protocol::LinkId id, ItemName item, Observer *observer)
    : m_id(id),
      m_terms(std::move(terms)),
      m_observer(observer),
      m_item(std::move(item))
{}

ClientLink::Extra &ClientLink::made()
{
    if (!m_extra)
        m_extra = std::make_unique<Extra>();
    return *m_extra;
}

std::optional<Format> ClientLink::format() const
{
    return isActive() ? std::optional{agreedFormat()} : std::nullopt;
}

const std::optional<Staleness> &ClientLink::staleness() const noexcept
{
    static const std::optional<Staleness> none;
    return m_extra ? m_extra->staleness : none;
}

Result<protocol::Advise> ClientLink::advise() const
{
    return numbersOf(conversation().client().seat(), options().formats)
        .transform([this](const QList<FormatNumber> &formats) {
            const bool isWindowed = options().pace == LinkPace::Acknowledged;
            return protocol::Advise{.link = m_id,
                                    .item = m_item,
                                    .kind = options().kind,
                                    .pace = options().pace,
                                    .window = isWindowed ? options().window : std::uint16_t{0},
                                    .formats = formats,
                                    .wholeBatches = options().wholeBatches,
                                    .finalValue = options().finalValue,
                                    .awaitItem = conversation().reconnects()};
        });
}

bool ClientLink::start(const protocol::Advised &yes, const Format &format)
{
    const qsizetype place = options().formats.indexOf(format);
    if (isActive() || place < 0 || place >= noFormat)
        return false;
    m_format = static_cast<quint16>(place);
    if (yes.latestPlace != 0) {
        made().latestPlace = yes.latestPlace;
        made().latestPublication = yes.publication;
    }
    m_sequence = yes.sequence;
    m_acknowledged = static_cast<std::uint32_t>(yes.sequence) - 1; // The present value has its own.
    m_hasArrived = false;
    m_hasTold = false;
    m_hasFinalValue = false;
    if (m_state == State::Starting) // A stale one is so until there is a value again.
        m_state = State::Active;
    // Whoever waits for changes only has to look whether there was one.
    if (options().kind == LinkKind::Warm && m_wasLost)
        tellChanged(arrived(Payload{format, {}}, yes.sequence, toMicroseconds(SourceTime::clock::now()),
                            Quality::Good));
    return true;
}

bool ClientLink::change(const protocol::Changed &news)
{
    if (!isActive() || options().kind != LinkKind::Warm)
        return false;
    const quint64 sequence = extended(news.sequence);
    if (sequence <= m_sequence && m_hasArrived)
        return true;
    tellChanged(arrived(Payload{agreedFormat(), {}}, sequence, news.time, news.quality));
    return true;
}

void ClientLink::tellChanged(const Update &news)
{
    revive();
    hand(&Observer::onChanged, news, true);
}

bool ClientLink::accepts(const protocol::Value &value) const
{
    const bool isExpected = options().kind == LinkKind::Hot || options().finalValue;
    return isActive() && isExpected && (!value.partOfBatch || options().wholeBatches);
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
    const bool isFinal = options().kind == LinkKind::Warm;
    const bool isLate = isFinal ? m_hasFinalValue : m_hasArrived && sequence <= m_sequence;
    if (isLate)
        return std::nullopt;
    m_hasFinalValue = isFinal;
    Update update = arrived(Payload{agreedFormat(), value.value}, sequence, value.time, value.quality);
    take(update);
    return update;
}

void ClientLink::take(const Update &value)
{
    if (m_observer == nullptr)
        return;
    revive();
    m_latest = value;
}

void ClientLink::revive() noexcept
{
    if (m_state == State::Ended)
        return;
    m_state = State::Active;
    if (m_extra)
        m_extra->staleness.reset();
}

void ClientLink::tell(const Update &update)
{
    const bool isFirst = !m_hasTold;
    m_hasTold = true;
    hand(&Observer::onUpdate, update, !isFirst && options().kind == LinkKind::Hot);
}

void ClientLink::hand(Told told, const Update &update, bool isOneChange)
{
    if (m_observer == nullptr)
        return;
    const Pointer self{this};
    const bool isReceived = (m_observer->*told)(*this, update);
    if (m_observer == nullptr)
        return;
    if (isReceived && options().acknowledgement == Acknowledgement::Automatic)
        acknowledge(update.sequence);
    if (isOneChange && options().once)
        endAfterChange();
}

void ClientLink::endAfterChange()
{
    Observer *observer = m_observer;
    conversation().unadvise(*this);
    observer->onEnded(*this, {ErrorCode::Closed,
                              QStringLiteral("%1: one change was wanted, and has come").arg(m_item.text())});
}

Update ClientLink::arrived(Payload value, quint64 sequence, std::int64_t time, Quality quality)
{
    const bool afterGap = m_wasLost;
    const bool isFirst = !m_hasArrived;
    m_wasLost = false;
    m_hasArrived = true;
    // A warm link has heard of the update that was there when it was started; a hot one has still to get it.
    const bool counts = !afterGap && (!isFirst || options().kind == LinkKind::Warm) && sequence > m_sequence;
    const quint64 missed = counts ? sequence - m_sequence - 1 : 0;
    m_sequence = std::max(m_sequence, sequence);
    return {std::move(value), sequence, fromMicroseconds(time), quality, afterGap, missed};
}

std::optional<Update> ClientLink::present() const
{
    const std::shared_ptr<transport::Channel> &channel = conversation().channel();
    if (!isActive() || !m_extra || m_extra->latestPlace == 0 || !channel)
        return std::nullopt;
    transport::Message found;
    const bool isThere = channel->readLatest({m_extra->latestPlace, m_extra->latestPublication, 0}, found);
    if (!isThere || found.flags > static_cast<std::uint16_t>(Quality::Stale))
        return std::nullopt;
    return Update{Payload{agreedFormat(), found.payload}, extended(found.sequence),
                  fromMicroseconds(found.time), static_cast<Quality>(found.flags)};
}

// A late acknowledgement may be of an update that the server's predecessor had sent.
void ClientLink::acknowledge(quint64 sequence)
{
    const auto number = static_cast<std::uint32_t>(sequence);
    const bool hasCome = m_hasArrived && sequence <= m_sequence;
    const bool isNew = static_cast<std::int32_t>(number - m_acknowledged) > 0;
    if (!isActive() || options().pace != LinkPace::Acknowledged || !hasCome || !isNew)
        return;
    m_acknowledged = number;
    conversation().send(protocol::Received{.link = m_id, .sequence = number});
}

void ClientLink::tellFinalValue()
{
    if (!options().finalValue || m_hasFinalValue)
        return;
    m_hasFinalValue = true;
    const std::optional<Update> last = present();
    if (!last)
        return;
    take(*last);
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
    const bool isNews = m_state == State::Active && !isActive();
    if (!isNews || m_observer == nullptr)
        return;
    const Pointer self{this};
    const Staleness staleness{SourceTime::clock::now(), reason};
    m_state = State::Stale;
    made().staleness = staleness;
    if (m_latest)
        m_latest->quality = Quality::Stale;
    m_observer->onStale(*this, staleness);
}

void ClientLink::tellEnd(const Error &reason)
{
    const Pointer self{this};
    tellFinalValue();
    stop();
    if (m_observer == nullptr)
        return;
    Observer *observer = m_observer;
    forgetObserver();
    observer->onEnded(*this, reason);
}

void ClientLink::forgetObserver() noexcept
{
    m_observer = nullptr;
    m_state = State::Ended;
}

void ClientLink::stop() noexcept
{
    m_format = noFormat;
    if (m_extra)
        m_extra->latestPlace = 0;
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
