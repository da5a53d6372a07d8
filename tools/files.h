// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace tellwire::tool {

/// All of a file; "-" is standard input. Blocks. Errors: TooLarge if that is more than `most` bytes; BadData
/// if it cannot be read.
Result<QByteArray> readFile(const QString &name, quint64 most);

enum class ExistingFile { Refused, Replaced };

/// Writes the pieces one after another to a file, which is complete or not there. A link of that name is not
/// followed. Errors: Refused if the file is there already, OutOfSpace.
Result<void> writeFile(const QString &name, const QList<QByteArrayView> &pieces, ExistingFile existing);

} // namespace tellwire::tool
