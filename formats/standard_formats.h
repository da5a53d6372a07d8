// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/format.h"

#include <QList>

#include <optional>

namespace tellwire {

/// What stands for a format in messages and in shared memory. Never 0.
using FormatNumber = quint16;

/// The clipboard formats that Win32 predefines, with their numbers. Their names are those of Win32 too:
/// CF_TEXT, CF_BITMAP … The last five are for clipboard viewers, never for pasting.
enum class StandardFormat : FormatNumber {
    Text = 1,
    Bitmap = 2,
    MetafilePicture = 3,
    SymbolicLink = 4, ///< CF_SYLK, a spreadsheet.
    DataInterchange = 5,
    Tiff = 6,
    OemText = 7,
    Dib = 8,
    Palette = 9,
    PenData = 10,
    Riff = 11,
    Wave = 12,
    UnicodeText = 13,
    EnhancedMetafile = 14,
    FileDrop = 15, ///< CF_HDROP
    Locale = 16,
    DibV5 = 17,
    OwnerDisplay = 0x80,
    DisplayText = 0x81,
    DisplayBitmap = 0x82,
    DisplayMetafilePicture = 0x83,
    DisplayEnhancedMetafile = 0x8E,
};

/// Where the other numbers lie.
inline constexpr FormatNumber firstPrivateFormat = 0x200; ///< Never interpreted by anybody but their owner.
inline constexpr FormatNumber lastPrivateFormat = 0x2FF;
inline constexpr FormatNumber firstGdiObjectFormat =
    0x300; ///< Blocks of memory in truth, whatever the name says.
inline constexpr FormatNumber lastGdiObjectFormat = 0x3FF;
inline constexpr FormatNumber firstRegisteredFormat =
    0xC000; ///< From here on a session gives numbers to names.
inline constexpr int maxRegisteredFormats = 0x10000 - firstRegisteredFormat;

TELLWIRE_EXPORT Format standardFormat(StandardFormat which);

/// All of them, by number.
TELLWIRE_EXPORT QList<Format> standardFormats();

/// The number that is the same in every session: a standard format's, or what "#513" says. Empty for all
/// others, which FormatNames numbers.
TELLWIRE_EXPORT std::optional<FormatNumber> fixedNumber(const Format &format);

/// The reverse: a standard format or "#513". Empty for 0 and from firstRegisteredFormat on.
TELLWIRE_EXPORT std::optional<Format> formatWithFixedNumber(FormatNumber number);

} // namespace tellwire
