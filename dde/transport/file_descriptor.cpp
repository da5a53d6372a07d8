// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/file_descriptor.h"

#include <cerrno>

#include <unistd.h>

namespace tellwire::transport {

void FileDescriptor::reset(int descriptor) noexcept
{
    const int previous = std::exchange(m_descriptor, descriptor);
    if (previous < 0 || previous == descriptor)
        return;
    const int reason = errno;
    ::close(previous);
    errno = reason;
}

} // namespace tellwire::transport
