// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>

namespace {

/// A descriptor that the caller closed would be given to the next file that is opened, and answers would end
/// up there.
void keepStandardDescriptors()
{
    int opened = 0;
    while (opened >= 0 && opened <= 2)
        opened = open("/dev/null", O_RDWR | O_CLOEXEC);
}

} // namespace

int main(int argc, char **argv)
{
    keepStandardDescriptors();
    std::signal(SIGPIPE, SIG_IGN); // A closed pipe shows when it is written to.
    const int exitCode = tellwire::tool::readCommandLine(argc, argv)();
    std::fflush(nullptr);
    std::_Exit(exitCode); // What is left the kernel takes back sooner than a score of libraries would.
}
