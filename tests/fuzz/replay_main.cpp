// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_target.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace tellwire::fuzz;

namespace {

bool replay(const Target &target, const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good()) {
        std::fprintf(stderr, "%s cannot be read\n", file.c_str());
        return false;
    }
    std::fprintf(stderr, "%s\n", file.c_str()); // The last one named is the one it died of.
    target.run(Input{QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size()))});
    return true;
}

/// How many of the files of a folder, or of this one file; -1 if one cannot be read.
int replayAll(const Target &target, const std::filesystem::path &path)
{
    if (!std::filesystem::is_directory(path))
        return replay(target, path) ? 1 : -1;
    int count = 0;
    for (const auto &entry : std::filesystem::directory_iterator(path)) {
        if (!replay(target, entry.path()))
            return -1;
        ++count;
    }
    return count;
}

} // namespace

/// fuzz <target> <file or folder>…: runs the target on each, as the fuzzer did that found them.
/// fuzz: lists the targets.
int main(int argc, char **argv)
{
    if (argc < 2) {
        for (const Target &target : targets())
            std::printf("%s\n", target.name.data());
        return 0;
    }
    const Target *target = targetNamed(argv[1]);
    int count = 0;
    for (int index = 2; target != nullptr && index < argc; ++index) {
        const int replayed = replayAll(*target, argv[index]);
        if (replayed < 0)
            return 1;
        count += replayed;
    }
    if (count == 0)
        std::fprintf(stderr, "there is no target %s, or nothing to run it on\n", argv[1]);
    return count == 0 ? 1 : 0;
}
