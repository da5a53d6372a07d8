// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_writer.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace tellwire::protocol {

namespace {

/// UTF-8 of at most `limit` bytes, without a zero and without half a character at its end.
QByteArray boundedUtf8(const QString &text, qsizetype limit)
{
    QByteArray utf8 = text.left(limit).toUtf8().replace('\0', ' ');
    if (utf8.size() <= limit)
        return utf8;
    qsizetype end = limit;
    while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U)
        --end;
    return utf8.first(end);
}

} // namespace

void MessageWriter::text(QByteArrayView utf8)
{
    require(utf8.size() <= 0xFFFF, "a text is too long");
    number(static_cast<std::uint16_t>(utf8.size()));
    append(utf8.data(), static_cast<std::size_t>(utf8.size()));
}

void MessageWriter::text(QStringView text)
{
    const auto size = static_cast<std::size_t>(text.size());
    const bool isShort = sizeof(std::uint16_t) + size <= m_latest.size() - m_size;
    if (!isShort || !std::ranges::all_of(text, [](QChar character) { return character.unicode() < 0x80; }))
        return this->text(QByteArrayView{text.toUtf8()});
    number(static_cast<std::uint16_t>(size));
    for (const QChar character : text)
        m_latest[m_size++] = static_cast<char>(character.unicode());
}

void MessageWriter::text(const QString &text, qsizetype maxSizeInBytes)
{
    this->text(boundedUtf8(text, maxSizeInBytes));
}

void MessageWriter::bytes(const QByteArray &bytes, qsizetype maxSize)
{
    const QByteArray first = bytes.first(std::min(bytes.size(), maxSize));
    number(static_cast<std::uint16_t>(first.size()));
    append(first.constData(), static_cast<std::size_t>(first.size()));
}

void MessageWriter::appendMuch(const void *bytes, std::size_t size)
{
    moveToHead();
    m_message.head.append(static_cast<const char *>(bytes), static_cast<qsizetype>(size));
}

void MessageWriter::moveToHead()
{
    const auto size = static_cast<qsizetype>(std::exchange(m_size, 0));
    if (m_message.head.isEmpty())
        m_message.head = QByteArray{m_latest.data(), size};
    else
        m_message.head.append(m_latest.data(), size);
}

void MessageWriter::error(const Error &error)
{
    number(static_cast<std::uint16_t>(error.code));
    number(std::uint8_t{error.applicationCode});
    number(std::uint8_t{0});
    constexpr auto longest = std::chrono::milliseconds{std::numeric_limits<std::uint32_t>::max()};
    const auto retryAfter = std::clamp(error.retryAfter, std::chrono::milliseconds{0}, longest);
    number(static_cast<std::uint32_t>(retryAfter.count()));
    text(error.detail, maxErrorDetailInBytes);
}

void MessageWriter::errorIfAny(const std::optional<Error> &reason)
{
    if (reason)
        error(*reason);
}

} // namespace tellwire::protocol
