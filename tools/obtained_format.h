// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard.h"

#include <variant>

namespace tellwire::tool {

/// The bytes of a format of a board: mapped if they are stored there, so that they take no memory.
///
/// They are for writing to a file or a pipe; the system then reports a mapping that was cut short.
class ObtainedFormat
{
public:
    explicit ObtainedFormat(Payload payload) : m_format(payload.format()), m_bytes(payload.bytes()) {}
    ObtainedFormat(Format format, MappedContent mapped)
        : m_format(std::move(format)),
          m_bytes(std::move(mapped))
    {}

    const Format &format() const noexcept { return m_format; }
    QByteArrayView bytes() const;

    /// To standard output; the code to end with if that failed, or nobody reads any more.
    [[nodiscard]] std::optional<int> writeOut() const;

private:
    Format m_format;
    std::variant<QByteArray, MappedContent> m_bytes;
};

/// The first of the formats that can be had, most wanted first; of what lies there by then, if `content` was
/// replaced. Blocks while its owner renders it. Errors: those of Clipboard::get().
Result<ObtainedFormat> obtain(const Clipboard &clipboard, const ClipboardContent &content,
                              const QList<Format> &wanted);

/// A format of this content, and of no other. Error also: ContentGone.
Result<ObtainedFormat> obtain(const Clipboard &clipboard, const ClipboardContent &content,
                              const ContentFormat &wanted);

} // namespace tellwire::tool
