// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limit/limit_peer.h"

#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"

#include <cstring>
#include <new>

#include <sched.h>
#include <sys/mman.h>

namespace tellwire::comparison {
namespace {

constexpr std::size_t pageSize = 4096;

} // namespace

struct LimitPeer::Page
{
    alignas(64) std::atomic<std::uint64_t> asked = 0; // Or published.
    alignas(64) std::atomic<std::uint64_t> replied = 0;
    alignas(64) Request request = {};
    std::size_t size = 0;
};

LimitPeer::LimitPeer(const Options &options) : Peer(options), m_size(pageSize + options.size)
{
    require(options.subscribers == 1, "the limit has one subscriber");
    void *memory =
        mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    require(memory != MAP_FAILED, "there is no memory to share");
    m_page = new (memory) Page;
}

LimitPeer::~LimitPeer() { munmap(m_page, m_size); }

void *LimitPeer::payload() const { return reinterpret_cast<unsigned char *>(m_page) + pageSize; }

bool LimitPeer::waitForNext(const std::atomic<std::uint64_t> &number, std::uint64_t last,
                            const WakeUp &wakeUp, int milliseconds) const
{
    constexpr int turns = 4096; // Between two looks at the clock.
    if (!options().spins())
        return wakeUp.receive(milliseconds);
    const std::uint64_t end = nanosecondsNow() + static_cast<std::uint64_t>(milliseconds) * 1'000'000;
    do
        for (int turn = 0; turn < turns; ++turn) {
            if (number.load(std::memory_order_acquire) != last)
                return true;
            pauseProcessor();
        }
    while (nanosecondsNow() < end);
    return false;
}

void LimitPeer::announce(std::atomic<std::uint64_t> &number, const WakeUp &wakeUp) const
{
    number.fetch_add(1, std::memory_order_release);
    if (!options().spins())
        wakeUp.send();
}

void LimitPeer::runServer()
{
    constexpr int patience = 1000;
    for (std::uint64_t answered = 0;; ++answered) {
        while (!waitForNext(m_page->asked, answered, m_there, patience)) {
        }
        const Request request = m_page->request;
        m_page->size = request.replySize;
        std::memcpy(payload(), makeReply(request), request.replySize);
        announce(m_page->replied, m_back);
        if (request.purpose == Purpose::Quit)
            return;
    }
}

void LimitPeer::request(const Request &request, const UseReply &use)
{
    constexpr int patience = 1000;
    m_page->request = request;
    const std::uint64_t last = m_page->replied.load();
    announce(m_page->asked, m_there);
    while (!waitForNext(m_page->replied, last, m_back, patience)) {
    }
    use(payload(), m_page->size);
}

void LimitPeer::publish(std::uint32_t, const void *bytes, std::size_t size)
{
    // What is not taken yet would be overwritten. A paced publisher never comes here but after a disturbance.
    while (m_page->replied.load(std::memory_order_acquire) != m_page->asked.load())
        sched_yield(); // Both may be on one processor.
    std::memcpy(payload(), bytes, size);
    m_page->size = size;
    announce(m_page->asked, m_there);
}

void LimitPeer::runSubscriber(Receiver &receiver)
{
    for (std::uint64_t taken = 0;; ++taken) {
        while (!waitForNext(m_page->asked, taken, m_there, Receiver::idleMilliseconds))
            if (!receiver.goesOnWaiting())
                return;
        const bool isLast = !receiver.take(payload(), m_page->size);
        m_page->replied.fetch_add(1, std::memory_order_release);
        if (isLast)
            return;
    }
}

} // namespace tellwire::comparison
