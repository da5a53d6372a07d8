// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"
#include "formats/result.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace tellwire {

/// The name of a board, of which a session has as many as anybody wants. Three are known everywhere:
/// clipboard() for copy and paste, primary() for what is selected at the moment, find() for what was last
/// searched for. A value; case does not count, the spelling is kept.
class TELLWIRE_EXPORT BoardName
{
public:
    static constexpr qsizetype maxLength = 64; ///< In UTF-16 code units.

    static BoardName clipboard();
    static BoardName primary();
    static BoardName find();

    /// For names that come from elsewhere. Valid are 1 to 64 characters of Unicode text without a slash and
    /// without control characters. Error: BadData, with a sentence to show.
    static Result<BoardName> fromUserText(const QString &text);

    /// For names the program itself writes down; an illegal one is the caller's mistake.
    explicit BoardName(const QString &text);

    const QString &text() const noexcept { return m_text; }
    const QByteArray &key() const noexcept { return m_key; } ///< What it is found by: the folded name.

    friend bool operator==(const BoardName &a, const BoardName &b) noexcept { return a.m_key == b.m_key; }
    friend size_t qHash(const BoardName &name, size_t seed = 0) noexcept { return qHash(name.m_key, seed); }

private:
    BoardName(QString text, QByteArray key) : m_text(std::move(text)), m_key(std::move(key)) {}

    QString m_text;
    QByteArray m_key;
};

inline namespace literals {
TELLWIRE_EXPORT BoardName operator""_board(const char *text, size_t sizeInBytes); ///< UTF-8, a legal name.
} // namespace literals

} // namespace tellwire
