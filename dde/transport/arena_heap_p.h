// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/memory_p.h"

#include <boost/interprocess/indexes/flat_map_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>

#include <memory>

namespace tellwire::transport {

/// One arena segment: a memory file with Boost's heap in it. Only its owner allocates, so the heap needs no
/// lock, and no other program reads its bookkeeping.
class ArenaSegment
{
public:
    /// `reserved` bytes at the beginning stay out of the heap. Errors: OutOfSpace.
    static Result<std::unique_ptr<ArenaSegment>> create(SystemCalls &system, std::uint64_t length,
                                                        std::uint64_t reserved, std::uint64_t surelyUsed)
    {
        Result<std::unique_ptr<OwnedMemory>> memory =
            OwnedMemory::create(system, "tellwire-arena", length, surelyUsed);
        if (!memory)
            return memory.error();
        return std::unique_ptr<ArenaSegment>{new ArenaSegment(std::move(memory).value(), reserved)};
    }

    /// Null if there is no room. Aligned to 64 bytes.
    std::byte *allocate(std::uint64_t length)
    {
        return static_cast<std::byte *>(m_heap.allocate(length, std::nothrow));
    }
    void free(std::byte *block) { m_heap.deallocate(block); }

    bool isEmpty() { return m_heap.all_memory_deallocated(); }
    std::byte *data() const noexcept { return m_memory->data(); }
    std::uint64_t length() const noexcept { return m_memory->length(); }
    int descriptor() const noexcept { return m_memory->descriptor(); }
    static void abandon(std::unique_ptr<ArenaSegment> segment)
    {
        if (!segment)
            return;
        OwnedMemory::abandon(std::move(segment->m_memory));
        [[maybe_unused]] ArenaSegment *leaked =
            segment.release(); // The heap's destructor would touch what is not there.
    }

private:
    using Heap = boost::interprocess::basic_managed_external_buffer<
        char,
        boost::interprocess::rbtree_best_fit<boost::interprocess::null_mutex_family,
                                             boost::interprocess::offset_ptr<void>, 64>,
        boost::interprocess::flat_map_index>;

    ArenaSegment(std::unique_ptr<OwnedMemory> memory, std::uint64_t reserved)
        : m_memory(std::move(memory)),
          m_heap(boost::interprocess::create_only, m_memory->data() + reserved, m_memory->length() - reserved)
    {}

    std::unique_ptr<OwnedMemory> m_memory;
    Heap m_heap;
};

} // namespace tellwire::transport
