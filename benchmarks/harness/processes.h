// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/control.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tellwire::comparison {

/// The processes of one measurement, forked from this one. All that still run are killed at the end.
class Processes
{
public:
    explicit Processes(double timeout);
    ~Processes();
    Processes(const Processes &) = delete;
    Processes &operator=(const Processes &) = delete;

    /// One more, bound to a processor as the place says. A body that throws ends it with a message.
    void start(const std::string &place, const std::function<void()> &body);

    /// Waits for the count. Throws if that takes too long, or if a process has ended before.
    void waitFor(const SharedCount &count, std::uint32_t wanted);

    /// Waits for all of them, not for ever.
    void waitForEnd();

    const std::vector<pid_t> &ids() const { return m_ids; }

private:
    void requireAll() const;

    std::uint64_t m_latest;
    std::vector<pid_t> m_ids;
};

} // namespace tellwire::comparison
