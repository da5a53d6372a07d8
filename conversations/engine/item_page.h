// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

#include <QByteArray>

namespace tellwire::engine {

class Item;
class ServedTopic;

/// What a listing says about one item, as JSON:
///
///     {"item": "ZAXX", "formats": ["text/plain;charset=utf-8"], "sequence": 3, "quality": 0, "text":
///     "12.50"}
///
/// where "text" is there if the value is stored and is text of at most 64 bytes.
QByteArray listedItem(const Item &item);

/// All of the topic's items, in order. On System these are the library's.
QByteArray itemList(const ServedTopic &topic);

/// The page of these items that is asked for, as docs/protocol.md draws it. Bounded also in bytes, but one
/// item is there at least. Costs what is on the page, however many items there are.
QByteArray itemPage(const ServedTopic &topic, const protocol::Browse &wanted);

} // namespace tellwire::engine
