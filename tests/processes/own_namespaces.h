// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>

#include <sched.h>
#include <unistd.h>

namespace tellwire::test {

inline bool wroteTo(const char *file, const std::string &text)
{
    std::ofstream stream{file};
    stream << text << std::flush;
    return stream.good();
}

/// Puts this process, which has one thread, into namespaces of its own, where it may mount and set limits and
/// is still the same user. False where the system does not permit that.
inline bool enteredOwnNamespaces(int kinds)
{
    const std::string user = std::to_string(geteuid());
    const std::string group = std::to_string(getegid());
    return unshare(CLONE_NEWUSER | kinds) == 0 && wroteTo("/proc/self/setgroups", "deny") &&
           wroteTo("/proc/self/uid_map", user + ' ' + user + " 1") &&
           wroteTo("/proc/self/gid_map", group + ' ' + group + " 1");
}

} // namespace tellwire::test
