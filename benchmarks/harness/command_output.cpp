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
std::optional<std::string_view> readAll(int descriptor, std::string &memory)
{
    constexpr int patience = 6000;                      // Milliseconds without a byte.
    constexpr std::size_t least = std::size_t{1} << 16; // What a pipe holds.
    std::size_t length = 0;
    pollfd waited{descriptor, POLLIN, 0};
    while (poll(&waited, 1, patience) > 0) {
        if (memory.size() - length < least)
            memory.resize(2 * memory.size() + least);
        const ssize_t count = read(descriptor, memory.data() + length, memory.size() - length);
        if (count <= 0)
            return std::string_view{memory}.substr(0, length);
        length += static_cast<std::size_t>(count);
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
    std::string memory;
    const std::optional<std::string_view> output = outputOf(command, memory);
    return output ? std::optional{std::string{*output}} : std::nullopt;
}

std::optional<std::string_view> outputOf(const Command &command, std::string &memory)
{
    std::array<int, 2> ends{};
    require(pipe2(ends.data(), O_CLOEXEC) == 0, "there is no further pipe");
    const Descriptor reading{ends[0]};
    Descriptor writing{ends[1]};
    const Descriptor nothing{open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const pid_t process = startProcess(command, {nothing.get(), writing.get(), true});
    writing.close();
    const std::optional<std::string_view> text = readAll(reading.get(), memory);
    if (!text)
        kill(process, SIGKILL);
    waitForProcess(process);
    return text;
}

} // namespace tellwire::comparison
