// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// What libFuzzer calls, and what it offers. See https://llvm.org/docs/LibFuzzer.html

using namespace tellwire::fuzz;

namespace {

const Target *chosen = nullptr;

/// Bytes without a right checksum are worth a try now and then, too.
constexpr unsigned unrepairedOnceIn = 16;

} // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *bytes, std::size_t length, std::size_t most);

/// fuzz <target> <options and folders of libFuzzer>…; without a target it lists them.
extern "C" int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    if (*argc < 2) {
        for (const Target &target : targets())
            std::printf("%s\n", target.name.data());
        std::exit(0);
    }
    chosen = targetNamed((*argv)[1]);
    if (chosen == nullptr) {
        std::fprintf(stderr, "there is no target %s\n", (*argv)[1]);
        std::exit(2);
    }
    std::rotate(*argv + 1, *argv + 2, *argv + *argc);
    (*argv)[--*argc] = nullptr;
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t length)
{
    chosen->run(Input{QByteArrayView(bytes, static_cast<qsizetype>(length))});
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *bytes, std::size_t length, std::size_t most,
                                               unsigned seed)
{
    const std::size_t mutated = LLVMFuzzerMutate(bytes, length, most);
    if (chosen->repair != nullptr && seed % unrepairedOnceIn != 0)
        chosen->repair(std::as_writable_bytes(std::span{bytes, mutated}));
    return mutated;
}
