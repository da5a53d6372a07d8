// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/bell.h"

#include "dde/transport/step.h"
#include "dde/transport/system_calls.h"

#include <QByteArray>

#include <array>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

/// Opens a pipe once more: whether one waits for it is a property of what was opened, and that of the peer's
/// the peer may change at any time. For reading too, so that its end does not raise SIGPIPE here. Asks no
/// file system for anything, since somebody could serve that.
FileDescriptor openedAgain(const FileDescriptor &handedOver)
{
    const QByteArray path = "/proc/self/fd/" + QByteArray::number(handedOver.get());
    std::array<char, 32> target{};
    const ssize_t length = readlink(path.constData(), target.data(), target.size());
    const bool isPipe = length > 0 && QByteArrayView{target.data(), length}.startsWith("pipe:[");
    return FileDescriptor{isPipe ? open(path.constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1};
}

} // namespace

OwnBell OwnBell::make(SystemCalls &system)
{
    std::array<int, 2> ends{-1, -1};
    if (system.before(SystemCalls::Call::EventDescriptor) != 0 ||
        pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0)
        return {};
    return {FileDescriptor{ends[0]}, FileDescriptor{ends[1]}};
}

Bell::Bell(const FileDescriptor &handedOver, int socket) : m_pipe(openedAgain(handedOver)), m_socket(socket)
{}

void Bell::ring(std::uint32_t sleepEpoch)
{
    if (sleepEpoch % 2 == 0 || sleepEpoch == m_lastRung)
        return;
    m_lastRung = sleepEpoch;
    step("bell.due");
    if (!m_pipe.isValid() || !ringPipe()) // A full socket means that unread wake-ups are waiting there.
        [[maybe_unused]]
        const ssize_t sent = send(m_socket, &wakeByte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    step("bell.rung");
}

/// False if it is full, and stays so. Who is woken leaves it to us to empty it: that takes no system call of
/// each ring.
bool Bell::ringPipe()
{
    constexpr int mostReads = 64; // Far more than a pipe holds, unless somebody fills it meanwhile.
    if (write(m_pipe.get(), &wakeByte, 1) == 1)
        return true;
    std::array<char, 4096> unread;
    for (int count = 0; count < mostReads && read(m_pipe.get(), unread.data(), unread.size()) > 0; ++count) {
    }
    return write(m_pipe.get(), &wakeByte, 1) == 1;
}

} // namespace tellwire::transport
