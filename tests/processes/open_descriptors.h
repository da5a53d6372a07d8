// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tellwire::test {

/// What this process has open, as the kernel names it, sorted. Without the listing itself.
inline std::vector<std::string> openDescriptors()
{
    std::vector<std::string> targets;
    for (const auto &entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (!gone && !(target.starts_with("/proc/") && target.ends_with("/fd")))
            targets.push_back(target);
    }
    std::sort(targets.begin(), targets.end());
    return targets;
}

/// How many pieces of shared memory of ours are mapped here.
inline std::size_t mappedMemories()
{
    std::ifstream maps{"/proc/self/maps"};
    std::size_t count = 0;
    for (std::string line; std::getline(maps, line);)
        count += line.find("memfd:tellwire") != std::string::npos ? 1U : 0U;
    return count;
}

} // namespace tellwire::test
