// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"
#include "dde/protocol/item_address.h"

#include <nlohmann/json_fwd.hpp>

#include <QString>

#include <optional>

namespace tellwire::tool {

/// ISO 8601 in UTC with microseconds: 2026-01-31T12:00:00.123456Z.
QString isoTime(SourceTime time);

QString timeOfDay(SourceTime time); ///< Local time, to the millisecond: 12:00:00.123.

/// Reads ISO 8601 with a date, a time, at most six digits behind the second, and a zone; without a zone it is
/// local time. Empty if it is none.
std::optional<SourceTime> timeFromIso(const QString &text);

QString qualityName(Quality quality);                        ///< good, uncertain, bad or stale
std::optional<Quality> qualityFromName(const QString &name); ///< Case does not count.

/// The value as text, if its format is one of text and its bytes are UTF-8.
std::optional<QString> textOf(const Payload &value);

// What --json shows; docs/commands.md lists the members.

nlohmann::json toJson(const ItemAddress &address, const Update &update);
nlohmann::json toJsonNews(const ItemAddress &address, const Update &news); ///< Of a warm link.
nlohmann::json toJsonStale(const ItemAddress &address, const std::optional<Update> &last,
                           const Staleness &staleness);

} // namespace tellwire::tool
