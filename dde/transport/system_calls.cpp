// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/system_calls.h"

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

int SystemCalls::allocate(int file, off_t length) { return ::fallocate(file, 0, 0, length); }

int SystemCalls::addSeals(int file, int seals) { return ::fcntl(file, F_ADD_SEALS, seals); }

int SystemCalls::map(int /*file*/, std::size_t /*length*/) { return 0; }

ssize_t SystemCalls::sendMessage(int socket, const msghdr &message, int flags)
{
    return ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

int SystemCalls::watch() { return ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

int SystemCalls::fileSystem(int file, struct statfs &answer) { return ::fstatfs(file, &answer); }

SystemCalls &realSystemCalls()
{
    static SystemCalls calls; // Not a global that changes: it holds no state.
    return calls;
}

Error systemError(int reason, const QString &attempt)
{
    return {codeFor(reason), attempt + QStringLiteral(": ") + qt_error_string(reason)};
}

} // namespace tellwire::transport
