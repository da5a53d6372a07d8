// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <optional>

namespace host_metrics {

/// /proc/meminfo, as far as it is used here. In bytes.
struct Memory
{
    quint64 total = 0;
    quint64 available = 0; ///< What programs could still get without swapping.
    quint64 free = 0;      ///< What is used for nothing at all.
    quint64 buffers = 0;
    quint64 cached = 0;
    quint64 shared = 0;
    quint64 swapTotal = 0;
    quint64 swapFree = 0;
};

/// Errors: BadData.
tellwire::Result<Memory> parseMemory(const QByteArray &text);

tellwire::Result<Memory> readMemory();

QList<Figure> memoryFigures(const Memory &now, const std::optional<Earlier<Memory>> &before);

} // namespace host_metrics
