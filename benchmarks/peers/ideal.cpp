// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"
#include "benchmarks/peers/peer_main.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <new>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

constexpr std::size_t slotHead = 64;

/// A number that one side writes and the other waits for. The system is called only for somebody who sleeps.
struct alignas(64) Sleeper
{
    std::atomic<std::uint32_t> sleeps = 0;

    void wake()
    {
        if (sleeps.load() != 0 && sleeps.exchange(0) != 0)
            syscall(SYS_futex, &sleeps, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
    }

    template <typename Condition>
    bool waitFor(const Condition &isTrue, int milliseconds)
    {
        while (!isTrue()) {
            sleeps.store(1);
            if (isTrue())
                return true; // It stays set: that costs the other side one call.
            const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
            if (syscall(SYS_futex, &sleeps, FUTEX_WAIT, 1, &limit, nullptr, 0) != 0 && errno == ETIMEDOUT)
                return isTrue();
        }
        return true;
    }
};

struct alignas(64) Cursor
{
    std::atomic<std::uint64_t> position = 0;
};

struct Ring
{
    alignas(64) std::atomic<std::uint64_t> head = 0;
    Sleeper readers;
    Sleeper writer;
    std::atomic<std::uint64_t> writerWants = 0;
    std::array<Cursor, mostSubscribers> cursors = {};
};

/// No product: one ring in memory that all inherit, one writer, a cursor for each reader, one wake-up for all
/// of them. It trusts everybody, finds nobody, and survives nobody's death. Variants: block; spin; zerocopy
/// (W4).
class Ideal final : public Peer
{
public:
    explicit Ideal(const Options &options);
    ~Ideal() override { munmap(m_ring, m_size); }

    const char *name() const override { return "shm_ideal"; }

    void openPublisher() override {}
    void publish(std::uint32_t item, const void *payload, std::size_t size) override
    {
        void *slot = borrow(item, size);
        std::memcpy(slot, payload, size);
        commit(item, slot, size);
    }
    void *borrow(std::uint32_t item, std::size_t size) override;
    void commit(std::uint32_t item, void *borrowed, std::size_t size) override;

    void openSubscriber(unsigned index) override { m_index = index; }
    void runSubscriber(Receiver &receiver) override;

private:
    unsigned char *slot(std::uint64_t position) const
    {
        return reinterpret_cast<unsigned char *>(m_ring) + sizeof(Ring) + position % m_capacity * m_stride;
    }
    std::uint64_t slowest() const;
    void waitForRoom();
    bool waitForMore(std::uint64_t position) const;
    bool takeUntil(std::uint64_t &position, std::uint64_t end, Receiver &receiver) const;
    void tell(std::uint64_t position) const;

    std::size_t m_stride;
    std::size_t m_capacity;
    std::size_t m_size;
    Ring *m_ring = nullptr;
    unsigned m_index = 0;
    std::uint64_t m_head = 0;
    std::uint64_t m_slowest = 0;
};

Ideal::Ideal(const Options &options)
    : Peer(options),
      m_stride((options.size + 63) / 64 * 64 + slotHead),
      m_capacity(m_stride <= 128         ? 16'384
                 : m_stride <= 8192      ? 512
                 : m_stride <= (2 << 20) ? 8
                                         : 2),
      m_size(sizeof(Ring) + m_capacity * m_stride)
{
    void *memory =
        mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    require(memory != MAP_FAILED, "there is no memory to share");
    m_ring = new (memory) Ring;
}

std::uint64_t Ideal::slowest() const
{
    std::uint64_t least = m_head;
    for (unsigned index = 0; index < options().subscribers; ++index)
        least = std::min(least, m_ring->cursors[index].position.load(std::memory_order_acquire));
    return least;
}

void Ideal::waitForRoom()
{
    constexpr int lookAgain = 1000;
    if (m_head - m_slowest < m_capacity)
        return;
    m_slowest = slowest();
    if (m_head - m_slowest < m_capacity)
        return;
    // Full: half of it has to be free before the writer goes on, so that it is not woken for each slot.
    const std::uint64_t wanted = m_head - m_capacity + std::max<std::uint64_t>(1, m_capacity / 2);
    m_ring->writerWants.store(wanted);
    while (!m_ring->writer.waitFor([&] { return (m_slowest = slowest()) >= wanted; }, lookAgain)) {
    }
}

void *Ideal::borrow(std::uint32_t, std::size_t)
{
    waitForRoom();
    return slot(m_head) + slotHead;
}

void Ideal::commit(std::uint32_t, void *borrowed, std::size_t size)
{
    std::memcpy(static_cast<unsigned char *>(borrowed) - slotHead, &size, sizeof size);
    m_ring->head.store(++m_head);
    m_ring->readers.wake();
}

bool Ideal::waitForMore(std::uint64_t position) const
{
    constexpr int turns = 1 << 16;
    const auto hasMore = [&] { return m_ring->head.load(std::memory_order_acquire) != position; };
    for (int turn = 0; options().spins() && turn < turns; ++turn) {
        if (hasMore())
            return true;
        pauseProcessor();
    }
    return options().spins() ? hasMore() : m_ring->readers.waitFor(hasMore, Receiver::idleMilliseconds);
}

bool Ideal::takeUntil(std::uint64_t &position, std::uint64_t end, Receiver &receiver) const
{
    for (; position != end; ++position) {
        std::size_t size = 0;
        std::memcpy(&size, slot(position), sizeof size);
        if (!receiver.take(slot(position) + slotHead, size))
            return false;
    }
    return true;
}

void Ideal::tell(std::uint64_t position) const
{
    m_ring->cursors[m_index].position.store(position);
    if (m_ring->writer.sleeps.load() != 0 && position >= m_ring->writerWants.load())
        m_ring->writer.wake();
}

void Ideal::runSubscriber(Receiver &receiver)
{
    const std::uint64_t most = std::max<std::uint64_t>(1, m_capacity / 4); // Before the writer is told.
    for (std::uint64_t position = 0;;) {
        if (!waitForMore(position)) {
            if (!receiver.goesOnWaiting())
                return;
            continue;
        }
        const std::uint64_t end = std::min(m_ring->head.load(std::memory_order_acquire), position + most);
        if (!takeUntil(position, end, receiver)) {
            tell(~std::uint64_t{0}); // It leaves, and holds nobody up any more.
            return;
        }
        tell(position);
    }
}

} // namespace
} // namespace tellwire::comparison

int main(int argumentCount, char **arguments)
{
    return tellwire::comparison::runPeer<tellwire::comparison::Ideal>(argumentCount, arguments);
}
