// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/fuzz/fuzz_input.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace tellwire::fuzz {

/// A decoder with all that is promised of it: run on bytes that anybody may have written, it must return.
struct Target
{
    std::string_view name;
    void (*run)(Input input);

    /// Makes right again, after the bytes were changed at random, what random bytes never have right: a
    /// checksum. May be null.
    void (*repair)(std::span<std::byte> bytes) = nullptr;
};

std::vector<Target> &targets();

/// Called by TELLWIRE_FUZZ only.
bool registerTarget(const Target &target);

/// Null if there is none of that name.
const Target *targetNamed(std::string_view name);

/// Ends the process, which is a finding, unless the promise was kept.
void promise(bool isKept, const char *what);

} // namespace tellwire::fuzz

/// The body of a target, `input` being the bytes. Further arguments: a repair.
///
///     TELLWIRE_FUZZ(commands) { … parse(input.text()) … promise(a == b, "what is written is read back"); }
#define TELLWIRE_FUZZ(name, ...)                                                                             \
    static void fuzz_##name(tellwire::fuzz::Input input);                                                    \
    [[maybe_unused]] static const bool fuzz_##name##_is_registered =                                         \
        tellwire::fuzz::registerTarget({#name, fuzz_##name __VA_OPT__(, ) __VA_ARGS__});                     \
    static void fuzz_##name([[maybe_unused]] tellwire::fuzz::Input input)
