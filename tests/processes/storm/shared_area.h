// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <system_error>
#include <type_traits>

#include <sys/mman.h>

namespace tellwire::test {

/// A number that several processes count, and that stays when any of them is killed.
using Counter = std::atomic<std::uint64_t>;
static_assert(Counter::is_always_lock_free);

/// One object that this process shares with all children it forks later. Everything in it should be atomic,
/// or have one writer at a time; what a killed writer leaves half done is for the reader to tell.
template <typename T>
class SharedArea
{
    static_assert(std::is_trivially_destructible_v<T>, "children end without a word");

public:
    SharedArea()
        : m_object(mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
    {
        if (m_object == MAP_FAILED)
            throw std::system_error(errno, std::generic_category(), "share memory with children");
        new (m_object) T; // no {}: the pages are zero, and those nobody needs stay untouched
    }
    ~SharedArea() { munmap(m_object, sizeof(T)); }
    SharedArea(const SharedArea &) = delete;
    SharedArea &operator=(const SharedArea &) = delete;

    T &operator*() const noexcept { return *static_cast<T *>(m_object); }
    T *operator->() const noexcept { return static_cast<T *>(m_object); }

private:
    void *m_object;
};

} // namespace tellwire::test
