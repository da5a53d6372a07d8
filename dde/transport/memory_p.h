// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/file_descriptor.h"
#include "dde/transport/system_calls.h"
#include "formats/result.h"

#include <boost/interprocess/mapped_region.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tellwire::transport {

/// Memory that this program alone may write: a memory file of fixed size, all pages reserved, sealed against
/// every other writer and every change of size. Not inherited by forked children and not part of core dumps.
class OwnedMemory
{
public:
    /// `surelyUsed` bytes at its start are mapped with their pages, which costs less than a fault for each one;
    /// but pages that nobody uses would take more time when they are unmapped. Errors: OutOfSpace.
    static Result<std::unique_ptr<OwnedMemory>> create(SystemCalls &system, const char *name,
                                                       std::uint64_t length, std::uint64_t surelyUsed);

    std::byte *data() const noexcept { return static_cast<std::byte *>(m_region.get_address()); }
    std::uint64_t length() const noexcept { return m_region.get_size(); }
    int descriptor() const noexcept { return m_file.get(); }

    /// Nobody else will be given it: the file is not kept open.
    void closeFile() noexcept { m_file.reset(); }

    /// In a forked child the mapping is not there: closes the descriptor and unmaps nothing.
    static void abandon(std::unique_ptr<OwnedMemory> memory);

private:
    OwnedMemory(FileDescriptor file, boost::interprocess::mapped_region region)
        : m_file(std::move(file)),
          m_region(std::move(region))
    {}

    FileDescriptor m_file;
    boost::interprocess::mapped_region m_region;
};

/// Memory of another program, mapped read-only. It is as long as it said and stays so: an attempt to hand
/// over anything that could shrink, or whose pages are not there, is refused, so that no access can raise
/// SIGBUS.
class ForeignMemory
{
public:
    /// Errors: BadData naming what is wrong with the file; OutOfSpace.
    static Result<std::unique_ptr<ForeignMemory>> map(SystemCalls &system, FileDescriptor file,
                                                      std::uint64_t minimum, std::uint64_t maximum);

    const std::byte *data() const noexcept { return static_cast<const std::byte *>(m_region.get_address()); }
    std::uint64_t length() const noexcept { return m_region.get_size(); }

    /// True if `length` bytes at `offset` lie inside. Cannot overflow.
    bool contains(std::uint64_t offset, std::uint64_t length) const noexcept
    {
        return offset <= this->length() && length <= this->length() - offset;
    }

private:
    explicit ForeignMemory(boost::interprocess::mapped_region region) : m_region(std::move(region)) {}

    boost::interprocess::mapped_region m_region;
};

} // namespace tellwire::transport
