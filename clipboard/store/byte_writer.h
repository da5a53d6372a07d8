// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QtEndian>

#include <utility>

namespace tellwire::store {

/// Writes numbers and texts one after the other, little endian. The counterpart of ByteReader.
class ByteWriter
{
public:
    template <typename Number>
    void number(Number number)
    {
        const Number littleEndian = qToLittleEndian(number);
        m_bytes.append(reinterpret_cast<const char *>(&littleEndian), sizeof(Number));
    }
    void bytes(const QByteArray &bytes)
    {
        Q_ASSERT_X(bytes.size() <= 0xFFFF, "ByteWriter", "a field is too long");
        number(static_cast<quint16>(bytes.size()));
        m_bytes.append(bytes);
    }
    void text(const QString &text) { bytes(text.toUtf8()); }

    QByteArray take() { return std::move(m_bytes); }

private:
    QByteArray m_bytes;
};

} // namespace tellwire::store
