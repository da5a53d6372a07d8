// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peer.h"

#include "tests/support/peer_process.h"
#include "tests/support/wait_readable.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include <csignal>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::test {
namespace {

std::array<int, 2> makeEnds()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::runtime_error("a peer needs a pair of sockets");
    return ends;
}

pid_t start(const std::string &name, const std::vector<std::string> &arguments, int descriptor)
{
    std::vector<std::string> words{"peer", peerOption + name};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char *> pointers;
    for (std::string &word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, descriptor, descriptorInPeer);
    pid_t process = -1;
    const int error = posix_spawn(&process, "/proc/self/exe", &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(descriptor);
    if (error != 0)
        throw std::runtime_error("cannot start peer " + name);
    return process;
}

// Until the process has come into one of the states, which stay to be collected.
void waitForState(pid_t process, int states)
{
    siginfo_t state{};
    waitid(P_PID, static_cast<id_t>(process), &state, states | WNOWAIT);
}

bool endsInTime(pid_t process, std::chrono::milliseconds atMost)
{
    // glibc 2.36 declares pidfd_open() without extern "C".
    const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    const bool ended = waitReadable(descriptor, atMost);
    close(descriptor);
    return ended;
}

} // namespace

Peer::Peer(const std::string &name, const std::vector<std::string> &arguments)
    : Peer(name, arguments, makeEnds())
{
    if (const std::optional<std::string> word = hear(); word != readyWord)
        ADD_FAILURE() << "peer " << name << " ended or fell silent before it was ready";
}

Peer::Peer(const std::string &name, const std::vector<std::string> &arguments, const std::array<int, 2> &ends)
    : m_channel(ends[0]),
      m_process(start(name, arguments, ends[1]))
{}

Peer::~Peer()
{
    if (m_process < 0)
        return;
    killHard();
    waitForExit();
}

void Peer::killHard()
{
    if (signalled(SIGKILL))
        waitForState(m_process, WEXITED);
}

void Peer::stop()
{
    if (signalled(SIGSTOP))
        waitForState(m_process, WSTOPPED | WEXITED);
}

void Peer::resume() { signalled(SIGCONT); }

// To signal process -1 would be to signal everybody.
bool Peer::signalled(int signalNumber) const { return m_process > 0 && kill(m_process, signalNumber) == 0; }

int Peer::waitForExit(std::chrono::milliseconds atMost)
{
    if (m_process < 0) {
        ADD_FAILURE() << "the exit of this peer was collected already";
        return -1;
    }
    if (!endsInTime(m_process, atMost)) {
        ADD_FAILURE() << "the peer is still running";
        killHard();
    }
    int status = 0;
    waitpid(std::exchange(m_process, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace tellwire::test
