// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/byte_reader.h"

#include <QStringDecoder>

namespace tellwire::store {

void ByteReader::require(bool condition, const char *complaint)
{
    if (condition || hasComplaint())
        return;
    m_complaint = complaint;
    m_rest = {};
}

QByteArrayView ByteReader::take(qsizetype size)
{
    require(size <= m_rest.size(), "it ends too early");
    if (hasComplaint())
        return {};
    const QByteArrayView taken = m_rest.first(size);
    m_rest = m_rest.sliced(size);
    return taken;
}

quint16 ByteReader::count(qsizetype most)
{
    const auto counted = number<quint16>();
    require(counted <= most, "a list is too long");
    return hasComplaint() ? quint16{0} : counted;
}

QByteArray ByteReader::bytes(qsizetype most)
{
    const auto size = number<quint16>();
    require(size <= most, "a field is too long");
    return take(size).toByteArray();
}

QString ByteReader::text(qsizetype mostBytes)
{
    const QByteArray utf8 = bytes(mostBytes);
    require(!utf8.contains('\0'), "a text contains a zero character");
    // Without the second flag a leading byte order mark would be dropped silently.
    QStringDecoder decoder{QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom};
    const QString read = decoder(utf8);
    require(!decoder.hasError(), "a text is not valid UTF-8");
    return hasComplaint() ? QString{} : read;
}

Result<void> ByteReader::finish()
{
    require(m_rest.isEmpty(), "it is too long");
    if (hasComplaint())
        return Error{ErrorCode::BadData, QLatin1StringView(m_complaint)};
    return {};
}

} // namespace tellwire::store
