// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard.h"

#include <memory>

class QMimeData;

namespace tellwire {

/// What a board holds as a QMimeData, under MIME types (Format::mimeName()); formats that have none are left
/// out, delayed and converted ones are got first. Needs no display. Error: that of the first format that
/// could not be had although others could not either; what could be had is given.
TELLWIRE_EXPORT Reply<std::shared_ptr<QMimeData>> toMimeData(const Clipboard &clipboard);

/// All formats of a QMimeData, with their bytes, in its order. Text becomes Format::text(), HTML
/// Format::html(), URLs Format::uriList(); other formats keep their names. Those whose names are no legal
/// format names are left out.
TELLWIRE_EXPORT Offer fromMimeData(const QMimeData &data);

} // namespace tellwire
