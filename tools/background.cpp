// SPDX-License-Identifier: Apache-2.0
#include "tools/background.h"

#include "tools/exit_code.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::tool {

namespace {

constexpr int killedBySignal = 128; // As shells count.

int failToStart(int reason)
{
    return fail(QStringLiteral("go to the background"), {ErrorCode::OutOfSpace, qt_error_string(reason)});
}

void leaveTheTerminal()
{
    setsid();
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(nothing, standard); // If there is no /dev/null, they stay.
    close(nothing);
}

int waitUntilDetached(int news, pid_t child)
{
    char word = 0;
    ssize_t length = 0;
    while ((length = read(news, &word, 1)) < 0 && errno == EINTR) {
    }
    close(news);
    if (length == 1)
        return success;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : killedBySignal + WTERMSIG(status);
}

} // namespace

int runInBackground(const std::function<int(const Detach &detach)> &work)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return failToStart(errno);
    const pid_t child = fork();
    if (child < 0)
        return failToStart(errno);
    if (child > 0) {
        close(ends[1]);
        return waitUntilDetached(ends[0], child);
    }
    close(ends[0]);
    return work([news = ends[1]] {
        leaveTheTerminal();
        (void)!write(news, "", 1);
        close(news);
    });
}

} // namespace tellwire::tool
