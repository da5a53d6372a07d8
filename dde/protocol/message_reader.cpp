// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_reader.h"

#include <QMetaEnum>
#include <QStringDecoder>

#include <algorithm>

namespace tellwire::protocol {

namespace {

/// Most texts are; they need no decoder.
bool isAscii(QByteArrayView bytes)
{
    return std::ranges::all_of(bytes, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

bool isKnown(std::uint16_t errorCode)
{
    return QMetaEnum::fromType<ErrorCode>().valueToKey(errorCode) != nullptr;
}

} // namespace

void MessageReader::complain(const QString &complaint)
{
    if (!hasComplaint())
        m_complaint = complaint;
    m_rest = {};
}

void MessageReader::require(bool condition, const char *complaint)
{
    if (!condition)
        complain(QString::fromUtf8(complaint));
}

QByteArrayView MessageReader::take(qsizetype size)
{
    require(size <= m_rest.size(), "the head ends too early");
    if (hasComplaint())
        return {};
    const QByteArrayView taken = m_rest.first(size);
    m_rest = m_rest.sliced(size);
    return taken;
}

QString MessageReader::text(qsizetype maxSizeInBytes)
{
    std::uint16_t size = 0;
    number(size);
    require(size <= maxSizeInBytes, "a text is too long");
    const QByteArrayView bytes = take(size);
    require(!bytes.contains('\0'), "a text contains a zero character");
    if (isAscii(bytes))
        return QString::fromLatin1(bytes);
    // Without the second flag a leading byte order mark would be dropped silently.
    QStringDecoder decoder{QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom};
    const QString read = decoder(bytes);
    require(!decoder.hasError(), "a text is not valid UTF-8");
    return hasComplaint() ? QString{} : read;
}

void MessageReader::bytes(QByteArray &bytes, qsizetype maxSize)
{
    std::uint16_t size = 0;
    number(size);
    require(size <= maxSize, "there are too many bytes");
    bytes = take(size).toByteArray();
}

void MessageReader::quality(Quality &quality)
{
    const std::uint16_t read = std::exchange(m_message.flags, std::uint16_t{0});
    require(read <= static_cast<std::uint16_t>(Quality::Stale), "the quality is unknown");
    quality = static_cast<Quality>(read);
}

void MessageReader::batchMark(bool &isMarked)
{
    isMarked = (m_message.flags & batchFlag) != 0;
    m_message.flags &= static_cast<std::uint16_t>(~batchFlag);
}

void MessageReader::applicationCode(std::uint8_t &code)
{
    const std::uint16_t read = std::exchange(m_message.flags, std::uint16_t{0});
    require(read <= 0xFF, "the application code has more than 8 bits");
    code = static_cast<std::uint8_t>(read);
}

void MessageReader::reserved16()
{
    std::uint16_t read = 0;
    number(read);
    require(read == 0, "a reserved field is not zero");
}

void MessageReader::error(Error &error)
{
    std::uint16_t code = 0;
    std::uint8_t reserved = 0;
    number(code);
    number(error.applicationCode);
    number(reserved);
    require(isKnown(code), "the error code is unknown");
    require(reserved == 0, "a reserved field is not zero");
    std::uint32_t retryAfter = 0;
    number(retryAfter);
    error.code = static_cast<ErrorCode>(code);
    error.retryAfter = std::chrono::milliseconds{retryAfter};
    error.detail = text(maxErrorDetailInBytes);
}

void MessageReader::errorIfAny(std::optional<Error> &reason)
{
    if (m_rest.isEmpty())
        return;
    reason.emplace();
    error(*reason);
}

Result<void> MessageReader::finish()
{
    require(m_rest.isEmpty(), "the head is too long");
    require(m_message.payload.isEmpty(), "it carries a payload");
    require(m_message.flags == 0, "its flags are not zero");
    require(m_message.sequence == 0, "it has a sequence number");
    require(m_message.time == 0, "it has a time");
    if (hasComplaint())
        return Error{ErrorCode::BadData, m_complaint};
    return {};
}

} // namespace tellwire::protocol
