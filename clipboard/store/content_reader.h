// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard_content.h"
#include "clipboard/store/board_state.h"
#include "clipboard/store/volumes.h"

#include <memory>
#include <vector>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::store {

/// Reads what one state of a board has stored. Keeps every file it has opened, so that it stays readable
/// whatever is put on the board later.
///
/// Thread: that of its seat, which it keeps.
class ContentReader
{
public:
    ContentReader(std::shared_ptr<transport::Seat> seat, BoardState state);

    const BoardState &state() const noexcept { return m_state; }

    /// Opens all files. Errors: see ClipboardContent::keep().
    Result<void> keep();

    /// Errors: see ClipboardContent::read().
    Result<Payload> read(const Format &format);
    Result<MappedContent> map(const Format &format);

private:
    using File = std::shared_ptr<const transport::FileDescriptor>;

    Result<File> file(quint16 index);
    Result<const StoredFormat *> stored(const Format &format) const;

    std::shared_ptr<transport::Seat> m_seat;
    BoardState m_state;
    std::vector<File> m_files; ///< By index in the state; null until opened.
};

} // namespace tellwire::store
