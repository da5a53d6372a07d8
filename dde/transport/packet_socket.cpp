// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/packet_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/uio.h>

namespace tellwire::transport {
namespace {

constexpr std::size_t maxDescriptors = 3;

union ControlBuffer {
    std::array<char, CMSG_SPACE(sizeof(int) * (maxDescriptors + 1))> bytes;
    cmsghdr align;
};

/// Takes ownership of every descriptor that came, wanted or not.
std::vector<FileDescriptor> descriptorsOf(msghdr &message)
{
    std::vector<FileDescriptor> descriptors;
    for (cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(part) + index * sizeof(int), sizeof descriptor);
            descriptors.emplace_back(descriptor);
        }
    }
    return descriptors;
}

} // namespace

ReceivedPacket receivePacket(int socket)
{
    ReceivedPacket packet;
    ControlBuffer control{};
    iovec part{packet.bytes.data(), packet.bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();

    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0 && errno == ECONNRESET) // Said once, of a peer that died with unread packets of ours, and
                                           // before what it sent itself.
        length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0) {
        const bool later = errno == EAGAIN || errno == EINTR;
        packet.outcome = later ? ReceivedPacket::Outcome::Nothing : ReceivedPacket::Outcome::End;
        return packet;
    }
    packet.descriptors = descriptorsOf(message);
    packet.length = static_cast<std::size_t>(length);
    const bool damaged = (message.msg_flags & MSG_TRUNC) != 0 || packet.descriptors.size() > maxDescriptors;
    // The kernel cuts them off when there are too many for the buffer, but also when it cannot install them.
    const bool lost = (message.msg_flags & MSG_CTRUNC) != 0 && packet.descriptors.size() <= maxDescriptors;
    if (length == 0)
        packet.outcome = ReceivedPacket::Outcome::End;
    else if (lost)
        packet.outcome = ReceivedPacket::Outcome::Lost;
    else
        packet.outcome = damaged ? ReceivedPacket::Outcome::Damaged : ReceivedPacket::Outcome::Packet;
    return packet;
}

bool sendPacket(SystemCalls &system, int socket, std::span<const std::byte> bytes,
                std::span<const int> descriptors)
{
    ControlBuffer control{};
    iovec part{const_cast<std::byte *>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    return system.sendMessage(socket, message, MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

} // namespace tellwire::transport
