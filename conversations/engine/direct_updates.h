// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/seat.h"

#include <QByteArray>

namespace tellwire::engine {

/// While one lives, those who are sent values on direct links are woken only at its end, each at most once;
/// and a value that goes to one link after the other lies in shared memory only once.
class DirectUpdates
{
public:
    explicit DirectUpdates(transport::Seat &seat) : m_seat(seat.shared_from_this()), m_batch(seat) {}

    /// Null for a value that goes with its message. Errors: TooLarge, OutOfSpace.
    Result<transport::BlockPointer> blockOf(const QByteArray &value);

private:
    std::shared_ptr<transport::Seat> m_seat; ///< Whoever is asked for values may end the session.
    transport::Seat::Batch m_batch;
    QByteArray m_value; ///< What the block holds. Nobody can change its bytes while it is kept here.
    transport::BlockPointer m_block;
};

} // namespace tellwire::engine
