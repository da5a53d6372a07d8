// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>
#include <QString>

namespace tellwire {

/// Names, some of whose characters may be anything: a * stands for any number of them. Case does not count.
class NamePattern
{
public:
    explicit NamePattern(const QString &text);

    /// An empty key, as a name has that is missing, fits only where anything may be.
    bool fits(const QByteArray &key) const;

private:
    QByteArrayList m_parts; ///< Folded; between two of them anything may be.
};

} // namespace tellwire
