// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"
#include "demos/host_metrics/kernel_statistics.h"

#include <optional>

namespace host_metrics {

/// /proc/<number>/stat, as far as it is used here.
struct Process
{
    quint64 number = 0;
    QByteArray name;                         ///< At most 15 bytes, any but zero.
    std::chrono::duration<double> cpuTime{}; ///< Since its start.
    quint64 bytes = 0;                       ///< Of memory it holds now, shared memory included.
    quint64 startTicks = 0; ///< When it started. Tells it from another process of the same number.
};

/// How the kernel counts here.
struct KernelUnits
{
    quint64 ticksPerSecond = 100;
    quint64 pageSize = 4096;

    static KernelUnits ofThisMachine();
};

struct Processes
{
    QList<Process> all;
    KernelStatistics statistics;
};

/// Errors: BadData.
tellwire::Result<Process> parseProcess(const QByteArray &text, const KernelUnits &units);

tellwire::Result<Processes> readProcesses();

QList<Figure> processFigures(const Processes &now, const std::optional<Earlier<Processes>> &before);

} // namespace host_metrics
