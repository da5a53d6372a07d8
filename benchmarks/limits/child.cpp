// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/child.h"

#include "benchmarks/limits/require.h"
#include "tests/support/wait_readable.h"

#include <chrono>
#include <cstdio>
#include <exception>
#include <utility>

#include <csignal>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::benchmark {
namespace {

// Far more than any measurement takes on a busy machine.
constexpr std::chrono::milliseconds patience = std::chrono::seconds{60};

std::array<int, 2> makeEnds()
{
    std::array<int, 2> ends{};
    require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0,
            "a child needs a pair of sockets");
    return ends;
}

[[noreturn]] void runBody(const std::string &name, const Child::Body &body, const std::array<int, 2> &ends)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, name.c_str()); // So that a profiler tells them apart.
    close(ends[0]);
    try {
        body(Parent{ends[1]});
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), problem.what());
        _exit(1);
    }
    _exit(0); // The buffers and exit handlers are the parent's.
}

pid_t start(const std::string &name, const Child::Body &body, const std::array<int, 2> &ends)
{
    const pid_t process = fork();
    require(process >= 0, "there can be no further process");
    if (process == 0)
        runBody(name, body, ends);
    close(ends[1]);
    return process;
}

} // namespace

void Parent::waitForGo() const
{
    require(m_channel.hear(patience).has_value(), "the parent is gone or stays silent");
}

Child::Child(std::string name, const Body &body) : Child(std::move(name), body, makeEnds()) {}

Child::Child(std::string name, const Body &body, const std::array<int, 2> &ends)
    : m_name(std::move(name)),
      m_channel(ends[0]),
      m_process(start(m_name, body, ends))
{}

Child::~Child()
{
    if (m_process < 0)
        return;
    kill(m_process, SIGKILL);
    waitpid(m_process, nullptr, 0);
}

void Child::waitUntilReady() const
{
    if (!m_channel.hear(patience))
        throw std::runtime_error(m_name + " has ended or hangs");
}

void Child::waitForEnd()
{
    if (!test::waitReadable(m_channel.descriptor(), patience))
        throw std::runtime_error(m_name + " hangs");
    int status = 0;
    waitpid(std::exchange(m_process, -1), &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(m_name + " has failed");
}

} // namespace tellwire::benchmark
