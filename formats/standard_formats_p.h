// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/standard_formats.h"

namespace tellwire {

/// One line of the table of standard formats.
struct StandardFormatEntry
{
    StandardFormat format;
    const char *name;
    const char *mimeName; ///< Empty if no MIME type means the same bytes.
};

/// Null if the number is not a standard format's; 32 bits, because names may tell such numbers ("#70000").
const StandardFormatEntry *standardFormatEntry(quint32 number);

/// Null if the format is none of them.
const StandardFormatEntry *standardFormatEntry(const Format &format);

/// The n of "#n", as written: decimal, without sign or leading zeros. Empty if the name is not of that shape.
std::optional<quint32> numberInName(QStringView name);

} // namespace tellwire
