// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QtEndian>

namespace tellwire::store {

/// Takes apart what a stranger has written, field by field. After the first complaint everything reads as
/// zero or empty, so that one look at the end suffices.
class ByteReader
{
public:
    explicit ByteReader(QByteArrayView bytes) : m_rest(bytes) {}

    template <typename Number>
    Number number()
    {
        const QByteArrayView bytes = take(sizeof(Number));
        return bytes.isEmpty() ? Number{0} : qFromLittleEndian<Number>(bytes.data());
    }
    template <typename Number>
    void number(Number &number)
    {
        number = this->number<Number>();
    }

    /// A count of elements that follow, of which there may be so many.
    quint16 count(qsizetype most);
    QByteArray bytes(qsizetype most);
    QString text(qsizetype mostBytes); ///< UTF-8 without a zero.

    void require(bool condition, const char *complaint);
    bool hasComplaint() const { return m_complaint != nullptr; }

    /// To be asked after the last field: whatever is left should not be there. Error: BadData.
    Result<void> finish();

private:
    QByteArrayView take(qsizetype size);

    QByteArrayView m_rest;
    const char *m_complaint = nullptr;
};

} // namespace tellwire::store
