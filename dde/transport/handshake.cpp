// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/handshake.h"

#include "dde/transport/layout.h"

#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

constexpr std::size_t helloDescriptors = 3;

Error rejected(ErrorCode code, const QString &why)
{
    return {code, QStringLiteral("greet another program: %1").arg(why)};
}

Result<Hello> helloIn(const ReceivedPacket &packet)
{
    Hello hello{};
    if (packet.outcome != ReceivedPacket::Outcome::Packet || packet.length != sizeof hello ||
        packet.descriptors.size() != helloDescriptors)
        return rejected(ErrorCode::BadData, QStringLiteral("it did not introduce itself"));
    std::memcpy(&hello, packet.bytes.data(), sizeof hello);
    if (hello.magic != layoutMagic)
        return rejected(ErrorCode::BadData, QStringLiteral("it did not introduce itself"));
    if (hello.major != layoutMajor)
        return rejected(
            ErrorCode::VersionMismatch,
            QStringLiteral("it speaks version %1 and this program %2").arg(hello.major).arg(layoutMajor));
    if (hello.peer == 0 || hello.segment != 0 || hello.pins > releaseCount || hello.releases < pinCount)
        return rejected(ErrorCode::BadData, QStringLiteral("its limits do not fit"));
    return hello;
}

bool sendKind(SystemCalls &system, int socket, PacketKind kind, std::span<const int> descriptors)
{
    const Packet packet{static_cast<std::uint32_t>(kind), 0, 0};
    return sendPacket(system, socket, std::as_bytes(std::span{&packet, 1}), descriptors);
}

bool isKind(const ReceivedPacket &packet, PacketKind kind, std::size_t descriptors)
{
    Packet content{};
    if (packet.outcome != ReceivedPacket::Outcome::Packet || packet.length != sizeof content)
        return false;
    std::memcpy(&content, packet.bytes.data(), sizeof content);
    return static_cast<PacketKind>(content.kind) == kind && packet.descriptors.size() == descriptors;
}

} // namespace

bool sendHello(SystemCalls &system, int socket, const OwnGreeting &greeting)
{
    Hello hello{};
    hello.magic = layoutMagic;
    hello.major = layoutMajor;
    hello.minor = layoutMinor;
    hello.peer = greeting.peer;
    hello.slots = slotCount;
    hello.releases = releaseCount;
    hello.pins = pinCount;
    const std::array<int, helloDescriptors> descriptors{greeting.lane, greeting.arena, greeting.bell};
    return sendPacket(system, socket, std::as_bytes(std::span{&hello, 1}), descriptors);
}

bool sendWatch(SystemCalls &system, int socket) { return sendKind(system, socket, PacketKind::Watch, {}); }
bool isWatch(const ReceivedPacket &packet) { return isKind(packet, PacketKind::Watch, 0); }

bool sendLife(SystemCalls &system, int socket, int life)
{
    return sendKind(system, socket, PacketKind::Life, {&life, 1});
}
bool isLife(const ReceivedPacket &packet) { return isKind(packet, PacketKind::Life, 1); }

bool sendNoRoom(SystemCalls &system, int socket) { return sendKind(system, socket, PacketKind::NoRoom, {}); }
bool isNoRoom(const ReceivedPacket &packet) { return isKind(packet, PacketKind::NoRoom, 0); }

Result<PeerGreeting> checkHello(SystemCalls &system, int socket, ReceivedPacket packet,
                                std::uint64_t payloadLimit)
{
    PeerGreeting greeting;
    const Result<PeerIdentity> identity = identityOf(socket);
    if (!identity)
        return identity.error();
    const Result<Hello> hello = helloIn(packet);
    if (!hello)
        return hello.error();
    Result<std::unique_ptr<PeerLane>> lane =
        PeerLane::open(system, std::move(packet.descriptors[0]), hello->slots, hello->releases);
    if (!lane)
        return lane.error();
    greeting.arena = std::make_unique<ForeignArena>(system, payloadLimit);
    if (const Result<void> opened = greeting.arena->open(std::move(packet.descriptors[1])); !opened)
        return opened.error();
    greeting.peer = hello->peer;
    greeting.identity = *identity;
    greeting.lane = std::move(lane).value();
    greeting.bell = std::move(packet.descriptors[2]);
    return greeting;
}

} // namespace tellwire::transport
