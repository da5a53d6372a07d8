// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/log_record.h"
#include "dde/transport/log_state.h"

#include <QByteArray>
#include <QUuid>

#include <optional>

namespace tellwire::transport {

/// The first record of every log file: which one it is, and what the snapshot behind it cannot say.
///
/// Body, little endian; a newer program may append fields:
///   0 number   8 session   24 next order   32 length in bytes of this record and the snapshot behind it
struct LogGeneration
{
    quint64 number = 0;    ///< As in the name of the file, from 1 on.
    QUuid session = {};    ///< Chosen by the first process; tells the session from an earlier one.
    quint64 nextOrder = 0; ///< The ordinal of the next key to appear.
    quint64 length = 0;    ///< How far the file was written before it got its name.

    LogRecord toRecord() const;
    static std::optional<LogGeneration> from(const LogRecord &record);
};

/// The bytes a generation begins with: the same ones in every process that holds the same state.
QByteArray generationBytes(quint64 number, QUuid session, const LogState &state);

} // namespace tellwire::transport
