// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QExplicitlySharedDataPointer>

#include <memory>

namespace tellwire {

class LentBytes;

/// The bytes of a value: this program's own, or lent by whoever sent them, who keeps them where they are
/// until the last copy of this object is gone. A value; copies share the bytes.
///
/// Thread: any; but as with other values, not one object from several at once if one of them changes it.
class TELLWIRE_EXPORT Bytes
{
public:
    Bytes() = default;
    Bytes(QByteArray own) : m_own(std::move(own)) {} // NOLINT(*-explicit-*): the same.
    Bytes(const char *text) : m_own(text) {}         // NOLINT(*-explicit-*): the same.
    explicit Bytes(std::shared_ptr<const LentBytes> lent) : m_lent(new Lent{{}, std::move(lent)}) {}

    bool isLent() const noexcept { return static_cast<bool>(m_lent); }
    qsizetype size() const noexcept { return isLent() ? lentSize() : m_own.size(); }
    bool isEmpty() const noexcept { return size() == 0; }

    /// Without a copy; valid as long as this object or a copy of it. Whoever has lent them can change them
    /// while they are looked at, if it breaks the rules: so go through them once, from one end to the other,
    /// or use array().
    QByteArrayView view() const { return isLent() ? lentView() : QByteArrayView{m_own}; }

    /// Bytes that nobody changes. Copies lent ones at the first call on any of the objects that share them.
    const QByteArray &array() const { return isLent() ? lentArray() : m_own; }

    friend bool operator==(const Bytes &one, const Bytes &other)
    {
        return (one.isLent() && one.m_lent == other.m_lent) || one.array() == other.array();
    }

private:
    /// Few are lent: so that fact takes one word of each.
    struct Lent : QSharedData
    {
        std::shared_ptr<const LentBytes> bytes;
    };

    qsizetype lentSize() const noexcept;
    QByteArrayView lentView() const;
    const QByteArray &lentArray() const;

    QByteArray m_own;
    QExplicitlySharedDataPointer<const Lent> m_lent;
};

} // namespace tellwire
