// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard.h"

#include <memory>

class QMimeData;

namespace tellwire {

/// What a board holds as a QMimeData, under MIME types (Format::mimeName()); formats that have none are left
/// out. Delayed and converted ones are got first, and left out if they cannot be had. Needs no display.
/// Errors: that of the first format, if none could be had.
TELLWIRE_EXPORT Reply<std::shared_ptr<QMimeData>> toMimeData(const Clipboard &clipboard);

/// All formats of a QMimeData, with their bytes, in its order. Text becomes Format::text(), HTML
/// Format::html(), URLs Format::uriList(); other formats keep their names. Those whose names are no legal
/// format names are left out.
TELLWIRE_EXPORT Offer fromMimeData(const QMimeData &data);

} // namespace tellwire
