// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/started_process.h"

#include "benchmarks/harness/require.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tellwire::comparison {

pid_t startProcess(const std::vector<std::string> &command, const StandardDescriptors &descriptors)
{
    std::vector<char *> words;
    for (const std::string &word : command)
        words.push_back(const_cast<char *>(word.c_str())); // NOLINT: exec() does not write to them
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (descriptors.input >= 0)
        posix_spawn_file_actions_adddup2(&actions, descriptors.input, STDIN_FILENO);
    if (descriptors.output >= 0)
        posix_spawn_file_actions_adddup2(&actions, descriptors.output, STDOUT_FILENO);
    if (descriptors.isSilent)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t process = -1;
    const int problem = posix_spawnp(&process, words.front(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    require(problem == 0, "cannot start " + command.front());
    return process;
}

int waitForProcess(pid_t process)
{
    int status = 0;
    waitpid(process, &status, 0);
    return status;
}

} // namespace tellwire::comparison
