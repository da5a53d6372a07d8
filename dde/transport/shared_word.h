// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

// The only ways in which a word that another process can see is read or written. std::atomic_ref cannot be
// bound to memory that is mapped read-only in C++20, hence the compiler's own functions.
namespace tellwire::transport {

template <typename Word>
Word loadAcquire(const Word &word)
{
    return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}

template <typename Word>
void storeRelease(Word &word, Word value)
{
    __atomic_store_n(&word, value, __ATOMIC_RELEASE);
}

/// Orders an earlier store before a later load, which release and acquire do not.
inline void fullFence() { std::atomic_thread_fence(std::memory_order_seq_cst); }

/// Orders everything earlier before later stores, and earlier loads before everything later: what stands
/// between two looks at a tag is written, or read, between them.
inline void releaseFence() { std::atomic_thread_fence(std::memory_order_release); }
inline void acquireFence() { std::atomic_thread_fence(std::memory_order_acquire); }

/// Continues a free-running 32-bit counter from memory in 64 bits, given that it cannot have moved 2^31 since
/// `known`.
inline std::uint64_t extended(std::uint64_t known, std::uint32_t counter)
{
    return known + (counter - static_cast<std::uint32_t>(known));
}

} // namespace tellwire::transport
