// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/handshake.h"
#include "dde/transport/inbox.h"
#include "tests/dde/transport/hostile_memory.h"
#include "tests/fuzz/fuzz_target.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace tellwire;
using namespace tellwire::transport;

namespace {

constexpr std::uint32_t slots = 16;
constexpr std::uint32_t releases = 16;
constexpr std::uint64_t arenaLength = 64 << 10;
constexpr std::uint64_t payloadLimit = 4096;
constexpr std::uint64_t key = 0x0123456789ABCDEF;

/// What a stranger has handed over, and the program that reads it. The memory is made once and cleared for
/// each input; making it would take longer than all the rest.
class Stranger
{
public:
    Stranger()
        : m_lane(
              cleared(laneMemory(), LaneHeader{.magic = layoutMagic, .slots = slots, .releases = releases})),
          m_arena(cleared(arenaMemory(), ArenaHeader{.magic = layoutMagic, .key = key})),
          m_own(ownLane())
    {
        auto foreign = std::make_unique<ForeignArena>(realSystemCalls(), payloadLimit);
        if (!foreign->open(FileDescriptor{dup(m_arena.descriptor())}))
            qFatal("the arena is not usable");
        m_inbox = std::make_unique<Inbox>(
            PeerLane::open(realSystemCalls(), FileDescriptor{dup(m_lane.descriptor())}, slots, releases)
                .value(),
            std::move(foreign), m_own);
    }

    /// False once the channel would have ended.
    bool act(fuzz::Input &input)
    {
        switch (input.number<quint8>() % 10) {
        case 0:
            writeAnything(m_lane, pageLength + input.number<quint8>() % slots * sizeof(Slot), input);
            return true;
        case 1:
            writeSlot(input);
            return true;
        case 2:
            writeAnything(m_arena, input.number<quint16>(), input);
            return true;
        case 3:
            writeBlock(input);
            return true;
        case 4:
            m_arena.store(input.number<quint16>(), LatestCell{.word = input.number<quint64>()});
            return true;
        case 5:
            m_lane.store(offsetof(LaneHeader, head),
                         m_head += static_cast<std::uint32_t>(input.number<qint8>()));
            return true;
        case 6:
            return take();
        case 7:
            m_lane.store(offsetof(LaneHeader, tail), input.number<quint32>());
            return m_inbox->lane().consumed(m_own).has_value();
        case 8:
            m_lane.store(offsetof(LaneHeader, releaseHead), input.number<quint32>());
            return takePins();
        default:
            return changeSegments(input.number<quint8>());
        }
    }

private:
    static const HostileMemory &laneMemory()
    {
        static const HostileMemory memory{laneLength(slots, releases)};
        return memory;
    }
    static const HostileMemory &arenaMemory()
    {
        static const HostileMemory memory{arenaLength};
        return memory;
    }
    static OwnLane &ownLane()
    {
        static const std::unique_ptr<OwnLane> lane = [] {
            auto made = OwnLane::create(realSystemCalls()).value();
            for (int count = 0; count < 8; ++count)
                made->write({});
            return made;
        }();
        return *lane;
    }

    template <typename Header>
    static const HostileMemory &cleared(const HostileMemory &memory, const Header &header)
    {
        std::ranges::fill(memory.bytes(), std::byte{});
        memory.store(0, header);
        return memory;
    }

    static void writeAnything(const HostileMemory &memory, std::uint64_t offset, fuzz::Input &input)
    {
        const QByteArray bytes = input.bytes(sizeof(Slot));
        memory.storeBytes(offset, std::as_bytes(std::span{bytes.constData(), std::size_t(bytes.size())}));
    }

    void writeSlot(fuzz::Input &input)
    {
        Slot slot;
        slot.type = 0x10;
        slot.form = input.number<quint8>();
        slot.length = input.number<quint32>();
        const BlockReference reference{.word = input.number<quint64>() ^ m_word.value,
                                       .pin = input.number<quint16>(),
                                       .headLength = input.number<quint32>()};
        std::memcpy(slot.body.data(), &reference, sizeof reference);
        m_lane.store(pageLength + m_head % slots * sizeof(Slot), slot);
        m_lane.store(offsetof(LaneHeader, head), ++m_head);
    }

    void writeBlock(fuzz::Input &input)
    {
        const auto offset = std::uint64_t{input.number<quint16>()};
        m_word = m_arena.storeBlock(
            key, offset, {.length = input.number<quint32>(), .publication = input.number<quint8>()});
    }

    bool take()
    {
        const Inbox::Received received = m_inbox->take([] { return true; });
        fuzz::promise(received.message.head.size() <= qsizetype{maxHeadLength} &&
                          received.message.payload.size() <=
                              qsizetype{payloadLimit} + qsizetype{maxHeadLength},
                      "a message keeps its limits");
        fuzz::promise(received.outcome != Inbox::Outcome::Violation || received.violation != nullptr,
                      "a violation is named");
        return received.outcome != Inbox::Outcome::Violation;
    }

