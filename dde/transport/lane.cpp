// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/lane.h"

#include "dde/transport/memory_p.h"
#include "dde/transport/shared_word.h"
#include "dde/transport/step.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace tellwire::transport {

Result<std::unique_ptr<OwnLane>> OwnLane::create(SystemCalls &system)
{
    constexpr std::uint64_t headerAndFirstSlots = 2 * pageLength;
    Result<std::unique_ptr<OwnedMemory>> memory = OwnedMemory::create(
        system, "tellwire-lane", laneLength(slotCount, releaseCount), headerAndFirstSlots);
    if (!memory)
        return memory.error();
    return std::unique_ptr<OwnLane>{new OwnLane(std::move(memory).value())};
}

OwnLane::OwnLane(std::unique_ptr<OwnedMemory> memory) : m_memory(std::move(memory))
{
    auto *made = new (m_memory->data()) LaneHeader{};
    made->magic = layoutMagic;
    made->slots = slotCount;
    made->releases = releaseCount;
}

OwnLane::~OwnLane() = default;

LaneHeader &OwnLane::header() const noexcept { return *reinterpret_cast<LaneHeader *>(m_memory->data()); }

int OwnLane::descriptor() const noexcept { return m_memory->descriptor(); }
void OwnLane::handedOver() noexcept { m_memory->closeFile(); }

std::byte *OwnLane::nextPlace()
{
    return m_memory->data() + pageLength + (m_written++ % slotCount) * slotLength;
}

void OwnLane::write(const Slot &slot, QByteArrayView rest)
{
    std::memcpy(nextPlace(), &slot, sizeof slot);
    while (!rest.isEmpty()) {
        const qsizetype here = std::min(rest.size(), qsizetype{slotLength});
        std::memcpy(nextPlace(), rest.data(), static_cast<std::size_t>(here));
        rest = rest.sliced(here);
    }
    step("lane.message.written");
    storeRelease(header().head, static_cast<std::uint32_t>(m_written));
    step("lane.head.published");
}

void OwnLane::setConsumed(std::uint64_t consumed)
{
    storeRelease(header().tail, static_cast<std::uint32_t>(consumed));
    step("lane.position.published");
}

void OwnLane::returnPin(std::uint32_t pin)
{
    std::byte *ring = m_memory->data() + pageLength + slotCount * sizeof(Slot);
    std::memcpy(ring + (m_returned % releaseCount) * sizeof pin, &pin, sizeof pin);
    ++m_returned;
    step("lane.release.written");
    storeRelease(header().releaseHead, m_returned);
    step("lane.release.published");
}

void OwnLane::setWantSpace(bool wanted)
{
    if (std::exchange(m_wantsSpace, wanted) == wanted)
        return; // The peer looks at that word all the time.
    storeRelease(header().wantSpace, std::uint32_t{wanted});
    step(wanted ? "lane.space.wanted" : "lane.space.found");
}

void OwnLane::abandon() { OwnedMemory::abandon(std::move(m_memory)); }

Result<std::unique_ptr<PeerLane>> PeerLane::open(SystemCalls &system, FileDescriptor file,
                                                 std::uint32_t slots, std::uint32_t releases)
{
    if (!std::has_single_bit(slots) || slots > maxSlotCount || !std::has_single_bit(releases) ||
        releases > maxReleaseCount)
        return Error{ErrorCode::BadData,
                     QStringLiteral("a lane of %1 slots and %2 releases").arg(slots).arg(releases)};
    const std::uint64_t length = laneLength(slots, releases);
    Result<std::unique_ptr<ForeignMemory>> memory =
        ForeignMemory::map(system, std::move(file), length, length);
    if (!memory)
        return memory.error();
    LaneHeader copy;
    std::memcpy(&copy, (*memory)->data(), sizeof copy);
    if (copy.magic != layoutMagic || copy.slots != slots || copy.releases != releases)
        return Error{ErrorCode::BadData, QStringLiteral("the lane does not begin as announced")};
    return std::unique_ptr<PeerLane>{new PeerLane(std::move(memory).value(), slots, releases)};
}

PeerLane::PeerLane(std::unique_ptr<ForeignMemory> memory, std::uint32_t slots, std::uint32_t releases)
    : m_memory(std::move(memory)),
      m_slots(slots),
      m_releases(releases)
{}

PeerLane::~PeerLane() = default;

const LaneHeader &PeerLane::header() const noexcept
{
    return *reinterpret_cast<const LaneHeader *>(m_memory->data());
}

std::optional<std::uint32_t> PeerLane::unread() const
{
    const std::uint32_t waiting = loadAcquire(header().head) - static_cast<std::uint32_t>(m_taken);
    return waiting > m_slots ? std::nullopt : std::optional{waiting};
}

const std::byte *PeerLane::nextPlace()
{
    return m_memory->data() + pageLength + (m_taken++ % m_slots) * slotLength;
}

Slot PeerLane::take()
{
    Slot copy;
    std::memcpy(&copy, nextPlace(), sizeof copy);
    return copy;
}

void PeerLane::takeBytes(std::span<char, slotLength> to) { std::memcpy(to.data(), nextPlace(), to.size()); }

std::optional<std::uint64_t> PeerLane::consumed(const OwnLane &own)
{
    const std::uint64_t claimed = extended(m_consumed, loadAcquire(header().tail));
    if (claimed > own.written())
        return std::nullopt;
    m_consumed = claimed;
    return claimed;
}

bool PeerLane::hasReturnedPins() const { return loadAcquire(header().releaseHead) != m_returned; }

std::optional<std::uint32_t> PeerLane::returnedPin()
{
    const std::uint32_t waiting = loadAcquire(header().releaseHead) - m_returned;
    if (waiting > m_releases)
        return std::nullopt;
    if (waiting == 0)
        return none;
    std::uint32_t pin = 0;
    const std::uint64_t ring = pageLength + std::uint64_t{m_slots} * sizeof(Slot);
    std::memcpy(&pin, m_memory->data() + ring + (m_returned % m_releases) * sizeof pin, sizeof pin);
    ++m_returned;
    return pin;
}

bool PeerLane::wantsSpace() const { return loadAcquire(header().wantSpace) != 0; }

} // namespace tellwire::transport
