// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace tellwire::transport {

/// Owns one file descriptor and closes it. Moves, does not copy.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) noexcept : m_descriptor(descriptor) {}
    FileDescriptor(FileDescriptor &&other) noexcept : m_descriptor(other.release()) {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        reset(other.release());
        return *this;
    }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;
    ~FileDescriptor() { reset(); }

    int get() const noexcept { return m_descriptor; }
    bool isValid() const noexcept { return m_descriptor >= 0; }

    /// Hands the descriptor to the caller, who closes it from now on.
    [[nodiscard]] int release() noexcept { return std::exchange(m_descriptor, -1); }

    /// Closes what it owns, then owns `descriptor`. Leaves errno as it was.
    void reset(int descriptor = -1) noexcept;

private:
    int m_descriptor = -1;
};

} // namespace tellwire::transport
