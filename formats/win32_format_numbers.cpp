// SPDX-License-Identifier: Apache-2.0
#include "formats/win32_format_numbers.h"

namespace tellwire::exact {
namespace {

constexpr quint32 lastRegisteredFormat = 0xFFFF;
const QLatin1String unregistered{"unregistered format #"};
const QLatin1String registered{"registered format "};

/// The number behind a prefix, if there is nothing but a number.
std::optional<quint32> numberBehind(QLatin1String prefix, const QString &name)
{
    bool isNumber = false;
    const quint32 number = name.startsWith(prefix) ? name.mid(prefix.size()).toUInt(&isNumber) : 0;
    if (!isNumber || name != prefix + QString::number(number))
        return std::nullopt;
    return number;
}

/// True for CF_TEXT, but not for #1234, which means 1234 also to those who register it.
bool readsLikePredefined(const QString &name)
{
    const Result<Format> format = Format::fromName(name);
    return format && fixedNumber(*format) && !name.startsWith(u'#');
}

/// True for what reads like a predefined format's name, and for what such a name becomes when it is
/// registered.
bool isAmbiguous(QString name)
{
    while (name.startsWith(registered, Qt::CaseInsensitive))
        name.remove(0, registered.size());
    return readsLikePredefined(name);
}

bool isRegisteredRange(quint32 number)
{
    return number >= firstRegisteredFormat && number <= lastRegisteredFormat;
}

} // namespace

std::optional<Format> formatOf(const FormatNames &names, quint32 number)
{
    if (number == 0)
        return std::nullopt;
    if (number > lastRegisteredFormat)
        return Format{u'#' + QString::number(number)};
    if (!isRegisteredRange(number))
        return formatWithFixedNumber(static_cast<FormatNumber>(number));
    if (std::optional<Format> known = names.format(static_cast<FormatNumber>(number)))
        return known;
    return Format{unregistered + QString::number(number)};
}

Result<Format> registeredFormat(const QString &name)
{
    return Format::fromName(isAmbiguous(name) ? registered + name : name);
}

QString registeredName(const Format &format)
{
    const QString &name = format.name();
    const bool isOurs = name.startsWith(registered, Qt::CaseInsensitive) && isAmbiguous(name);
    return isOurs ? name.mid(registered.size()) : name;
}

Result<quint32> numberOf(FormatNames &names, const Format &format)
{
    if (const std::optional<FormatNumber> fixed = fixedNumber(format))
        return quint32{*fixed};
    const std::optional<quint32> plain = numberBehind(QLatin1String{"#"}, format.name());
    if (plain && *plain > lastRegisteredFormat)
        return *plain;
    const std::optional<quint32> free = numberBehind(unregistered, format.name());
    if (free && isRegisteredRange(*free))
        return *free;
    return names.number(format).transform([](FormatNumber number) { return quint32{number}; });
}

} // namespace tellwire::exact
