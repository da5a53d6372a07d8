// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"
#include "formats/format_registry.h"
#include "formats/result.h"
#include "formats/standard_formats.h"

#include <QByteArray>
#include <QList>

namespace tellwire::transport {
class Seat;
}

// What the exact face converts when it talks to a partner of the Qt face, which knows text as UTF-8. Between
// two exact ends nothing is converted. Other formats have the same numbers everywhere.
namespace tellwire::ddeml {

/// Those that every program knows; made at first use. Safe from any thread.
const FormatRegistry &standardConversions();

/// What to ask such a partner for if the program wants the format: that, or what can be made into it.
QList<FormatNumber> acceptableFor(transport::Seat &seat, UINT format);

/// What such a partner sent, in the format the program wants. Errors: FormatNotOffered, BadData.
Result<QByteArray> toProgram(transport::Seat &seat, const QByteArray &bytes, FormatNumber from, UINT format);

struct NumberedData
{
    FormatNumber format = 1;
    QByteArray bytes;
};

/// What to send such a partner: text as UTF-8, everything else as it is. Errors: BadData.
Result<NumberedData> toPartner(transport::Seat &seat, const QByteArray &bytes, UINT format);

} // namespace tellwire::ddeml
