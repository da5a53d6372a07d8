// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"

#include <QByteArray>
#include <QString>
#include <QtEndian>

#include <algorithm>

namespace tellwire::fuzz {

/// The bytes a target is run on, taken piece by piece. Behind their end everything is zero or empty.
class Input
{
public:
    explicit Input(QByteArrayView bytes) : m_rest(bytes) {}

    bool isEmpty() const { return m_rest.isEmpty(); }

    template <typename Number>
    Number number()
    {
        const QByteArrayView bytes = take(sizeof(Number));
        return bytes.size() < qsizetype{sizeof(Number)} ? Number{0} : qFromLittleEndian<Number>(bytes.data());
    }

    /// At most so many. A copy of exactly their size, so that a sanitizer sees who reads behind them.
    QByteArray bytes(qsizetype most) { return exactly(take(most)); }
    QByteArray rest() { return exactly(take(m_rest.size())); }

    /// All that is left, as UTF-8; behind a byte that UTF-8 does not have, 0xFF, as UTF-16, which has texts
    /// that are no Unicode.
    QString text()
    {
        if (!m_rest.startsWith('\xFF'))
            return QString::fromUtf8(rest());
        const QByteArray units = rest().sliced(1);
        QString text(units.size() / 2, QChar::Null);
        for (qsizetype index = 0; index < text.size(); ++index)
            text[index] = QChar{qFromLittleEndian<char16_t>(units.constData() + 2 * index)};
        return text;
    }

    /// Up to the next zero byte.
    QByteArray line()
    {
        const qsizetype end = m_rest.indexOf('\0');
        const QByteArray line = bytes(end < 0 ? m_rest.size() : end);
        take(1);
        return line;
    }

    /// As it comes from a channel: 0 type   1 flags   3 id   7 sequence   11 time   19 length of the head
    transport::Message message()
    {
        transport::Message message;
        message.type = number<quint8>();
        message.flags = number<quint16>();
        message.id = number<quint32>();
        message.sequence = number<quint32>();
        message.time = number<qint64>();
        message.head = bytes(number<quint16>());
        message.payload = rest();
        return message;
    }

private:
    static QByteArray exactly(QByteArrayView bytes)
    {
        QByteArray copy = bytes.toByteArray();
        copy.squeeze();
        return copy;
    }

    QByteArrayView take(qsizetype most)
    {
        const QByteArrayView taken = m_rest.first(std::min(most, m_rest.size()));
        m_rest = m_rest.sliced(taken.size());
        return taken;
    }

    QByteArrayView m_rest;
};

} // namespace tellwire::fuzz
