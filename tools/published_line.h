// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/topic.h"
#include "formats/payload.h"

#include <QList>

namespace tellwire::tool {

/// Reads one line that `publish` was given. A line that begins with { is JSON: an object with the member item
/// and the member value or base64 is one update, any other object gives several items by name. Every other
/// line is item=value. docs/commands.md tells it in full. All or nothing. Errors: BadData.
Result<QList<ItemValue>> readPublishedLine(const QByteArray &line);

/// A line that readPublishedLine() reads back.
QByteArray toPublishedLine(const ItemName &item, const Payload &value);

} // namespace tellwire::tool
