// SPDX-License-Identifier: Apache-2.0
#include "tests/support/line_channel.h"

#include "tests/support/wait_readable.h"

#include <sys/socket.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

constexpr std::size_t maxLineLength = 64 * 1024;

} // namespace

LineChannel::~LineChannel() { close(m_descriptor); }

// A packet is a line. It carries its newline, because an empty packet would look like the end.
void LineChannel::say(std::string_view line) const
{
    const std::string packet = std::string{line} + '\n';
    [[maybe_unused]] const ssize_t sent = send(m_descriptor, packet.data(), packet.size(), MSG_NOSIGNAL);
}

std::optional<std::string> LineChannel::hear(std::chrono::milliseconds atMost) const
{
    if (!waitReadable(m_descriptor, atMost))
        return std::nullopt;
    std::string line(maxLineLength + 1, '\0');
    const ssize_t count = recv(m_descriptor, line.data(), line.size(), 0);
    if (count <= 0)
        return std::nullopt;
    line.resize(static_cast<std::size_t>(count) - 1);
    return line;
}

} // namespace tellwire::test
