// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/command_output.h"

#include "benchmarks/harness/require.h"

#include <array>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

/// Until the last writer is gone; nothing if that takes too long.
std::optional<std::string> readAll(int descriptor)
{
    constexpr int patience = 6000; // Milliseconds without a byte.
    std::string all;
    std::array<char, 1 << 16> bytes; // What a pipe holds. Not initialised: that would be part of the time.
    pollfd waited{descriptor, POLLIN, 0};
    while (poll(&waited, 1, patience) > 0) {
        const ssize_t count = read(descriptor, bytes.data(), bytes.size());
        if (count <= 0)
            return all;
        all.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

} // namespace

Descriptor::Descriptor(int descriptor) : m_descriptor(descriptor)
{
    require(descriptor >= 0, "a file cannot be opened");
}

void Descriptor::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

std::optional<std::string> outputOf(const Command &command)
{
    std::array<int, 2> ends{};
    require(pipe2(ends.data(), O_CLOEXEC) == 0, "there is no further pipe");
    const Descriptor reading{ends[0]};
    Descriptor writing{ends[1]};
    const Descriptor nothing{open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const pid_t process = startProcess(command, {nothing.get(), writing.get(), true});
    writing.close();
    std::optional<std::string> text = readAll(reading.get());
    if (!text)
        kill(process, SIGKILL);
    waitForProcess(process);
    return text;
}

} // namespace tellwire::comparison
