// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/direct_updates.h"

namespace tellwire::engine {

Result<transport::BlockPointer> DirectUpdates::blockOf(const QByteArray &value)
{
    if (value.size() <= qsizetype{transport::inlineLength})
        return transport::BlockPointer{};
    if (m_block && m_value.constData() == value.constData() && m_value.size() == value.size())
        return m_block;
    const std::uint64_t most = m_seat->configuration().payloadLimit;
    if (static_cast<std::uint64_t>(value.size()) > most)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("send %1 bytes: one value has at most %2").arg(value.size()).arg(most)};
    Result<transport::BlockPointer> block = m_seat->arena().store({}, {}, value);
    if (!block)
        return block;
    m_value = value;
    m_block = *block;
    return block;
}

} // namespace tellwire::engine
