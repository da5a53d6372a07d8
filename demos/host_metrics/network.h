// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <QMap>

#include <optional>

namespace host_metrics {

/// What went one way over an interface since it came up.
struct Traffic
{
    quint64 bytes = 0;
    quint64 packets = 0;
    quint64 errors = 0;
    quint64 dropped = 0;

    friend bool operator==(const Traffic &, const Traffic &) = default;
};

struct NetworkInterface
{
    Traffic received;
    Traffic sent;
};

/// /proc/net/dev: the interfaces by name.
using Network = QMap<QByteArray, NetworkInterface>;

/// Errors: BadData.
tellwire::Result<Network> parseNetwork(const QByteArray &text);

tellwire::Result<Network> readNetwork();

QList<Figure> networkFigures(const Network &now, const std::optional<Earlier<Network>> &before);

} // namespace host_metrics
