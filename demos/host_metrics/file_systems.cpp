// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/file_systems.h"

#include "demos/host_metrics/proc_text.h"

#include <algorithm>
#include <array>

#include <sys/statvfs.h>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *file = "/proc/self/mounts";

bool isOctal(QByteArrayView digits)
{
    return std::all_of(digits.begin(), digits.end(), [](char digit) { return digit >= '0' && digit <= '7'; });
}

/// The kernel writes blanks and backslashes as \040 and \134.
QByteArray unescaped(QByteArrayView field)
{
    QByteArray text;
    while (!field.isEmpty()) {
        if (field.startsWith('\\') && field.size() >= 4 && isOctal(field.sliced(1, 3))) {
            text.append(static_cast<char>(field.sliced(1, 3).toByteArray().toUInt(nullptr, 8)));
            field = field.sliced(4);
        } else {
            text.append(field.front());
            field = field.sliced(1);
        }
    }
    return text;
}

bool mayHang(const Mount &mount)
{
    static constexpr std::array remote{"nfs", "cifs", "smb",    "fuse",    "9p",
                                       "afs", "ceph", "autofs", "virtiofs"};
    return std::any_of(remote.begin(), remote.end(),
                       [&mount](const char *type) { return mount.type.startsWith(type); });
}

QList<Mount> withoutCovered(const QList<Mount> &mounts)
{
    QMap<QByteArray, Mount> byPoint;
    for (const Mount &mount : mounts)
        byPoint.insert(mount.point, mount);
    return byPoint.values();
}

std::optional<FileSystem> measured(const Mount &mount)
{
    struct statvfs state = {};
    if (statvfs(mount.point.constData(), &state) != 0 || state.f_blocks == 0)
        return std::nullopt;
    return FileSystem{.size = state.f_blocks * state.f_frsize,
                      .used = (state.f_blocks - std::min(state.f_bfree, state.f_blocks)) * state.f_frsize,
                      .free = state.f_bavail * state.f_frsize};
}

FileSystems measuredAll(const QList<Mount> &mounts)
{
    FileSystems all;
    for (const Mount &mount : measurable(mounts))
        if (const std::optional<FileSystem> fileSystem = measured(mount))
            all.insert(mount.point, *fileSystem);
    return all;
}

} // namespace

Result<QList<Mount>> parseMounts(const QByteArray &text)
{
    QList<Mount> mounts;
    for (const QByteArrayView line : linesOf(text)) {
        const QList<QByteArrayView> fields = fieldsOf(line);
        if (fields.size() < 3)
            return notUnderstood(file, line);
        mounts.append({unescaped(fields.at(0)), unescaped(fields.at(1)), unescaped(fields.at(2))});
    }
    return mounts;
}

QList<Mount> measurable(const QList<Mount> &mounts)
{
    QMap<QByteArray, Mount> chosen; // by device if it is one, else by mount point
    for (const Mount &mount : withoutCovered(mounts)) {
        const QByteArray key = mount.device.startsWith('/') ? mount.device : mount.point;
        const bool isBetter = !chosen.contains(key) || mount.point.size() < chosen.value(key).point.size();
        if (isBetter && !mayHang(mount))
            chosen.insert(key, mount);
    }
    return chosen.values();
}

Result<FileSystems> readFileSystems() { return contentOf(file).and_then(parseMounts).transform(measuredAll); }

void addFileSystems(FigureList &list, const FileSystems &now)
{
    for (auto each = now.cbegin(); each != now.cend(); ++each) {
        list.setPart(QString::fromLocal8Bit(each.key()));
        list.addAmount("size", each->size, "B");
        list.addAmount("free", each->free, "B");
        list.addPercent("used%", static_cast<double>(each->used),
                        static_cast<double>(each->used + each->free));
    }
}

} // namespace host_metrics
