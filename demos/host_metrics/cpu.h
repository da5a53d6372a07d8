// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"
#include "demos/host_metrics/kernel_statistics.h"

#include <optional>

namespace host_metrics {

/// How busy the processors are, and how fast they run.
struct Cpu
{
    KernelStatistics statistics;
    QMap<quint64, double> megahertz; ///< By number of the core; those that do not tell are not there.
};

/// /proc/cpuinfo: the frequency of each core, where the processor tells it. Errors: BadData.
tellwire::Result<QMap<quint64, double>> parseCpuFrequencies(const QByteArray &text);

tellwire::Result<Cpu> readCpu();

/// Shares of the time since the earlier reading; without one, only what needs none.
QList<Figure> cpuFigures(const Cpu &now, const std::optional<Earlier<Cpu>> &before);

} // namespace host_metrics
