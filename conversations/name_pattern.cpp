// SPDX-License-Identifier: Apache-2.0
#include "conversations/name_pattern.h"

#include "dde/protocol/names.h"

namespace tellwire {

NamePattern::NamePattern(const QString &text) : m_parts(foldedKey(text).split('*')) {}

// Each part is best found where it comes first: that leaves the most for the others.
bool NamePattern::fits(const QByteArray &key) const
{
    if (m_parts.size() == 1)
        return key == m_parts.constFirst();
    if (!key.startsWith(m_parts.constFirst()))
        return false;
    qsizetype from = m_parts.constFirst().size();
    for (qsizetype part = 1; part + 1 < m_parts.size(); ++part) {
        const qsizetype found = key.indexOf(m_parts[part], from);
        if (found < 0)
            return false;
        from = found + m_parts[part].size();
    }
    return key.size() - from >= m_parts.constLast().size() && key.endsWith(m_parts.constLast());
}

} // namespace tellwire
