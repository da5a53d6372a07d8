// SPDX-License-Identifier: Apache-2.0
#include "tools/obtained_format.h"

#include "tools/output.h"

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds untilItsOwnLimit{-1};

Result<ObtainedFormat> ask(const Clipboard &clipboard, const QList<Format> &wanted)
{
    return waitFor(clipboard.get(wanted), untilItsOwnLimit).transform([](const Payload &payload) {
        return ObtainedFormat{payload};
    });
}

Result<ObtainedFormat> map(const ClipboardContent &content, const Format &format)
{
    return content.map(format).transform([&format](const MappedContent &mapped) {
        return ObtainedFormat{format, mapped};
    });
}

/// The first one that needs no conversion.
std::optional<ContentFormat> firstOffered(const ClipboardContent &content, const QList<Format> &wanted)
{
    for (const Format &format : wanted)
        if (const std::optional<ContentFormat> found = content.find(format);
            found && found->source != ContentFormat::Source::Converted)
            return found;
    return std::nullopt;
}

} // namespace

QByteArrayView ObtainedFormat::bytes() const
{
    if (const auto *mapped = std::get_if<MappedContent>(&m_bytes))
        return mapped->bytes();
    return std::get<QByteArray>(m_bytes);
}

std::optional<int> ObtainedFormat::writeOut() const
{
    const auto *mapped = std::get_if<MappedContent>(&m_bytes);
    return mapped != nullptr && mapped->file() >= 0
               ? tool::writeOut(mapped->file(), mapped->offset(), mapped->bytes())
               : tool::writeOut(bytes());
}

Result<ObtainedFormat> obtain(const Clipboard &clipboard, const ClipboardContent &content,
                              const QList<Format> &wanted)
{
    const std::optional<ContentFormat> offered = firstOffered(content, wanted);
    if (offered && offered->source == ContentFormat::Source::Stored)
        if (Result<ObtainedFormat> mapped = map(content, offered->format);
            mapped || mapped.error().code != ErrorCode::ContentGone)
            return mapped;
    return ask(clipboard, wanted);
}

Result<ObtainedFormat> obtain(const Clipboard &clipboard, const ClipboardContent &content,
                              const ContentFormat &wanted)
{
    if (wanted.source == ContentFormat::Source::Stored)
        return map(content, wanted.format);
    Result<ObtainedFormat> rendered = ask(clipboard, {wanted.format});
    if (rendered && clipboard.sequenceNumber() != content.sequenceNumber())
        return Error{ErrorCode::ContentGone, QStringLiteral("something else was copied meanwhile")};
    return rendered;
}

} // namespace tellwire::tool
