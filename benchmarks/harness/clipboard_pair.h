// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/options.h"

#include <functional>
#include <memory>
#include <string_view>

namespace tellwire::comparison {

/// A program that runs for long and copies or pastes when it is told to.
class ClipboardProgram
{
public:
    using UseContent = std::function<void(std::string_view content)>;

    ClipboardProgram() = default;
    virtual ~ClipboardProgram() = default;
    ClipboardProgram(const ClipboardProgram &) = delete;
    ClipboardProgram &operator=(const ClipboardProgram &) = delete;

    virtual const char *name() const = 0;
    virtual void open() = 0; ///< In the process that is to use it.
    virtual void put(std::string_view content) = 0;
    virtual void get(const UseContent &use) = 0;

    /// Serves others until the descriptor is readable.
    virtual void waitUntilReadable(int descriptor) = 0;
};

/// W6: two such programs, one of which copies what the other one then pastes. Prints a line for each of both,
/// and for both together.
int measureClipboardPair(const Options &options,
                         const std::function<std::unique_ptr<ClipboardProgram>()> &makeProgram);

} // namespace tellwire::comparison
