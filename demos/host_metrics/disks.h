// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/block_devices.h"
#include "demos/host_metrics/file_systems.h"

namespace host_metrics {

/// The devices, and the file systems on them. Either may be missing in a container.
struct Disks
{
    BlockDevices devices;
    FileSystems fileSystems;
};

/// Error: that of the devices, if there are neither devices nor file systems.
tellwire::Result<Disks> readDisks();

QList<Figure> diskFigures(const Disks &now, const std::optional<Earlier<Disks>> &before);

} // namespace host_metrics
