// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/names.h"
#include "formats/payload.h"

#include <QList>

#include <optional>

namespace tellwire::engine {

class ServedTopic;

/// "System", which every service has.
const TopicName &systemTopicName();

/// The items that the library itself answers, made anew whenever somebody asks: TopicItemList on every topic,
/// and on System also SysItems, Topics, Formats, Status and Help. As text the elements of a list are parted
/// by tabs, as in DDE; as JSON they are an array of strings, and TopicItemList an array of objects:
///
///     {"item": "ZAXX", "formats": ["text/plain;charset=utf-8"], "sequence": 3, "quality": 0, "text":
///     "12.50"}
///
/// where "text" is there if the value is text of at most 64 bytes. Empty if the item is none of them.
/// Source: ddeml-semantics.md B11.
std::optional<QList<Payload>> systemItem(const ServedTopic &topic, const ItemName &item);

} // namespace tellwire::engine
