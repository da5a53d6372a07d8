// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/hostile_program.h"

#include <algorithm>
#include <limits>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {

namespace {

constexpr std::uint64_t arenaLength = 64 << 10;
constexpr std::uint64_t blocksFrom = 4096;

LaneHeader rightLane() { return {.magic = layoutMagic, .slots = slotCount, .releases = releaseCount}; }

Hello rightHello(std::uint64_t peer)
{
    return {.magic = layoutMagic,
            .major = layoutMajor,
            .peer = peer,
            .slots = slotCount,
            .releases = releaseCount,
            .pins = pinCount};
}

/// Memory whose pages are not there, sealed as it should be.
int sparseMemory()
{
    const int file = memfd_create("sparse", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (ftruncate(file, arenaLength) != 0 || fcntl(file, F_ADD_SEALS, HostileMemory::allSeals) != 0)
        qFatal("no sparse memory for a hostile peer");
    return file;
}

/// Memory that its owner can cut short.
int unsealedMemory()
{
    const int file = memfd_create("unsealed", MFD_CLOEXEC);
    if (posix_fallocate(file, 0, arenaLength) != 0)
        qFatal("no memory for a hostile peer");
    return file;
}

} // namespace

HostileProgram::HostileProgram(FileDescriptor socket, std::uint64_t peer, std::uint64_t seed)
    : m_socket(std::move(socket)),
      m_peer(peer),
      m_random(seed),
      m_lane(laneLength(slotCount, releaseCount)),
      m_arena(arenaLength)
{
    m_lane.store(0, rightLane());
    m_arena.store(0, ArenaHeader{.magic = layoutMagic, .key = m_key});
    m_descriptors.emplace_back(sparseMemory());
    m_descriptors.emplace_back(unsealedMemory());
    m_descriptors.emplace_back(open("/dev/zero", O_RDWR | O_CLOEXEC));
    m_descriptors.emplace_back(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    m_descriptors.emplace_back(dup(m_socket.get()));
    m_descriptors.emplace_back(dup(m_arena.descriptor()));
}

HostileProgram::~HostileProgram() = default;

void HostileProgram::greet()
{
    const std::array<int, 3> descriptors{m_lane.descriptor(), m_arena.descriptor(), m_bell.handedOver.get()};
    sendValue(rightHello(m_peer), descriptors);
}

void HostileProgram::greetOddly()
{
    Hello hello = rightHello(m_peer);
    std::vector<int> descriptors{m_lane.descriptor(), m_arena.descriptor(), m_bell.handedOver.get()};
    switch (number(6)) {
    case 0:
        reinterpret_cast<std::byte *>(&hello)[number(sizeof hello)] ^=
            std::byte{static_cast<unsigned char>(1U << number(8))};
        break;
    case 1:
        descriptors.at(number(3)) = anyDescriptor();
        break;
    case 2:
        descriptors.resize(number(9), anyDescriptor());
        break;
    case 3:
        std::swap(descriptors.at(0), descriptors.at(number(3)));
        break;
    case 4:
        scribble(m_lane, 0, sizeof(LaneHeader));
        break;
    default:
        std::ranges::generate(std::span{reinterpret_cast<std::uint32_t *>(&hello), sizeof hello / 4},
                              [&] { return static_cast<std::uint32_t>(oddNumber()); });
    }
    send(std::as_bytes(std::span{&hello, 1}).first(number(8) == 0 ? 1 + number(sizeof hello) : sizeof hello),
         descriptors);
}

void HostileProgram::misbehave()
{
    switch (number(13)) {
    case 0:
        return writeAnySlot();
    case 1:
    case 2:
        return writeOddMessage();
    case 3:
        return writeGoodMessage();
    case 4:
        return writeOddNotice();
    case 5:
        return moveCounter();
    case 6:
        return returnPins();
    case 7:
        return scribble(m_lane, 0, laneLength(slotCount, releaseCount));
    case 8:
        return scribble(m_arena, 8, arenaLength - 8);
    case 9:
        return sendOddPacket();
    case 10:
        return sendSegment();
    case 11:
        return writeLongMessage();
    default:
        return number(2) == 0 ? ring() : sendFlood();
    }
}

std::uint64_t HostileProgram::oddNumber()
{
    static constexpr std::array<std::uint64_t, 8> edges{
        0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, ~std::uint64_t{0}};
    return number(3) == 0 ? m_random() : edges.at(number(edges.size())) + number(3) - 1;
}

void HostileProgram::publish(const Slot &slot)
{
    m_lane.store(pageLength + m_written % slotCount * sizeof slot, slot);
    std::atomic_ref{reinterpret_cast<LaneHeader *>(m_lane.bytes().data())->head}.store(
        ++m_written, std::memory_order_release);
}

void HostileProgram::writeAnySlot()
{
    Slot slot;
    std::ranges::generate(std::span{reinterpret_cast<std::uint64_t *>(&slot), sizeof slot / 8},
                          [&] { return oddNumber(); });
    publish(slot);
}

void HostileProgram::writeGoodMessage()
{
    publish({.type = 0x10,
             .form = static_cast<std::uint8_t>(number(5) << 2U),
             .id = static_cast<std::uint32_t>(number(5)),
             .length = static_cast<std::uint32_t>(4 + number(30))});
}

/// With as many slots behind its own as it says, or not.
void HostileProgram::writeLongMessage()
{
    const auto length = static_cast<std::uint32_t>(number(inlineLength + 10));
    const std::uint64_t following = number(3) == 0 ? number(5) : followingSlots(length);
    Slot slot{.type = 0x10, .form = static_cast<std::uint8_t>(number(64) << 2U), .length = length};
    for (std::uint64_t count = 0; count <= following; ++count, slot.type = 0x11)
        publish(slot);
}

/// A block as it should be, and a message that names it nearly as it should.
void HostileProgram::writeOddMessage()
{
    const std::uint64_t length = number(200);
    const BlockWord word = m_arena.storeBlock(
        m_key, blocksFrom + 64 * number(900),
        {.length = static_cast<std::uint32_t>(number(3) == 0 ? oddNumber() : length), .publication = 1});
    Slot slot{.type = 0x10,
              .form = static_cast<std::uint8_t>(Form::Block),
              .length = static_cast<std::uint32_t>(length)};
    const BlockReference reference{
        .word = number(3) == 0 ? oddNear(word.value) : word.value,
        .pin = static_cast<std::uint32_t>(number(3) == 0 ? oddNumber() : number(pinCount)),
        .headLength = static_cast<std::uint32_t>(number(3) == 0 ? oddNumber() : number(length + 1))};
    std::memcpy(slot.body.data(), &reference, sizeof reference);
    publish(slot);
}

void HostileProgram::writeOddNotice()
{
    const std::uint64_t place = 64 + 16 * number(4000);
    const BlockWord word =
        m_arena.storeBlock(m_key, blocksFrom + 64 * number(900), {.length = 20, .publication = 1});
    m_arena.store(place, LatestCell{.word = number(2) == 0 ? oddNear(word.value) : word.value});
    Slot slot{.type = 0x10, .form = static_cast<std::uint8_t>(Form::Latest)};
    const LatestReference reference{.place = number(3) == 0 ? oddNear(place) : place,
                                    .publication = static_cast<std::uint32_t>(number(3))};
    std::memcpy(slot.body.data(), &reference, sizeof reference);
    publish(slot);
}

void HostileProgram::moveCounter()
{
    static constexpr std::array<std::size_t, 4> counters{
        offsetof(LaneHeader, head), offsetof(LaneHeader, tail), offsetof(LaneHeader, releaseHead),
        offsetof(LaneHeader, wantSpace)};
    m_lane.store(counters.at(number(4)),
                 static_cast<std::uint32_t>(number(2) == 0 ? number(4) : oddNumber()));
}

/// Those that it may have been lent, and others.
void HostileProgram::returnPins()
{
    const std::uint64_t ring = pageLength + slotCount * sizeof(Slot);
    for (std::uint64_t left = number(8); left > 0; --left, ++m_returned)
        m_lane.store(ring + m_returned % releaseCount * 4,
                     static_cast<std::uint32_t>(number(4) == 0 ? oddNumber() : pinCount - 1 - m_returned));
    m_lane.store(offsetof(LaneHeader, releaseHead), m_returned);
}

void HostileProgram::scribble(const HostileMemory &memory, std::uint64_t from, std::uint64_t length)
{
    for (std::uint64_t left = 1 + number(50); left > 0; --left)
        memory.store(from + number(length / 4) * 4, static_cast<std::uint32_t>(oddNumber()));
}

void HostileProgram::sendOddPacket()
{
    std::array<std::uint32_t, 40> words{};
    std::ranges::generate(words, [&] { return static_cast<std::uint32_t>(oddNumber()); });
    words[0] = static_cast<std::uint32_t>(number(7));
    const std::size_t length = number(3) == 0 ? number(sizeof words) : sizeof(Packet);
    const std::vector<int> descriptors(number(4) == 0 ? number(6) : 0, anyDescriptor());
    send(std::as_bytes(std::span{words}).first(length), descriptors);
}

void HostileProgram::sendSegment()
{
    const std::vector<int> descriptors(number(4) == 0 ? number(4) : 1,
                                       number(2) == 0 ? m_arena.descriptor() : anyDescriptor());
    sendValue(Packet{static_cast<std::uint32_t>(PacketKind::Segment),
                     static_cast<std::uint32_t>(number(4) == 0 ? oddNumber() : 1 + number(5))},
              descriptors);
}

void HostileProgram::sendFlood()
{
    for (int left = 300; left > 0; --left)
        sendValue('w');
}

/// Says that it sleeps, so that it will be woken, with a bell that does not take it.
void HostileProgram::ring()
{
    fillBell();
    m_arena.store(offsetof(ArenaHeader, sleepEpoch), static_cast<std::uint32_t>(oddNumber() | 1));
    writeGoodMessage();
}

/// Whoever rings it in the way its owner has it open waits.
void HostileProgram::fillBell()
{
    const std::array<char, 4096> bytes{};
    fcntl(m_bell.handedOver.get(), F_SETFL, O_NONBLOCK);
    while (write(m_bell.handedOver.get(), bytes.data(), bytes.size()) > 0) {
    }
    fcntl(m_bell.handedOver.get(), F_SETFL, 0);
}

void HostileProgram::send(std::span<const std::byte> bytes, std::span<const int> descriptors)
{
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 16)> control{};
    iovec part{const_cast<std::byte *>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    sendmsg(m_socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

} // namespace tellwire::transport