    bool takePins()
    {
        for (std::uint32_t count = 0; count <= releases; ++count) {
            const std::optional<std::uint32_t> pin = m_inbox->lane().returnedPin();
            if (!pin || *pin == PeerLane::none)
                return pin.has_value();
        }
        fuzz::promise(false, "no more pins are given back than there is room for");
        return false;
    }

    bool changeSegments(quint8 choice)
    {
        const auto number = static_cast<std::uint16_t>(choice / 2);
        if (choice % 2 == 0)
            return m_inbox->arena().drop(number), true;
        return number == 0 ||
               m_inbox->arena().add(number, FileDescriptor{dup(m_arena.descriptor())}).has_value();
    }

    const HostileMemory &m_lane;
    const HostileMemory &m_arena;
    OwnLane &m_own;
    std::unique_ptr<Inbox> m_inbox;
    std::uint32_t m_head = 0;
    BlockWord m_word;
};

} // namespace

/// A stranger's deeds, one after the other, and our looks at them between.
TELLWIRE_FUZZ(channel)
{
    constexpr int most = 200;
    Stranger stranger;
    for (int count = 0; count < most && !input.isEmpty() && stranger.act(input); ++count) {
    }
}

namespace {

/// Descriptors of every kind that somebody may hand over. The first one is right as a lane, the second as an
/// arena, the third as a bell.
class Descriptors
{
public:
    Descriptors()
    {
        m_all.emplace_back(dup(m_lane.descriptor()));
        m_all.emplace_back(dup(m_arena.descriptor()));
        m_all.push_back(OwnBell::make(realSystemCalls()).handedOver);
        m_all.emplace_back(eventfd(0, EFD_CLOEXEC));
        m_all.emplace_back(dup(m_unsealed.descriptor()));
        m_all.emplace_back(sparse());
        m_all.emplace_back(memfd_create("empty", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        fcntl(m_all.back().get(), F_ADD_SEALS, HostileMemory::allSeals);
        m_all.emplace_back(open("/dev/zero", O_RDWR | O_CLOEXEC));
        m_all.emplace_back(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        m_all.emplace_back(open("/", O_PATH | O_CLOEXEC));
        m_all.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        m_all.emplace_back();
    }

    FileDescriptor copyOf(std::size_t which) const
    {
        return FileDescriptor{dup(m_all.at(which % m_all.size()).get())};
    }

    const HostileMemory &lane() const { return m_lane; }
    const HostileMemory &arena() const { return m_arena; }

private:
    static int sparse()
    {
        const int file = memfd_create("sparse", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (ftruncate(file, arenaLength) != 0 || fcntl(file, F_ADD_SEALS, HostileMemory::allSeals) != 0)
            qFatal("cannot make a sparse file");
        return file;
    }

    HostileMemory m_lane{laneLength(slotCount, releaseCount)};
    HostileMemory m_arena{arenaLength};
    HostileMemory m_unsealed{arenaLength, 0};
    std::vector<FileDescriptor> m_all;
};

int connectedSocket()
{
    static const std::array<int, 2> ends = [] {
        std::array<int, 2> made{};
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, made.data()) != 0)
            qFatal("cannot make sockets");
        return made;
    }();
    return ends[0];
}

} // namespace

/// 0 introduction   64 number of descriptors   65 which ones   68 start of the lane   then that of the arena
TELLWIRE_FUZZ(hello)
{
    static const Descriptors descriptors;
    const QByteArray introduction = input.bytes(sizeof(Hello));
    ReceivedPacket packet{.outcome = ReceivedPacket::Outcome::Packet,
                          .length = static_cast<std::size_t>(introduction.size()),
                          .bytes = {},
                          .descriptors = {}};
    std::memcpy(packet.bytes.data(), introduction.constData(), packet.length);
    const int count = input.number<quint8>() % 4;
    const QByteArray which = input.bytes(3).leftJustified(3, '\0');
    for (int index = 0; index < count; ++index)
        packet.descriptors.push_back(descriptors.copyOf(static_cast<quint8>(which[index])));
    const QByteArray lane = input.bytes(sizeof(LaneHeader));
    const QByteArray arena = input.rest();
    descriptors.lane().storeBytes(0, std::as_bytes(std::span{lane.constData(), std::size_t(lane.size())}));
    descriptors.arena().storeBytes(0, std::as_bytes(std::span{arena.constData(), std::size_t(arena.size())}));
    const bool isWatching = isWatch(packet);

    const Result<PeerGreeting> greeting =
        checkHello(realSystemCalls(), connectedSocket(), std::move(packet), payloadLimit);

    fuzz::promise(!greeting || (greeting->peer != 0 && greeting->lane && greeting->arena && !isWatching),
                  "who is accepted has shown everything");
    fuzz::promise(greeting || !greeting.error().detail.isEmpty(), "who is refused is told why");
}
