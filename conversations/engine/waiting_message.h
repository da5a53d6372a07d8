// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "formats/format.h"
#include "formats/result.h"

#include <QList>

#include <optional>

namespace tellwire::transport {
class Seat;
}

namespace tellwire::engine {

/// What a client says once its conversation is open. Its formats are kept by name: if the session begins anew
/// meanwhile, their numbers do so too.
class WaitingMessage
{
public:
    WaitingMessage(transport::Seat &seat, protocol::ClientMessage message);

    /// As it has to be sent now. Errors: what the session says when it registers a format.
    Result<protocol::ClientMessage> take() &&;

private:
    transport::Seat &m_seat;
    protocol::ClientMessage m_message;
    QList<std::optional<Format>> m_formats; ///< Of each number in the message; empty where it means any.
};

} // namespace tellwire::engine
