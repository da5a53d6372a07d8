// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <QMap>

namespace host_metrics {

/// One line of /proc/self/mounts.
struct Mount
{
    QByteArray device;
    QByteArray point;
    QByteArray type;

    friend bool operator==(const Mount &, const Mount &) = default;
};

/// How full a file system is. In bytes.
struct FileSystem
{
    quint64 size = 0;
    quint64 used = 0;
    quint64 free = 0; ///< For everybody; what is kept back for the administrator does not count.
};

/// By mount point.
using FileSystems = QMap<QByteArray, FileSystem>;

/// Errors: BadData.
tellwire::Result<QList<Mount>> parseMounts(const QByteArray &text);

/// Those worth measuring: local ones, since one whose server is gone could block us for ever; of a device
/// that is mounted several times the shortest mount point; of a mount point used twice the mount on top.
QList<Mount> measurable(const QList<Mount> &mounts);

/// File systems without a size, such as /proc, are left out.
tellwire::Result<FileSystems> readFileSystems();

void addFileSystems(FigureList &list, const FileSystems &now);

} // namespace host_metrics
