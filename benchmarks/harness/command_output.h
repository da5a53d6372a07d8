// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/started_process.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tellwire::comparison {

using Command = std::vector<std::string>;

/// A descriptor that is closed at the end.
class Descriptor
{
public:
    explicit Descriptor(int descriptor);
    ~Descriptor() { close(); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int get() const { return m_descriptor; }
    void close();

private:
    int m_descriptor;
};

/// All that the command writes until it has ended, and whatever stays behind of it has closed its output.
/// Nothing if that takes too long.
std::optional<std::string> outputOf(const Command &command);

/// The same, into `memory`, which grows only if it is too short: what new memory costs whoever measures is no
/// part of the time of the command.
std::optional<std::string_view> outputOf(const Command &command, std::string &memory);

} // namespace tellwire::comparison
