// SPDX-License-Identifier: Apache-2.0
#include "formats/format.h"

#include "formats/standard_formats_p.h"

#include <QDebug>

#include <algorithm>
#include <array>

namespace tellwire {
namespace {

/// Why a name that begins with # cannot be one; empty if it can.
QString problemWithNumber(const QString &name)
{
    const std::optional<quint32> number = numberInName(name);
    if (!number || *number == 0)
        return QStringLiteral("a format name that begins with # is a number from 1 on, such as #513");
    if (*number >= firstRegisteredFormat && *number < firstRegisteredFormat + quint32{maxRegisteredFormats})
        return QStringLiteral("%1 means something else in every session; use the format's name").arg(name);
    if (const StandardFormatEntry *entry = standardFormatEntry(*number))
        return QStringLiteral("%1 has a name: %2").arg(name, QString::fromLatin1(entry->name));
    return {};
}

/// Why the name cannot be one, as a sentence to show; empty if it can.
QString problemWith(const QString &name)
{
    if (name.isEmpty())
        return QStringLiteral("a format needs a name");
    if (name.size() > Format::maxNameLength)
        return QStringLiteral("a format name has at most %1 characters, this one has %2")
            .arg(Format::maxNameLength)
            .arg(name.size());
    if (name.contains(QChar::Null))
        return QStringLiteral("a format name cannot contain a zero character");
    if (!name.isValidUtf16())
        return QStringLiteral("a format name must be valid Unicode text");
    return name.startsWith(u'#') ? problemWithNumber(name) : QString{};
}

/// What may stand in either half of a MIME type (RFC 2045, "token").
bool isTokenCharacter(QChar character)
{
    static constexpr QLatin1StringView specials{"()<>@,;:\\\"/[]?="};
    return character > u' ' && character < u'\x7F' && !specials.contains(character);
}

bool isToken(QStringView text) { return !text.isEmpty() && std::ranges::all_of(text, isTokenCharacter); }

/// A type and a subtype; parameters are not looked into.
bool looksLikeMimeName(QStringView name)
{
    const QStringView type = name.left(name.indexOf(u';')).trimmed();
    const qsizetype slash = type.indexOf(u'/');
    return slash > 0 && isToken(type.first(slash)) && isToken(type.sliced(slash + 1));
}

struct Alias
{
    QLatin1StringView text;
    Format (*format)();
};

constexpr std::array aliases{
    Alias{QLatin1StringView{"text"}, &Format::text}, Alias{QLatin1StringView{"html"}, &Format::html},
    Alias{QLatin1StringView{"json"}, &Format::json}, Alias{QLatin1StringView{"uri-list"}, &Format::uriList},
    Alias{QLatin1StringView{"png"}, &Format::png},
};

std::optional<Format> formatWithAlias(const QString &text)
{
    const auto *alias = std::ranges::find_if(aliases, [&text](const Alias &candidate) {
        return text.compare(candidate.text, Qt::CaseInsensitive) == 0;
    });
    return alias != aliases.end() ? std::optional{alias->format()} : std::nullopt;
}

/// Most names are folded as they are; they need none of Qt's tables, which a program that has just started
/// has to touch first.
QString folded(const QString &name)
{
    const auto isFolded = [](QChar letter) {
        return letter.unicode() < 0x80 && !(letter >= QLatin1Char('A') && letter <= QLatin1Char('Z'));
    };
    return std::ranges::all_of(name, isFolded) ? name : name.toCaseFolded();
}

} // namespace

Format::Names::Names(QString name) : given(std::move(name)), key(folded(given)) {}

Format::Format(QString name) : m_names(new Names{std::move(name)})
{
    Q_ASSERT_X(problemWith(m_names->given).isEmpty(), "Format", qPrintable(problemWith(m_names->given)));
}

Result<Format> Format::fromName(const QString &name)
{
    if (const QString problem = problemWith(name); !problem.isEmpty())
        return Error{ErrorCode::BadData, problem};
    return Format{name};
}

Result<Format> Format::fromUserText(const QString &text)
{
    const QString name = text.trimmed();
    if (const std::optional<Format> format = formatWithAlias(name))
        return *format;
    if (const std::optional<quint32> number = numberInName(name)) {
        if (const StandardFormatEntry *entry = standardFormatEntry(*number))
            return standardFormat(entry->format);
    }
    return fromName(name);
}

Format Format::text()
{
    static const Format format{QStringLiteral("text/plain;charset=utf-8")};
    return format;
}

Format Format::html()
{
    static const Format format{QStringLiteral("text/html")};
    return format;
}

Format Format::json()
{
    static const Format format{QStringLiteral("application/json")};
    return format;
}

Format Format::uriList()
{
    static const Format format{QStringLiteral("text/uri-list")};
    return format;
}

Format Format::png()
{
    static const Format format{QStringLiteral("image/png")};
    return format;
}

QString Format::mimeName() const
{
    if (const StandardFormatEntry *entry = standardFormatEntry(*this))
        return QString::fromLatin1(entry->mimeName);
    return looksLikeMimeName(name()) ? name() : QString{};
}

QDebug operator<<(QDebug debug, const Format &format)
{
    const QDebugStateSaver saver{debug};
    debug.noquote().nospace() << format.name();
    return debug;
}

} // namespace tellwire
