// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "formats/payload.h"

#include <optional>

namespace tellwire::store {

/// The messages about promised formats. The numbers travel: never change or reuse one.
enum class RenderMessage : quint8 {
    Render = 0x40,   ///< To the owner.
    Rendered = 0x41, ///< From the owner.
    Refused = 0x42,  ///< From the owner.
};

/// "Render this format of that content."
struct Asking
{
    quint64 content = 0;
    Format format = Format::text();
};

transport::Message encodeRender(quint32 transaction, const Asking &asking);

/// With the bytes, or without: then they lie on the board.
transport::Message encodeRendered(quint32 transaction, const std::optional<QByteArray> &bytes);
transport::Message encodeRefused(quint32 transaction, const Error &reason);

/// Errors: BadData, with a sentence that says what is wrong with the message.
Result<Asking> decodeRender(const transport::Message &message);

/// The bytes, or nothing if they lie on the board.
Result<std::optional<QByteArray>> decodeRendered(const transport::Message &message);

/// What the owner said, in `reason`.
Result<void> decodeRefused(const transport::Message &message, Error &reason);

} // namespace tellwire::store
