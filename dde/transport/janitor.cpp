// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/janitor.h"

#include "dde/transport/listener.h"
#include "dde/transport/log_chain.h"
#include "dde/transport/seat.h"
#include "dde/transport/step.h"

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

bool isDead(Seat &seat, PeerId peer)
{
    const Result<FileDescriptor> socket = connectToPeer(seat.system(), seat.directory(), peer);
    return !socket && socket.error().code == ErrorCode::PeerGone;
}

} // namespace

// A file in tmp may be of a program that is just coming: only that file may go then, which makes the program
// begin again. Its socket in peers may have got there in this very moment.
void tidyUp(Seat &seat)
{
    const SessionDirectory &directory = seat.directory();
    const QSet<PeerId> others = peersThatOffer(seat.log().state());
    const auto isNobodys = [&](std::optional<PeerId> peer) {
        return peer && *peer != seat.id() && !others.contains(*peer);
    };
    for (const QByteArray &name : filesIn(directory, "peers"))
        if (const std::optional<PeerId> peer = peerIn(name); isNobodys(peer))
            (void)seat.isAlive(*peer); // If it is not, nothing of it is left.
    for (const QByteArray &name : filesIn(directory, "tmp"))
        if (const std::optional<PeerId> peer = peerIn(name); isNobodys(peer) && isDead(seat, *peer)) {
            step("janitor.found");
            unlinkat(directory.descriptor(), ("tmp/" + name).constData(), 0);
            step("janitor.removed");
        }
    // A successor may have been written by somebody who was killed before the room was given back.
    LogChain(seat.directory(), seat.system(), seat.id()).finishBefore(seat.log().figures().generation);
}

} // namespace tellwire::transport
