// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "dde/transport/message.h"
#include "formats/result.h"

namespace tellwire::protocol {

/// The bytes of one message; docs/protocol.md draws them. Payloads are moved, never copied. What an Error's
/// detail has beyond maxErrorDetailInBytes is cut off; anything else out of bounds is the caller's mistake.
/// There is one for each message of ClientMessage and ServerMessage.
template <typename AnyMessage>
transport::Message encode(AnyMessage message);

/// Reads what the client of a channel sent. Accepts exactly what encode() writes: no other bytes mean the
/// same. The work is bounded by the length of the head. Errors: VersionMismatch, a type that clients of this
/// version do not send: skip the message;
///         BadData, a malformed message: end the channel with this error as its reason.
Result<ClientMessage> decodeFromClient(transport::Message message);

/// The same for what the server of a channel sent.
Result<ServerMessage> decodeFromServer(transport::Message message);

/// The word for a type, "Request"; for logs and monitors. Unknown types yield their number.
QString toString(MessageType type);

} // namespace tellwire::protocol
