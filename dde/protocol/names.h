// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"
#include "formats/result.h"

#include <QByteArray>
#include <QHash>
#include <QMetaType>
#include <QString>

#include <compare>

namespace tellwire {

/// What a name is compared and found by: equal for texts that differ in case only, letter by letter, or in
/// how their accents are composed. The locale plays no part, so all programs find the same names equal.
TELLWIRE_EXPORT QByteArray foldedKey(const QString &text);

/// The most characters (UTF-16 units) a name may have; DDE's own limit.
inline constexpr qsizetype maxNameLength = 255;

/// A name that cannot be mistaken for another kind of name. Keeps the spelling it was given and is compared
/// by its foldedKey(), as DDE has always done. A legal name has 1 to 255 characters, none of them zero; a
/// service name has no slash or backslash, which DDE reserves for services of other machines.
///
/// A name made by default is empty: no name at all, or "any" where a wildcard is allowed.
template <typename Tag>
class TELLWIRE_EXPORT Name
{
public:
    Name() = default;

    /// For names the program itself makes up; an illegal one is the caller's mistake.
    explicit Name(const QString &text);

    /// For names that come from outside. Errors: BadData.
    static Result<Name> fromUserText(const QString &text);

    const QString &text() const noexcept { return m_text; }
    const QByteArray &key() const noexcept { return m_key; } ///< foldedKey(text()), computed once.
    bool isEmpty() const noexcept { return m_text.isEmpty(); }

    friend bool operator==(const Name &a, const Name &b) noexcept { return a.m_key == b.m_key; }
    friend std::weak_ordering operator<=>(const Name &a, const Name &b) noexcept
    {
        return a.m_key.compare(b.m_key) <=> 0;
    }
    friend size_t qHash(const Name &name, size_t seed = 0) noexcept { return qHash(name.m_key, seed); }

private:
    Name(const QString &text, QByteArray key) : m_text(text), m_key(std::move(key)) {}

    QString m_text;
    QByteArray m_key;
};

using ServiceName = Name<struct ServiceTag>; ///< Who: "Quotes".
using TopicName = Name<struct TopicTag>;     ///< About what: "NYSE".
using ItemName = Name<struct ItemTag>;       ///< Which value: "ZAXX".

extern template class TELLWIRE_EXPORT Name<ServiceTag>;
extern template class TELLWIRE_EXPORT Name<TopicTag>;
extern template class TELLWIRE_EXPORT Name<ItemTag>;

/// "Quotes"_service, "NYSE"_topic, "ZAXX"_item: UTF-8, and legal names.
inline namespace literals {
TELLWIRE_EXPORT ServiceName operator""_service(const char *text, size_t sizeInBytes);
TELLWIRE_EXPORT TopicName operator""_topic(const char *text, size_t sizeInBytes);
TELLWIRE_EXPORT ItemName operator""_item(const char *text, size_t sizeInBytes);
} // namespace literals

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::ServiceName)
Q_DECLARE_METATYPE(tellwire::TopicName)
Q_DECLARE_METATYPE(tellwire::ItemName)
