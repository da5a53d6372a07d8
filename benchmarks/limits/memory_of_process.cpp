// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/memory_of_process.h"

#include <fstream>
#include <string>

namespace tellwire::benchmark {

MemoryOfProcess MemoryOfProcess::now()
{
    MemoryOfProcess memory;
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:"))
            memory.all = std::stoll(line.substr(6)) * 1024;
        if (line.starts_with("RssShmem:"))
            memory.shared = std::stoll(line.substr(9)) * 1024;
    }
    return memory;
}

} // namespace tellwire::benchmark
