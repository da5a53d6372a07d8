// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/result.h"

#include <QByteArray>
#include <QMap>

namespace host_metrics {

/// How long something was done since the start, in ticks of the kernel. Guests are part of user and nice.
struct CpuTimes
{
    quint64 user = 0;
    quint64 nice = 0;
    quint64 system = 0;
    quint64 idle = 0;
    quint64 ioWait = 0;
    quint64 irq = 0;
    quint64 softIrq = 0;
    quint64 steal = 0;

    quint64 total() const { return busy() + idle + ioWait; }
    quint64 busy() const { return user + nice + system + irq + softIrq + steal; }

    friend bool operator==(const CpuTimes &, const CpuTimes &) = default;
};

/// What passed between the two. A counter that ran backwards counts as unchanged: the kernel's idle and
/// waiting times do that now and then (proc_stat(5)).
CpuTimes operator-(const CpuTimes &now, const CpuTimes &before);

/// /proc/stat, as far as it is used here.
struct KernelStatistics
{
    CpuTimes all;
    QMap<quint64, CpuTimes> cores; ///< By number; those switched off are not there.
    quint64 processesCreated = 0;  ///< Since the start; threads count too.
    quint64 running = 0;
    quint64 blocked = 0;
};

/// Errors: BadData.
tellwire::Result<KernelStatistics> parseKernelStatistics(const QByteArray &text);

tellwire::Result<KernelStatistics> readKernelStatistics();

} // namespace host_metrics
