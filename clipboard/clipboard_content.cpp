// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard_content.h"

#include "clipboard/store/content_reader.h"

#include <algorithm>

namespace tellwire {
namespace {

Error nothingThere(const Format &format)
{
    return {ErrorCode::FormatNotOffered, QStringLiteral("read %1: the board is empty").arg(format.name())};
}

} // namespace

ClipboardContent::ClipboardContent() = default;

ClipboardContent::ClipboardContent(std::shared_ptr<store::ContentReader> reader, QList<ContentFormat> formats)
    : m_reader(std::move(reader)),
      m_formats(std::move(formats))
{}

std::optional<ContentFormat> ClipboardContent::find(const Format &format) const
{
    const auto found = std::find_if(m_formats.cbegin(), m_formats.cend(),
                                    [&](const ContentFormat &known) { return known.format == format; });
    return found == m_formats.cend() ? std::nullopt : std::optional{*found};
}

ContentOwner ClipboardContent::owner() const
{
    if (!m_reader || m_reader->state().owner.pid == 0)
        return {};
    const store::BoardOwner &owner = m_reader->state().owner;
    return {
        .pid = static_cast<pid_t>(owner.pid), .uid = owner.uid, .gid = owner.gid, .program = owner.program};
}

quint32 ClipboardContent::sequenceNumber() const { return m_reader ? m_reader->state().sequence : 0; }

QDateTime ClipboardContent::time() const
{
    if (!m_reader || m_reader->state().time == 0)
        return {};
    return QDateTime::fromMSecsSinceEpoch(m_reader->state().time / 1000, Qt::UTC);
}

Result<void> ClipboardContent::keep() { return m_reader ? m_reader->keep() : Result<void>{}; }

Result<Payload> ClipboardContent::read(const Format &format) const
{
    return m_reader ? m_reader->read(format) : nothingThere(format);
}

Result<MappedContent> ClipboardContent::map(const Format &format) const
{
    return m_reader ? m_reader->map(format) : nothingThere(format);
}

} // namespace tellwire
