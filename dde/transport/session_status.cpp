// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/session_status.h"

#include "dde/transport/seat.h"
#include "formats/json_format.h"

#include <nlohmann/json.hpp>

namespace tellwire {

namespace {

using nlohmann::json;

/// The entry may have been written by anybody.
SessionPeer described(const QByteArray &body)
{
    const Result<json> description = parseJson(body);
    SessionPeer peer;
    if (!description || !description->is_object())
        return peer;
    if (const auto pid = description->find("pid"); pid != description->end() && pid->is_number_integer())
        peer.pid = static_cast<pid_t>(pid->get<qint64>());
    if (const auto program = description->find("program");
        program != description->end() && program->is_string())
        peer.program = QString::fromStdString(program->get<std::string>());
    return peer;
}

QList<SessionPeer> peersOf(transport::Seat &seat)
{
    QList<SessionPeer> peers;
    for (const transport::LogEntry &entry : seat.log().state().withPrefix("peer/")) {
        SessionPeer peer = described(entry.body);
        peer.isAlive = entry.peer == seat.id() || seat.isAlive(entry.peer);
        peers.append(peer);
    }
    return peers;
}

} // namespace

SessionLimits SessionLimits::of(const Session &session)
{
    const transport::Configuration &configuration = session.seat().configuration();
    return {.payloadLimit = configuration.payloadLimit,
            .memoryLimit = configuration.arenaLimit,
            .peerLimit = configuration.maxPeers,
            .clipboardLimit = configuration.clipboardLimit,
            .requestTimeout = configuration.requestTimeout,
            .clipboardRenderTime = configuration.clipboardRenderTime};
}

SessionStatus SessionStatus::of(const Session &session)
{
    transport::Seat &seat = session.seat();
    (void)seat.log().replay(); // If it fails, what was read before still holds.
    seat.startToWatchLog();
    const transport::SessionLog::Figures log = seat.log().figures();
    SessionStatus status;
    static_cast<SessionLimits &>(status) = SessionLimits::of(session);
    status.name = seat.name();
    status.directory = seat.directory().path();
    status.logGeneration = log.generation;
    status.logSizeInBytes = log.sizeInBytes;
    status.recordsRead = log.recordsApplied;
    status.cellsSkipped = log.tornCells;
    status.isNotified = log.isWatched;
    status.peers = peersOf(seat);
    return status;
}

} // namespace tellwire
