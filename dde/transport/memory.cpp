// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/memory_p.h"

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace tellwire::transport {
namespace {

namespace ipc = boost::interprocess;

constexpr int ownSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
constexpr int neededSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;

/// What mapped_region wants to know of a file: a descriptor and a mode. Makes memory files mappable by Boost.
class Mappable
{
public:
    Mappable(int file, ipc::mode_t mode) : m_file(file), m_mode(mode) {}
    // NOLINTBEGIN(readability-identifier-naming): Boost's names.
    ipc::mapping_handle_t get_mapping_handle() const { return {m_file, false}; }
    ipc::mode_t get_mode() const { return m_mode; }
    // NOLINTEND(readability-identifier-naming)

private:
    int m_file;
    ipc::mode_t m_mode;
};

Error failed(const char *what, std::uint64_t length)
{
    return systemError(
        errno, QStringLiteral("%1 %2 bytes of shared memory").arg(QLatin1StringView(what)).arg(length));
}

/// Boost reports a refused mapping by an exception; here is the wall where it ends.
Result<ipc::mapped_region> mapFile(SystemCalls &system, int file, ipc::mode_t mode, std::uint64_t length)
try {
    if (system.before(SystemCalls::Call::Map) != 0)
        return failed("map", length);
    return ipc::mapped_region(Mappable(file, mode), mode, 0, length);
} catch (const ipc::interprocess_exception &problem) {
    errno = problem.get_native_error();
    return failed("map", length);
}

Error notUsable(const QString &why)
{
    return {ErrorCode::BadData, QStringLiteral("map the memory of another program: %1").arg(why)};
}

Result<std::uint64_t> checkedLength(int file, std::uint64_t minimum, std::uint64_t maximum)
{
    const int seals = fcntl(file, F_GET_SEALS);
    if (seals < 0 || (seals & neededSeals) != neededSeals)
        return notUsable(QStringLiteral("it is not sealed against change"));
    struct stat status
    {};
    if (fstat(file, &status) != 0)
        return notUsable(QStringLiteral("its size is unknown"));
    const auto length = static_cast<std::uint64_t>(status.st_size);
    if (length < minimum || length > maximum)
        return notUsable(QStringLiteral("its size of %1 bytes is not between %2 and %3")
                             .arg(length)
                             .arg(minimum)
                             .arg(maximum));
    // Reading a hole would make the kernel charge a new page to the reader, or fail.
    if (static_cast<std::uint64_t>(status.st_blocks) * 512 < length)
        return notUsable(QStringLiteral("not all of its pages are there"));
    return length;
}

} // namespace

Result<std::unique_ptr<OwnedMemory>> OwnedMemory::create(SystemCalls &system, const char *name,
                                                         std::uint64_t length, std::uint64_t surelyUsed)
{
    FileDescriptor file{system.createMemory(name)};
    if (!file.isValid())
        return failed("create", length);
    if (!reserve(system, file.get(), length))
        return failed("reserve", length);
    Result<ipc::mapped_region> region = mapFile(system, file.get(), ipc::read_write, length);
    if (!region)
        return region.error();
    std::unique_ptr<OwnedMemory> memory{new OwnedMemory(std::move(file), std::move(region).value())};
    if (system.addSeals(memory->descriptor(), ownSeals) != 0)
        return failed("seal", length);
    madvise(memory->data(), length, MADV_DONTFORK);
    madvise(memory->data(), length, MADV_DONTDUMP);
    if (surelyUsed != 0)
        madvise(memory->data(), surelyUsed, MADV_POPULATE_WRITE); // Since Linux 5.14; before, they fault.
    return memory;
}

void OwnedMemory::abandon(std::unique_ptr<OwnedMemory> memory)
{
    if (!memory)
        return;
    memory->m_file.reset();
    // Its addresses are not ours here, so nothing may ever unmap them.
    [[maybe_unused]] auto *leaked = new ipc::mapped_region(
        std::move(memory->m_region)); // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): meant.
}

Result<std::unique_ptr<ForeignMemory>> ForeignMemory::map(SystemCalls &system, FileDescriptor file,
                                                          std::uint64_t minimum, std::uint64_t maximum)
{
    const Result<std::uint64_t> length = checkedLength(file.get(), minimum, maximum);
    if (!length)
        return length.error();
    Result<ipc::mapped_region> region = mapFile(system, file.get(), ipc::read_only, *length);
    if (!region)
        return region.error();
    std::unique_ptr<ForeignMemory> memory{new ForeignMemory(std::move(region).value())};
    madvise(const_cast<std::byte *>(memory->data()), *length, MADV_DONTDUMP);
    return memory;
}

} // namespace tellwire::transport
