// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/payload.h"

#include <QByteArray>
#include <QList>

class QIODevice;

namespace tellwire::tool {

/// One format in a file that holds a whole content.
struct SavedFormat
{
    Format format;
    qint64 sizeInBytes = 0;
};

/// The first line of such a file, with its end. The bytes of the formats follow, one after another and with
/// nothing between; docs/commands.md describes it.
QByteArray savedHeader(const QList<SavedFormat> &formats);

/// Reads such a file, which anybody may have written. Errors: BadData if it is none, or is not complete;
/// TooLarge if it says that it has more than `most` bytes.
Result<QList<Payload>> readSaved(QIODevice &file, quint64 most);

} // namespace tellwire::tool
