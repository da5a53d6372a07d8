// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <optional>

namespace host_metrics {

/// /proc/loadavg: how many tasks ran or waited for a disk, on average.
struct Load
{
    double oneMinute = 0;
    double fiveMinutes = 0;
    double fifteenMinutes = 0;
    quint64 running = 0;          ///< Tasks that could run at the moment.
    quint64 tasks = 0;            ///< All of them; threads count too.
    std::optional<double> uptime; ///< In seconds; from /proc/uptime.
};

/// Errors: BadData.
tellwire::Result<Load> parseLoad(const QByteArray &text);

/// Seconds since the start. Errors: BadData.
tellwire::Result<double> parseUptime(const QByteArray &text);

tellwire::Result<Load> readLoad();

QList<Figure> loadFigures(const Load &now, const std::optional<Earlier<Load>> &before);

} // namespace host_metrics
