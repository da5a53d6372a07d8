// SPDX-License-Identifier: Apache-2.0
#include "formats/lent_bytes.h"

namespace tellwire {

Loan::~Loan() = default;

LentBytes::LentBytes(QByteArrayView bytes, std::unique_ptr<const Loan> loan)
    : m_size(bytes.size()),
      m_lent(bytes),
      m_loan(std::move(loan))
{}

LentBytes::~LentBytes() = default;

QByteArrayView LentBytes::view() const
{
    const std::scoped_lock lock{m_mutex};
    if (!m_loan)
        return m_copy;
    m_isViewed = true;
    return m_lent;
}

const QByteArray &LentBytes::array() const
{
    const std::scoped_lock lock{m_mutex};
    if (!m_isCopied)
        m_copy = m_loan->copy();
    m_isCopied = true;
    if (!m_isViewed)
        m_loan.reset();
    return m_copy;
}

} // namespace tellwire
