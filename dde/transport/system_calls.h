// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/error.h"

#include <cstddef>
#include <cstdint>

#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/types.h>

namespace tellwire::transport {

/// The one seam between the transport and the kernel: the calls whose failure a test must be able to bring
/// about (a full disk, memory refused, no inotify instance left). All others are made directly.
///
/// Every member returns what the kernel returns and leaves errno set. The members of this class make the real
/// call; a test overrides the one it wants to fail. Holds no state: one object serves all sessions and
/// threads.
class SystemCalls
{
public:
    SystemCalls() = default;
    SystemCalls(const SystemCalls &) = delete;
    SystemCalls &operator=(const SystemCalls &) = delete;
    virtual ~SystemCalls() = default;

    /// Calls that are made where they are needed, and only after before() has let them pass.
    enum class Call : std::uint8_t {
        Open, ///< Also of directories, and of files that are made.
        MakeDirectory,
        Link,
        Rename,
        Lock,
        Map,
        Socket, ///< socket(2) and socketpair(2).
        Bind,
        Listen,
        Connect,
        Accept,
        EventDescriptor, ///< epoll_create(2), eventfd(2), timerfd_create(2) and pipe2(2).
        Epoll,           ///< epoll_ctl(2) that adds a descriptor.
    };

    /// Asked before each such call: 0 lets it happen, -1 with errno refuses it.
    virtual int before(Call call);

    /// write(2) on a file opened with O_APPEND, or behind what was written to it so far. May write less than
    /// asked when the disk is full.
    virtual ssize_t append(int file, const void *bytes, std::size_t length);

    /// memfd_create(2): closed on exec, open to seals, and never executable where the kernel knows how to say
    /// so.
    virtual int createMemory(const char *name);

    /// fallocate(2). See reserve().
    virtual int allocate(int file, off_t start, off_t length);

    /// fcntl(2) F_ADD_SEALS.
    virtual int addSeals(int file, int seals);

    /// sendmsg(2); never raises SIGPIPE.
    virtual ssize_t sendMessage(int socket, const msghdr &message, int flags);

    /// inotify_init1(2), not blocking and closed on exec, and inotify_add_watch(2) for one path.
    virtual int watch(const char *path, std::uint32_t events);

    /// fstatfs(2): which kind of file system a file lies on.
    virtual int fileSystem(int file, struct statfs &answer);
};

/// The calls as the kernel makes them. Safe from any thread.
SystemCalls &realSystemCalls();

/// SystemCalls::append, once more if a signal came before the first byte.
ssize_t appendOnce(SystemCalls &system, int file, const void *bytes, std::size_t length);

/// Reserves the first `length` bytes of a file. Signals only delay it: the kernel gives up a reservation that
/// a signal interrupts and takes back all of it, so it is made in steps, small ones where signals are
/// frequent. False with errno if it fails; what was reserved by then goes with the file.
bool reserve(SystemCalls &system, int file, std::uint64_t length);

/// The Error for a kernel call that failed with errno `reason`: OutOfSpace where memory, disk or descriptors
/// ran out, AccessDenied where permission is missing, Corrupted for what should not happen. `attempt` says
/// what was tried.
Error systemError(int reason, const QString &attempt);

} // namespace tellwire::transport
