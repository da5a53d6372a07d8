// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_file.h"

#include <unistd.h>

namespace tellwire::transport {

namespace {

// A longer one would touch more memory for the first time, which costs more than calls do.
constexpr qsizetype chunkSize = 16 * 1024;
static_assert(chunkSize >= qsizetype{maxLogRecordSize}, "a chunk holds the longest record");

} // namespace

std::optional<LogRecord> LogFile::next()
{
    for (;;) {
        LogDecoding decoding = decodeLogRecord(QByteArrayView(m_read).sliced(m_consumed));
        switch (decoding.outcome) {
        case LogDecoding::Outcome::Complete:
            skip(decoding.length);
            return std::move(decoding.record);
        case LogDecoding::Outcome::Torn:
            skip(decoding.length);
            ++m_tornCells;
            break;
        case LogDecoding::Outcome::Incomplete:
            if (!fill())
                return std::nullopt;
        }
    }
}

// True if there are more bytes to look at than before.
bool LogFile::fill()
{
    const qsizetype hadBytes = m_read.size() - m_consumed;
    if (m_read.capacity() < chunkSize) // To grow, it would take twice as much.
        m_read = QByteArray{chunkSize, Qt::Uninitialized};
    m_read.resize(chunkSize);
    const ssize_t got = ::pread(m_descriptor.get(), m_read.data(), chunkSize, m_position);
    m_read.resize(qMax<ssize_t>(got, 0));
    m_consumed = 0;
    return m_read.size() > hadBytes;
}

void LogFile::skip(std::size_t length)
{
    m_consumed += static_cast<qsizetype>(length);
    m_position += static_cast<qint64>(length);
}

} // namespace tellwire::transport
