// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QExplicitlySharedDataPointer>
#include <QHash>
#include <QString>

namespace tellwire {

/// The name of a kind of data, e.g. "image/png" or "CF_UNICODETEXT". A value: cheap to copy, compare and
/// hash; case does not count (Unicode case folding), the spelling is kept for display. Its number belongs to
/// the session and is the business of FormatNames.
class TELLWIRE_EXPORT Format
{
public:
    /// In UTF-16 code units, as Win32 counts.
    static constexpr qsizetype maxNameLength = 255;

    /// For names the program itself writes down: the name must be one that fromName() accepts.
    explicit Format(QString name);

    /// For names that come from elsewhere. Valid are 1 to 255 characters of Unicode text without a zero
    /// character. A name that begins with # is a number without a name ("#513"): decimal, at most 32 bits,
    /// not one of a standard format, and outside 49152…65535, whose meaning differs from session to session.
    /// Error: BadData, with a sentence to show.
    static Result<Format> fromName(const QString &name);

    /// What a person types: a name, a short alias (text, html, json, png, uri-list), or a number ("#13" is
    /// CF_UNICODETEXT). Error: BadData, with a sentence to show.
    static Result<Format> fromUserText(const QString &text);

    static Format text();    ///< text/plain;charset=utf-8
    static Format html();    ///< text/html, in UTF-8
    static Format json();    ///< application/json
    static Format uriList(); ///< text/uri-list (RFC 2483)
    static Format png();     ///< image/png

    const QString &name() const noexcept { return m_names->given; }
    const QString &foldedName() const noexcept { return m_names->key; } ///< The same for all that are equal.

    /// What other systems call it: for a standard format the MIME type that means the same, else the name
    /// itself if it is written like one. Empty if there is none.
    QString mimeName() const;

    friend bool operator==(const Format &a, const Format &b) noexcept
    {
        return a.m_names == b.m_names || a.m_names->key == b.m_names->key;
    }
    friend size_t qHash(const Format &format, size_t seed = 0) noexcept
    {
        return qHash(format.m_names->key, seed);
    }

private:
    struct Names : QSharedData
    {
        explicit Names(QString name);

        QString given;
        QString key; ///< The folded name; shares the memory of the given one if that is folded already.
    };

    /// Never null but in a format that was moved from. One word, because every value has a format with it.
    QExplicitlySharedDataPointer<const Names> m_names;
};

TELLWIRE_EXPORT QDebug operator<<(QDebug debug, const Format &format);

} // namespace tellwire
