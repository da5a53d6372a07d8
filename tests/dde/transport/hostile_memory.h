// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/layout.h"

#include <QtGlobal>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <sys/mman.h>

namespace tellwire::transport {

/// Memory to be handed to others, whose owner then writes into it whatever it likes. Zero at first.
class HostileMemory
{
public:
    static constexpr int allSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;

    explicit HostileMemory(std::uint64_t length, int seals = allSeals)
        : m_file(memfd_create("hostile", MFD_CLOEXEC | MFD_ALLOW_SEALING)),
          m_length(length)
    {
        if (posix_fallocate(m_file.get(), 0, static_cast<off_t>(length)) != 0)
            qFatal("no memory for a hostile peer");
        m_bytes = static_cast<std::byte *>(
            mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, m_file.get(), 0));
        if (m_bytes == MAP_FAILED || fcntl(m_file.get(), F_ADD_SEALS, seals) != 0)
            qFatal("no memory for a hostile peer");
    }
    ~HostileMemory() { munmap(m_bytes, m_length); }
    HostileMemory(const HostileMemory &) = delete;
    HostileMemory &operator=(const HostileMemory &) = delete;

    int descriptor() const { return m_file.get(); }
    std::span<std::byte> bytes() const { return {m_bytes, m_length}; }

    /// Stores as much of the value as there is room for; nothing behind the end.
    template <typename Value>
    void store(std::uint64_t offset, const Value &value) const
    {
        storeBytes(offset, std::as_bytes(std::span{&value, 1}));
    }
    void storeBytes(std::uint64_t offset, std::span<const std::byte> value) const
    {
        if (offset < m_length)
            std::memcpy(m_bytes + offset, value.data(),
                        std::min<std::uint64_t>(value.size(), m_length - offset));
    }

    /// A block as its owner would seal it, whatever length it claims.
    BlockWord storeBlock(std::uint64_t key, std::uint64_t offset, BlockHeader header) const
    {
        const BlockWord word = BlockWord::make(0, offset, 1);
        header.tag = blockTag(key, word);
        store(word.offset(), header);
        return word;
    }

private:
    FileDescriptor m_file;
    std::uint64_t m_length;
    std::byte *m_bytes = nullptr;
};

} // namespace tellwire::transport
