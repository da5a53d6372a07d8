// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <QMap>

#include <optional>

namespace host_metrics {

/// What a disk, or a part of one, has done since the start.
struct BlockDevice
{
    quint64 reads = 0;
    quint64 bytesRead = 0;
    quint64 writes = 0;
    quint64 bytesWritten = 0;
    quint64 busyMilliseconds = 0;

    friend bool operator==(const BlockDevice &, const BlockDevice &) = default;
};

/// /proc/diskstats: the devices by name, without those that were never read nor written.
using BlockDevices = QMap<QByteArray, BlockDevice>;

/// Errors: BadData.
tellwire::Result<BlockDevices> parseBlockDevices(const QByteArray &text);

tellwire::Result<BlockDevices> readBlockDevices();

void addBlockDevices(FigureList &list, const BlockDevices &now,
                     const std::optional<Earlier<BlockDevices>> &before);

} // namespace host_metrics
