// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/bytes.h"

#include <QByteArray>

#include <cstdint>

namespace tellwire::transport {

/// One message between two programs, as the layers above see it: a private copy, whatever memory it came
/// through, but for large payloads, which may be lent. The transport carries it and knows no verb; `type`
/// decides by its range which handler gets it.
struct Message
{
    std::uint8_t type = 0;
    std::uint16_t flags = 0;    ///< The meaning belongs to the type; for values their quality.
    std::uint32_t id = 0;       ///< Conversation, transaction or link.
    std::uint32_t sequence = 0; ///< For values the low 32 bits of the update number.
    std::int64_t time = 0;      ///< For values the source time: microseconds since 1970-01-01 UTC.
    QByteArray head = {};       ///< Control fields, at most maxHeadLength bytes.
    Bytes payload = {};         ///< The bytes of a value, at most the session's payload limit.
};

/// Control fields of one message. Bounds what a stranger can make us copy before anything is understood.
inline constexpr std::uint32_t maxHeadLength = 1U << 20;

/// The hard limit of one payload; the session's configuration may set a lower one.
inline constexpr std::uint32_t maxPayloadLength = 1U << 30;

} // namespace tellwire::transport
