// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/client_link.h"

#include "conversations/engine/source_time.h"

#include <utility>

namespace tellwire::engine {

ClientLink::ClientLink(std::shared_ptr<ClientConversation> conversation, protocol::LinkId id,
                       Observer *observer)
    : m_conversation(std::move(conversation)),
      m_id(id),
      m_observer(observer)
{}

bool ClientLink::start(const Format &format)
{
    if (m_format)
        return false;
    m_format = format;
    if (m_observer != nullptr)
        m_observer->onActive();
    return true;
}

bool ClientLink::receive(const protocol::Value &value)
{
    if (!m_format)
        return false;
    const quint64 sequence = extended(value.sequence);
    if (m_sequence && sequence <= *m_sequence)
        return true; // A value that was asked for once more had overtaken this one.
    const quint64 missed = m_sequence ? sequence - *m_sequence - 1 : 0;
    m_sequence = sequence;
    if (m_observer != nullptr)
        m_observer->onUpdate(
            {Payload{*m_format, value.value}, sequence, fromMicroseconds(value.time), value.quality, missed});
    return true;
}

void ClientLink::tellEnd(const Error &reason)
{
    if (Observer *observer = std::exchange(m_observer, nullptr))
        observer->onEnded(reason);
}

// 32 bits travel; half their range is far more than a link can be behind.
quint64 ClientLink::extended(std::uint32_t sequence) const noexcept
{
    if (!m_sequence)
        return sequence;
    const auto distance = static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(*m_sequence));
    if (distance < 0 && *m_sequence < static_cast<quint64>(-static_cast<std::int64_t>(distance)))
        return 0;
    return *m_sequence + static_cast<quint64>(static_cast<std::int64_t>(distance));
}

} // namespace tellwire::engine
