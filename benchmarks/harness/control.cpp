// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/control.h"

#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/require.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>

#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tellwire::comparison {

void SharedCount::raise()
{
    m_value.fetch_add(1);
    syscall(SYS_futex, &m_value, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void SharedCount::waitWhile(std::uint32_t value, int milliseconds) const
{
    const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
    syscall(SYS_futex, &m_value, FUTEX_WAIT, value, &limit, nullptr, 0);
}

bool SharedCount::waitUntil(std::uint32_t wanted, double seconds) const
{
    constexpr int lookAgain = 50;
    const std::uint64_t end = nanosecondsNow() + nanosecondsOf(seconds);
    for (std::uint32_t now = value(); now < wanted; now = value()) {
        if (nanosecondsNow() > end)
            return false;
        waitWhile(now, lookAgain);
    }
    return true;
}

void Control::Free::operator()(Control *control) const
{
    close(control->progress);
    munmap(control, sizeof *control);
}

Control::Owner Control::make()
{
    void *memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    require(memory != MAP_FAILED, "there is no memory for the measurement");
    Owner control{new (memory) Control};
    control->progress = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    require(control->progress >= 0, "there is no further eventfd");
    return control;
}

void Control::tellPublisher() const { eventfd_write(progress, 1); }

void Control::keep(const std::vector<std::uint64_t> &times)
{
    sampleCount = std::min(times.size(), mostSamples);
    std::copy_n(times.begin(), sampleCount, samples.begin());
}

std::vector<std::uint64_t> Control::sortedSamples() const
{
    std::vector<std::uint64_t> sorted(samples.begin(),
                                      samples.begin() + static_cast<std::ptrdiff_t>(sampleCount));
    std::ranges::sort(sorted);
    return sorted;
}

std::vector<std::uint64_t> roomForSamples()
{
    std::vector<std::uint64_t> room(Control::mostSamples, 1);
    room.clear();
    return room;
}

} // namespace tellwire::comparison
