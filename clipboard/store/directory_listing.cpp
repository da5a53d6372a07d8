// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/directory_listing.h"

#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::store {

QByteArrayList namesIn(int directory)
{
    constexpr qsizetype mostAtOnce = 1000;
    QByteArrayList names;
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); // The listing closes it.
    if (copy < 0)
        return names;
    const std::unique_ptr<DIR, int (*)(DIR *)> listing{::fdopendir(copy), ::closedir};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the listing belongs to this call alone.
    while (const dirent *entry = listing ? ::readdir(listing.get()) : nullptr)
        if (entry->d_name[0] != '.' && names.size() < mostAtOnce)
            names.append(entry->d_name);
    return names;
}

QByteArray nameOfSession(const struct stat &directory)
{
    return QByteArray::number(static_cast<quint64>(directory.st_dev), 16) + '-' +
           QByteArray::number(static_cast<quint64>(directory.st_ino), 16);
}

} // namespace tellwire::store
