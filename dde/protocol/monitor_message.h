// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/monitor_event.h"
#include "dde/transport/message.h"
#include "formats/result.h"

#include <cstdint>

namespace tellwire::protocol {

/// The messages of monitors. The client is who watches; docs/protocol.md draws the bytes.
enum class MonitorMessageType : std::uint8_t {
    Observe = 0x60,
    Observed = 0x61,
    Event = 0x62,
};

/// The types that belong to monitors.
inline constexpr std::uint8_t firstMonitorMessageType = 0x60;
inline constexpr std::uint8_t lastMonitorMessageType = 0x6F;

/// Asks to be told of all that happens from now on, instead of what was asked for before; of nothing any
/// more if there are no kinds. Answered by Observed.
struct Observe
{
    static constexpr MonitorMessageType type = MonitorMessageType::Observe;
    MonitorKinds kinds = {}; ///< Those that the server does not know are left out.
    friend bool operator==(const Observe &, const Observe &) = default;
};

/// From now on Events follow.
struct Observed
{
    static constexpr MonitorMessageType type = MonitorMessageType::Observed;
    MonitorKinds kinds = {};
    friend bool operator==(const Observed &, const Observed &) = default;
};

/// Something happened. The program is not in the message: it is who sends it.
struct Event
{
    static constexpr MonitorMessageType type = MonitorMessageType::Event;
    std::uint32_t lost = 0; ///< How many found no room since the one before.
    MonitorEvent event = {};
    friend bool operator==(const Event &, const Event &) = default;
};

inline constexpr qsizetype maxMonitoredProgramInBytes = 255;

using MonitorMessage = std::variant<Observed, Event>;

/// What texts have beyond their bounds is cut off.
transport::Message encode(Observe message);
transport::Message encode(Observed message);
transport::Message encode(Event message);

/// What a stranger sent. Errors: VersionMismatch (a type that is not expected from that side: skip it),
/// BadData.
Result<Observe> decodeFromMonitor(transport::Message message);
Result<MonitorMessage> decodeForMonitor(transport::Message message);

} // namespace tellwire::protocol
