// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/disks.h"

using namespace tellwire;

namespace host_metrics {

Result<Disks> readDisks()
{
    const Result<BlockDevices> devices = readBlockDevices();
    const Result<FileSystems> fileSystems = readFileSystems();
    if (!devices && !fileSystems)
        return devices.error();
    return Disks{devices.value_or({}), fileSystems.value_or({})};
}

QList<Figure> diskFigures(const Disks &now, const std::optional<Earlier<Disks>> &before)
{
    std::optional<Earlier<BlockDevices>> devicesBefore;
    if (before)
        devicesBefore = {before->reading.devices, before->age};

    FigureList list;
    addBlockDevices(list, now.devices, devicesBefore);
    addFileSystems(list, now.fileSystems);
    return list.figures();
}

} // namespace host_metrics
