// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/log_repair.h"

#include "dde/transport/checksum.h"
#include "dde/transport/log_record.h"

#include <QtEndian>

#include <algorithm>
#include <array>

#include <sys/mman.h>
#include <unistd.h>

namespace tellwire::fuzz {

namespace {

using namespace tellwire::transport;

// docs/protocol.md draws it: a mark begins each cell; checksum and length follow the first one.
constexpr quint32 startMark = 0x4C575453;
constexpr qsizetype checksumAt = 4;
constexpr qsizetype lengthAt = 8;
constexpr quint32 cellContent = 60;

/// How long the record is that begins there, as it says; at least a cell, at most all there is.
qsizetype lengthOfRecord(QByteArrayView rest)
{
    const auto said = qFromLittleEndian<quint32>(rest.data() + lengthAt);
    const quint64 cells = (quint64{said} + cellContent - 1) / cellContent;
    const quint64 most = std::min<quint64>(maxLogRecordSize, static_cast<quint64>(rest.size())) / logCellSize;
    return static_cast<qsizetype>(std::clamp<quint64>(cells, 1, most) * logCellSize);
}

} // namespace

void repairLog(std::span<std::byte> bytes)
{
    auto *const start = reinterpret_cast<char *>(bytes.data());
    const auto size = static_cast<qsizetype>(bytes.size());
    for (qsizetype at = 0; at + qsizetype{logCellSize} <= size;) {
        if (qFromLittleEndian<quint32>(start + at) != startMark) {
            at += qsizetype{logCellSize};
            continue;
        }
        const qsizetype length = lengthOfRecord(QByteArrayView(start + at, size - at));
        qToLittleEndian<quint32>(0, start + at + checksumAt);
        qToLittleEndian(checksumOf(QByteArrayView(start + at, length)), start + at + checksumAt);
        at += length;
    }
}

int fileOf(std::span<const std::byte> bytes)
{
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        qFatal("cannot make a memory file");
    return file;
}

} // namespace tellwire::fuzz
