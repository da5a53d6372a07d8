// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/log_record.h"

#include <QByteArray>

#include <optional>

namespace tellwire::transport {

/// One file of the session log and how far it was read. The file may grow, shrink or be damaged at any time.
class LogFile
{
public:
    LogFile() = default;

    /// `descriptor` is open for reading and appending.
    LogFile(FileDescriptor descriptor, quint64 number) : m_descriptor(std::move(descriptor)), m_number(number)
    {}

    /// The next record; skips what is torn. Nothing: the end, for now. One system call per 16 KiB.
    std::optional<LogRecord> next();

    int descriptor() const noexcept { return m_descriptor.get(); }
    quint64 number() const noexcept { return m_number; }

    /// Where the next record is looked for.
    qint64 position() const noexcept { return m_position; }
    quint64 tornCells() const noexcept { return m_tornCells; }

private:
    bool fill();
    void skip(std::size_t length);

    FileDescriptor m_descriptor;
    quint64 m_number = 0;
    qint64 m_position = 0;
    quint64 m_tornCells = 0;
    QByteArray m_read; // Bytes of the file from m_position - m_consumed on.
    qsizetype m_consumed = 0;
};

} // namespace tellwire::transport
