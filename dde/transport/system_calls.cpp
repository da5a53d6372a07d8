// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/system_calls.h"

#include "dde/transport/file_descriptor.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tellwire::transport {

namespace {

// Known to kernels from 6.3 on, but not yet to the C library of our oldest platform.
constexpr unsigned neverExecutable = 0x0008U;

ErrorCode codeFor(int reason)
{
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ETOOMANYREFS: // Descriptors of this user that are on their way through sockets.
        return ErrorCode::OutOfSpace;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
    case ENOTDIR:
        return ErrorCode::AccessDenied;
    default:
        return ErrorCode::Corrupted;
    }
}

} // namespace

int SystemCalls::before(Call /*call*/) { return 0; }

ssize_t SystemCalls::append(int file, const void *bytes, std::size_t length)
{
    return ::write(file, bytes, length);
}

int SystemCalls::createMemory(const char *name)
{
    constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    const int memory = ::memfd_create(name, flags | neverExecutable);
    if (memory >= 0 || errno != EINVAL)
        return memory;
    return ::memfd_create(name, flags);
}

int SystemCalls::allocate(int file, off_t start, off_t length) { return ::fallocate(file, 0, start, length); }

int SystemCalls::addSeals(int file, int seals) { return ::fcntl(file, F_ADD_SEALS, seals); }

ssize_t SystemCalls::sendMessage(int socket, const msghdr &message, int flags)
{
    return ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

int SystemCalls::watch(const char *path, std::uint32_t events)
{
    FileDescriptor watch{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (!watch.isValid() || ::inotify_add_watch(watch.get(), path, events) < 0)
        return -1;
    return watch.release();
}

int SystemCalls::fileSystem(int file, struct statfs &answer) { return ::fstatfs(file, &answer); }

SystemCalls &realSystemCalls()
{
    static SystemCalls calls; // Not a global that changes: it holds no state.
    return calls;
}

ssize_t appendOnce(SystemCalls &system, int file, const void *bytes, std::size_t length)
{
    for (;;) {
        const ssize_t written = system.append(file, bytes, length);
        if (written >= 0 || errno != EINTR)
            return written;
    }
}

bool reserve(SystemCalls &system, int file, std::uint64_t length)
{
    constexpr std::uint64_t longest = 16U << 20;
    constexpr std::uint64_t shortest = 64U << 10;
    std::uint64_t step = longest;
    for (std::uint64_t done = 0; done < length;) {
        const std::uint64_t next = std::min(step, length - done);
        if (system.allocate(file, static_cast<off_t>(done), static_cast<off_t>(next)) == 0) {
            done += next;
            step = std::min(step * 2, longest);
        } else if (errno == EINTR) {
            step = std::max(step / 2, shortest);
        } else {
            return false;
        }
    }
    return true;
}

Error systemError(int reason, const QString &attempt)
{
    return {codeFor(reason), attempt + QStringLiteral(": ") + qt_error_string(reason)};
}

} // namespace tellwire::transport
