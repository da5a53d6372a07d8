// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/format_names.h"

namespace tellwire::exact {

// Win32 knows formats by numbers of 32 bits, a session by names:
//
//     1 … 17, 0x80 …      CF_TEXT …              the predefined ones
//     up to 0xBFFF        #513                   private and other numbers
//     0xC000 … 0xFFFF     what is registered, or, if nobody has registered it, "unregistered format #50000"
//     above               #1193046
//
// A program may register a name that reads like a predefined format's. That is a format of its own,
// "registered format CF_TEXT" in the session.

/// Empty for 0, which is no format.
std::optional<Format> formatOf(const FormatNames &names, quint32 number);

/// The format of a name that a program registers, and the name it has registered it by. Error: BadData.
Result<Format> registeredFormat(const QString &name);
QString registeredName(const Format &format);

/// Registers the name if it has no number yet. Errors: those of FormatNames::number().
Result<quint32> numberOf(FormatNames &names, const Format &format);

} // namespace tellwire::exact
