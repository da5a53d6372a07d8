// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <mutex>

namespace tellwire {

/// Keeps bytes of another owner readable; its end gives them back.
///
/// Thread: any.
class TELLWIRE_EXPORT Loan
{
public:
    Loan() = default;
    virtual ~Loan();
    Loan(const Loan &) = delete;
    Loan &operator=(const Loan &) = delete;

    /// A private copy. Empty if their owner has taken them away, against the rules.
    virtual QByteArray copy() const = 0;
};

/// Bytes that are read where their owner keeps them, for as long as somebody here wants to. The owner may
/// break its word and change them meanwhile; a copy, once made, nobody changes.
///
/// Thread: any.
class TELLWIRE_EXPORT LentBytes
{
public:
    LentBytes(QByteArrayView bytes, std::unique_ptr<const Loan> loan);
    ~LentBytes();
    LentBytes(const LentBytes &) = delete;
    LentBytes &operator=(const LentBytes &) = delete;

    qsizetype size() const noexcept { return m_size; }

    /// Valid as long as this object. Without a copy; so the loan lasts as long, too.
    QByteArrayView view() const;

    /// Copies at the first call, and ends the loan unless somebody may be looking at it.
    const QByteArray &array() const;

private:
    const qsizetype m_size;
    mutable std::mutex m_mutex; ///< Guards all below.
    mutable QByteArrayView m_lent;
    mutable QByteArray m_copy;
    mutable bool m_isCopied = false;
    mutable bool m_isViewed = false;
    mutable std::unique_ptr<const Loan> m_loan;
};

} // namespace tellwire
