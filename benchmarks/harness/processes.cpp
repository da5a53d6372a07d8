// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/processes.h"

#include "benchmarks/harness/clock.h"
#include "benchmarks/harness/process_figures.h"
#include "benchmarks/harness/require.h"

#include <cstdio>
#include <exception>

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::comparison {
namespace {

[[noreturn]] void runBody(const std::function<void()> &body)
{
    try {
        body();
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        _exit(3);
    }
    _exit(0); // The buffers and exit handlers are the parent's.
}

} // namespace

Processes::Processes(double timeout) : m_latest(nanosecondsNow() + nanosecondsOf(timeout)) {}

Processes::~Processes()
{
    for (const pid_t process : m_ids) {
        if (process <= 0)
            continue;
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }
}

void Processes::start(const std::string &place, const std::function<void()> &body)
{
    const auto side = static_cast<unsigned>(m_ids.size());
    const pid_t process = fork();
    require(process >= 0, "there can be no further process");
    if (process != 0) {
        m_ids.push_back(process);
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1UL);
    takePlace(place, side);
    runBody(body);
}

void Processes::requireAll() const
{
    for (const pid_t process : m_ids) {
        siginfo_t ended{};
        waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT);
        require(ended.si_pid == 0, "a process has ended early");
    }
}

void Processes::waitFor(const SharedCount &count, std::uint32_t wanted)
{
    constexpr int lookAgain = 100;
    for (std::uint32_t now = count.value(); now < wanted; now = count.value()) {
        requireAll();
        require(nanosecondsNow() < m_latest, "it takes too long");
        count.waitWhile(now, lookAgain);
    }
}

void Processes::waitForEnd()
{
    const std::uint64_t latest = nanosecondsNow() + 5 * nanosecondsPerSecond;
    for (pid_t &process : m_ids) {
        pid_t ended = 0;
        while ((ended = waitpid(process, nullptr, WNOHANG)) == 0 && nanosecondsNow() < latest)
            usleep(1000);
        if (ended == process)
            process = -1;
    }
}

} // namespace tellwire::comparison
