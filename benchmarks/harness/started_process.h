// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace tellwire::comparison {

/// Descriptors that a new process gets as standard input and output; -1: those of this process.
struct StandardDescriptors
{
    int input = -1;
    int output = -1;
    bool isSilent = false; ///< Standard error goes nowhere: a process that stays behind must not hold it.
};

/// Starts a program, looked for in the PATH, the fastest way there is. Throws if it cannot be.
pid_t startProcess(const std::vector<std::string> &command, const StandardDescriptors &descriptors);

/// How it ended, as waitpid() says.
int waitForProcess(pid_t process);

} // namespace tellwire::comparison
