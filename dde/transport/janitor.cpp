// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/janitor.h"

#include "dde/transport/listener.h"
#include "dde/transport/seat.h"

#include <QByteArray>
#include <QList>
#include <QSet>

#include <memory>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

constexpr qsizetype mostAtOnce = 1000; // The rest is for the next one who comes.

QList<QByteArray> filesIn(const SessionDirectory &directory, const char *folder)
{
    QList<QByteArray> names;
    const int descriptor =
        openat(directory.descriptor(), folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return names;
    const std::unique_ptr<DIR, int (*)(DIR *)> listing{fdopendir(descriptor), closedir};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the listing belongs to this call alone.
    while (const dirent *entry = listing ? readdir(listing.get()) : nullptr)
        if (entry->d_name[0] != '.' && names.size() < mostAtOnce)
            names.append(entry->d_name);
    return names;
}

/// The peer in a name like log.<16 hexadecimal digits> or <16 hexadecimal digits>.sock.
std::optional<PeerId> peerIn(const QByteArray &name)
{
    const QList<QByteArray> parts = name.split('.');
    for (const QByteArray &part : parts) {
        bool isNumber = false;
        const PeerId peer = part.toULongLong(&isNumber, 16);
        if (isNumber && part.size() == 16)
            return peer;
    }
    return std::nullopt;
}

/// Whoever offers something is looked after by those who want it; knocking at every door would wake
/// everybody.
QSet<PeerId> peersThatOffer(const LogState &state)
{
    QSet<PeerId> peers;
    const QList<LogEntry> entries = state.withPrefix({});
    for (const LogEntry &entry : entries)
        if (entry.peer != 0 && entry.key != peerKey(entry.peer))
            peers.insert(entry.peer);
    return peers;
}

void removeDeadFrom(Seat &seat, const QByteArray &folder)
{
    const SessionDirectory &directory = seat.directory();
    const QList<QByteArray> names = filesIn(directory, folder.constData());
    const QSet<PeerId> others = names.isEmpty() ? QSet<PeerId>{} : peersThatOffer(seat.log().state());
    for (const QByteArray &name : names) {
        const std::optional<PeerId> peer = peerIn(name);
        if (peer && *peer != seat.id() && !others.contains(*peer) && !seat.isAlive(*peer))
            unlinkat(directory.descriptor(), (folder + '/' + name).constData(), 0);
    }
}

} // namespace

void tidyUp(Seat &seat)
{
    removeDeadFrom(seat, "peers");
    removeDeadFrom(seat, "tmp");
}

} // namespace tellwire::transport
