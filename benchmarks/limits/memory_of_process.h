// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tellwire::benchmark {

/// What this process has in memory now, as the kernel counts it. In bytes.
struct MemoryOfProcess
{
    std::int64_t all = 0;    ///< VmRSS.
    std::int64_t shared = 0; ///< RssShmem: of that, what lies in shared memory.

    static MemoryOfProcess now();
};

} // namespace tellwire::benchmark
