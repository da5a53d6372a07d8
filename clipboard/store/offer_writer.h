// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/offer.h"
#include "clipboard/store/board_state.h"
#include "clipboard/store/volumes.h"

#include <optional>

namespace tellwire::store {

/// An offer made ready for a board: what is small lies in the state itself, all else in one file.
struct WrittenOffer
{
    QList<StoredFormat> formats; ///< Those in files refer to the first file of a state.
    std::optional<WritingFile> file;
};

/// Writes it. Errors: TooLarge (more than `limitInBytes`, or too many formats), OutOfSpace.
Result<WrittenOffer> writeOffer(const Offer &offer, Volumes &volumes, quint64 limitInBytes);

} // namespace tellwire::store
