// SPDX-License-Identifier: Apache-2.0
#include "clipboard/board_name.h"

#include <algorithm>

namespace tellwire {
namespace {

bool isLegal(const QString &text)
{
    const bool hasForbidden = std::any_of(text.cbegin(), text.cend(), [](QChar character) {
        return character == QLatin1Char('/') || character.category() == QChar::Other_Control;
    });
    return !text.isEmpty() && text.size() <= BoardName::maxLength && text.isValidUtf16() && !hasForbidden;
}

QByteArray folded(const QString &text)
{
    return text.normalized(QString::NormalizationForm_C).toCaseFolded().toUtf8();
}

} // namespace

BoardName::BoardName(const QString &text) : BoardName(text, folded(text))
{
    Q_ASSERT_X(isLegal(text), "BoardName", "not a legal name of a board");
}

BoardName BoardName::clipboard() { return BoardName{QStringLiteral("clipboard")}; }
BoardName BoardName::primary() { return BoardName{QStringLiteral("primary")}; }
BoardName BoardName::find() { return BoardName{QStringLiteral("find")}; }

Result<BoardName> BoardName::fromUserText(const QString &text)
{
    if (!isLegal(text))
        return Error{ErrorCode::BadData,
                     QStringLiteral("the name of a board has 1 to %1 characters without a slash: \"%2\"")
                         .arg(maxLength)
                         .arg(text.left(maxLength))};
    return BoardName{text, folded(text)};
}

inline namespace literals {
BoardName operator""_board(const char *text, size_t sizeInBytes)
{
    return BoardName{QString::fromUtf8(text, static_cast<qsizetype>(sizeInBytes))};
}
} // namespace literals

} // namespace tellwire
