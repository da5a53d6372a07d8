// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/block_devices.h"

#include "demos/host_metrics/proc_text.h"

#include <algorithm>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/diskstats";
constexpr quint64 sectorSize = 512; // whatever the device says: the kernel counts in these

// After major number, minor number and name.
constexpr qsizetype firstColumn = 3;
constexpr qsizetype columns = 11;

BlockDevice deviceFrom(const QList<quint64> &numbers)
{
    return {.reads = numbers.at(0),
            .bytesRead = numbers.at(2) * sectorSize,
            .writes = numbers.at(4),
            .bytesWritten = numbers.at(6) * sectorSize,
            .busyMilliseconds = numbers.at(9)};
}

void addRates(FigureList &list, const BlockDevice &now, const BlockDevice &before,
              std::chrono::duration<double> time)
{
    list.addRate("reads", before.reads, now.reads, time, "1/s");
    list.addRate("writes", before.writes, now.writes, time, "1/s");
    list.addRate("read", before.bytesRead, now.bytesRead, time, "B/s");
    list.addRate("written", before.bytesWritten, now.bytesWritten, time, "B/s");
    if (now.busyMilliseconds < before.busyMilliseconds)
        return;
    const double whole = 1000 * time.count();
    list.addPercent(
        "busy", std::min(static_cast<double>(now.busyMilliseconds - before.busyMilliseconds), whole), whole);
}

} // namespace

Result<BlockDevices> parseBlockDevices(const QByteArray &text)
{
    BlockDevices devices;
    for (const QByteArrayView line : linesOf(text)) {
        const QList<QByteArrayView> fields = fieldsOf(line);
        const auto numbers = wholeNumbers(fields, firstColumn, columns);
        if (!numbers)
            return notUnderstood(file, line);
        const BlockDevice device = deviceFrom(*numbers);
        if (device.reads > 0 || device.writes > 0)
            devices.insert(fields.at(2).toByteArray(), device);
    }
    return devices;
}

Result<BlockDevices> readBlockDevices() { return contentOf(file).and_then(parseBlockDevices); }

void addBlockDevices(FigureList &list, const BlockDevices &now,
                     const std::optional<Earlier<BlockDevices>> &before)
{
    if (!before)
        return;
    for (auto device = now.cbegin(); device != now.cend(); ++device) {
        list.setPart(QString::fromLocal8Bit(device.key()));
        if (before->reading.contains(device.key()))
            addRates(list, device.value(), before->reading.value(device.key()), before->age);
    }
}

} // namespace host_metrics
