// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/eventually.h"

#include <functional>
#include <utility>

#include <csignal>
#include <grp.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::test {

/// A user who has nothing here, and no rights of the superuser.
inline constexpr uid_t anotherUser = 54'321;

/// Only the superuser can become somebody else.
inline bool canBecomeAnotherUser() { return ::geteuid() == 0; }

/// A copy of this process that another user runs: does what the body does, and ends. Killed, if it still
/// runs, when this object goes. Precondition: canBecomeAnotherUser().
class AnotherUser
{
public:
    explicit AnotherUser(const std::function<bool()> &body) : m_process(::fork())
    {
        if (m_process != 0)
            return;
        const bool isSomebodyElse =
            ::setgroups(0, nullptr) == 0 && ::setgid(anotherUser) == 0 && ::setuid(anotherUser) == 0;
        ::_exit(isSomebodyElse && body() ? 0 : 1); // No destructors, no reports: they belong to the parent.
    }
    ~AnotherUser()
    {
        if (m_process <= 0)
            return;
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }
    AnotherUser(const AnotherUser &) = delete;
    AnotherUser &operator=(const AnotherUser &) = delete;

    /// Waits for its end; meanwhile takes turns. True if the body was content. To be called once.
    [[nodiscard]] bool succeeds(const Turn &turn = serveQt)
    {
        int status = -1;
        const bool hasEnded =
            eventually([&] { return ::waitpid(m_process, &status, WNOHANG) == m_process; }, turn);
        if (hasEnded)
            m_process = -1;
        return hasEnded && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private:
    pid_t m_process;
};

} // namespace tellwire::test
