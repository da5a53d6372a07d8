// SPDX-License-Identifier: Apache-2.0
#include "formats/standard_formats.h"

#include "formats/standard_formats_p.h"

#include <algorithm>
#include <array>

namespace tellwire {
namespace {

// The bytes of DIB, HDROP and METAFILEPICT differ from those of the files one thinks of (headers), and the
// code page of OEMTEXT is not known here: no MIME name for these. Sorted by number.
constexpr std::array standardFormatTable{
    StandardFormatEntry{StandardFormat::Text, "CF_TEXT", "text/plain;charset=windows-1252"},
    StandardFormatEntry{StandardFormat::Bitmap, "CF_BITMAP", ""},
    StandardFormatEntry{StandardFormat::MetafilePicture, "CF_METAFILEPICT", ""},
    StandardFormatEntry{StandardFormat::SymbolicLink, "CF_SYLK", ""},
    StandardFormatEntry{StandardFormat::DataInterchange, "CF_DIF", ""},
    StandardFormatEntry{StandardFormat::Tiff, "CF_TIFF", "image/tiff"},
    StandardFormatEntry{StandardFormat::OemText, "CF_OEMTEXT", ""},
    StandardFormatEntry{StandardFormat::Dib, "CF_DIB", ""},
    StandardFormatEntry{StandardFormat::Palette, "CF_PALETTE", ""},
    StandardFormatEntry{StandardFormat::PenData, "CF_PENDATA", ""},
    StandardFormatEntry{StandardFormat::Riff, "CF_RIFF", ""},
    StandardFormatEntry{StandardFormat::Wave, "CF_WAVE", "audio/vnd.wave"},
    StandardFormatEntry{StandardFormat::UnicodeText, "CF_UNICODETEXT", "text/plain;charset=utf-16le"},
    StandardFormatEntry{StandardFormat::EnhancedMetafile, "CF_ENHMETAFILE", "image/emf"},
    StandardFormatEntry{StandardFormat::FileDrop, "CF_HDROP", ""},
    StandardFormatEntry{StandardFormat::Locale, "CF_LOCALE", ""},
    StandardFormatEntry{StandardFormat::DibV5, "CF_DIBV5", ""},
    StandardFormatEntry{StandardFormat::OwnerDisplay, "CF_OWNERDISPLAY", ""},
    StandardFormatEntry{StandardFormat::DisplayText, "CF_DSPTEXT", ""},
    StandardFormatEntry{StandardFormat::DisplayBitmap, "CF_DSPBITMAP", ""},
    StandardFormatEntry{StandardFormat::DisplayMetafilePicture, "CF_DSPMETAFILEPICT", ""},
    StandardFormatEntry{StandardFormat::DisplayEnhancedMetafile, "CF_DSPENHMETAFILE", ""},
};

FormatNumber numberOf(const StandardFormatEntry &entry) { return static_cast<FormatNumber>(entry.format); }

Format formatOfEntry(const StandardFormatEntry &entry) { return Format{QString::fromLatin1(entry.name)}; }

QHash<Format, const StandardFormatEntry *> entriesByFormat()
{
    QHash<Format, const StandardFormatEntry *> entries;
    for (const StandardFormatEntry &entry : standardFormatTable)
        entries.insert(formatOfEntry(entry), &entry);
    return entries;
}

} // namespace

const StandardFormatEntry *standardFormatEntry(quint32 number)
{
    const auto *entry = std::ranges::lower_bound(standardFormatTable, number, {}, numberOf);
    return entry != standardFormatTable.end() && numberOf(*entry) == number ? entry : nullptr;
}

const StandardFormatEntry *standardFormatEntry(const Format &format)
{
    static const QHash<Format, const StandardFormatEntry *> entries = entriesByFormat();
    return entries.value(format, nullptr);
}

std::optional<quint32> numberInName(QStringView name)
{
    if (!name.startsWith(u'#'))
        return std::nullopt;
    bool isNumber = false;
    const quint32 number = name.mid(1).toUInt(&isNumber);
    // Comparing with what the number would be written as rules out signs, spaces and leading zeros.
    if (!isNumber || name.mid(1) != QString::number(number))
        return std::nullopt;
    return number;
}

Format standardFormat(StandardFormat which)
{
    const StandardFormatEntry *entry = standardFormatEntry(static_cast<quint32>(which));
    Q_ASSERT_X(entry != nullptr, "standardFormat", "not one of the enumerators");
    return formatOfEntry(*entry);
}

QList<Format> standardFormats()
{
    QList<Format> formats;
    for (const StandardFormatEntry &entry : standardFormatTable)
        formats.append(formatOfEntry(entry));
    return formats;
}

std::optional<FormatNumber> fixedNumber(const Format &format)
{
    if (const StandardFormatEntry *entry = standardFormatEntry(format))
        return numberOf(*entry);
    const std::optional<quint32> number = numberInName(format.name());
    if (!number || *number == 0 || *number >= firstRegisteredFormat)
        return std::nullopt;
    return static_cast<FormatNumber>(*number);
}

std::optional<Format> formatWithFixedNumber(FormatNumber number)
{
    if (const StandardFormatEntry *entry = standardFormatEntry(quint32{number}))
        return formatOfEntry(*entry);
    if (number == 0 || number >= firstRegisteredFormat)
        return std::nullopt;
    return Format{u'#' + QString::number(number)};
}

} // namespace tellwire
