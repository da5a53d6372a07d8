// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tellwire::test {

/// How long a test waits for another process before it gives up; far more than a loaded machine needs.
constexpr std::chrono::milliseconds patience = std::chrono::seconds{20};

/// One end of a conversation in lines between a test and its peer. Owns its descriptor.
/// Thread: one at a time.
class LineChannel
{
public:
    explicit LineChannel(int descriptor) : m_descriptor(descriptor) {}
    ~LineChannel();
    LineChannel(const LineChannel &) = delete;
    LineChannel &operator=(const LineChannel &) = delete;

    /// For a poll of one's own: readable when a line came, or when the other end is gone.
    [[nodiscard]] int descriptor() const { return m_descriptor; }

    /// Sends a line of at most 64 KiB. Lost without a word if the other end is gone.
    void say(std::string_view line) const;

    /// The next line; nothing if none comes in time, or if the other end is gone.
    [[nodiscard]] std::optional<std::string> hear(std::chrono::milliseconds atMost) const;

private:
    int m_descriptor;
};

} // namespace tellwire::test
