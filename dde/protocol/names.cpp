// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/names.h"

#include "formats/payload.h"

#include <algorithm>
#include <optional>

namespace tellwire {

namespace {

template <typename Tag>
struct NameRule;

template <>
struct NameRule<ServiceTag>
{
    static constexpr QLatin1String kind{"A service name"};
    static constexpr bool allowsSlashes = false;
};

template <>
struct NameRule<TopicTag>
{
    static constexpr QLatin1String kind{"A topic name"};
    static constexpr bool allowsSlashes = true;
};

template <>
struct NameRule<ItemTag>
{
    static constexpr QLatin1String kind{"An item name"};
    static constexpr bool allowsSlashes = true;
};

/// The key of a text that consists of ASCII characters, as most names do: these fold one by one, and are
/// their own UTF-8. Nothing for any other text.
std::optional<QByteArray> asciiKey(QStringView text)
{
    QByteArray key{text.size(), Qt::Uninitialized};
    char *place = key.data();
    for (const QChar character : text) {
        if (character.unicode() >= 0x80)
            return std::nullopt;
        const char letter = character.toLatin1();
        *place++ = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return key;
}

bool hasSlash(const QString &text)
{
    return text.contains(QLatin1Char('/')) || text.contains(QLatin1Char('\\'));
}

/// What is wrong with a name, as the second half of a sentence; nothing if it is legal.
std::optional<QString> complaintAbout(const QString &text, bool allowsSlashes)
{
    if (text.isEmpty())
        return QStringLiteral("must not be empty: give it 1 to 255 characters");
    if (text.size() > maxNameLength)
        return QStringLiteral("must not be longer than 255 characters, and \"%1…\" has %2: shorten it")
            .arg(text.left(40), QString::number(text.size()));
    if (text.contains(QChar::Null))
        return QStringLiteral("must not contain a zero character: cut it at position %1")
            .arg(text.indexOf(QChar::Null));
    if (!text.isValidUtf16())
        return QStringLiteral(
            "must be valid Unicode, and this one has half of a surrogate pair: remove that half");
    if (!allowsSlashes && hasSlash(text))
        return QStringLiteral(
                   "must not contain a slash or backslash, as \"%1\" does: put paths into the topic")
            .arg(text);
    return std::nullopt;
}

template <typename Tag>
std::optional<QString> complaintAbout(const QString &text)
{
    return complaintAbout(text, NameRule<Tag>::allowsSlashes);
}

template <typename Tag>
Name<Tag> nameFromLiteral(const char *text, size_t sizeInBytes)
{
    // QString::fromUtf8() would drop a first U+FEFF, by which names differ.
    const QByteArray bytes = QByteArray::fromRawData(text, static_cast<qsizetype>(sizeInBytes));
    return Name<Tag>{FormatOf<QString>::decode(bytes).value_or(QString{})};
}

} // namespace

QByteArray foldedKey(const QString &text)
{
    if (std::optional<QByteArray> key = asciiKey(text))
        return *std::move(key);
    // Decompose before folding and compose after it: the order that Unicode defines for canonical caseless
    // matching.
    const QString decomposed = text.normalized(QString::NormalizationForm_D);
    return decomposed.toCaseFolded().normalized(QString::NormalizationForm_C).toUtf8();
}

template <typename Tag>
Name<Tag>::Name(const QString &text) : Name(text, foldedKey(text))
{
    Q_ASSERT_X(!complaintAbout<Tag>(text), "Name",
               "the text is no legal name; use fromUserText() for what users type");
}

template <typename Tag>
Result<Name<Tag>> Name<Tag>::fromUserText(const QString &text)
{
    if (const std::optional<QString> complaint = complaintAbout<Tag>(text))
        return Error{ErrorCode::BadData,
                     NameRule<Tag>::kind + QLatin1Char(' ') + *complaint + QLatin1Char('.')};
    return Name{text, foldedKey(text)};
}

template class Name<ServiceTag>;
template class Name<TopicTag>;
template class Name<ItemTag>;

inline namespace literals {

ServiceName operator""_service(const char *text, size_t sizeInBytes)
{
    return nameFromLiteral<ServiceTag>(text, sizeInBytes);
}

TopicName operator""_topic(const char *text, size_t sizeInBytes)
{
    return nameFromLiteral<TopicTag>(text, sizeInBytes);
}

ItemName operator""_item(const char *text, size_t sizeInBytes)
{
    return nameFromLiteral<ItemTag>(text, sizeInBytes);
}

} // namespace literals

} // namespace tellwire
