// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/system_calls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace tellwire::test {

/// Every place where the kernel can refuse something: the members of the seam, and the calls it is asked
/// before.
inline constexpr std::array placesOfFailure{
    "append", "createMemory", "allocate", "addSeals",        "sendMessage",
    "watch",  "fileSystem",   "Open",     "MakeDirectory",   "Link",
    "Rename", "Lock",         "Map",      "Socket",          "Bind",
    "Listen", "Connect",      "Accept",   "EventDescriptor", "Epoll"};

/// Makes one call of one kind fail, the n-th, and counts all of that kind.
class FailingCalls final : public transport::SystemCalls
{
public:
    static constexpr int shortWrite = -1; ///< In place of an errno: half of it is written.

    FailingCalls(std::string place, int failing, int reason)
        : m_place(std::move(place)),
          m_failing(failing),
          m_reason(reason)
    {}

    int calls() const { return m_calls; } ///< Of that kind, so far.

    ssize_t append(int file, const void *bytes, std::size_t length) override
    {
        if (!fails("append"))
            return SystemCalls::append(file, bytes, length);
        return m_reason == shortWrite ? SystemCalls::append(file, bytes, length / 2) : -1;
    }
    int createMemory(const char *name) override
    {
        return fails("createMemory") ? -1 : SystemCalls::createMemory(name);
    }
    int allocate(int file, off_t start, off_t length) override
    {
        return fails("allocate") ? -1 : SystemCalls::allocate(file, start, length);
    }
    int addSeals(int file, int seals) override
    {
        return fails("addSeals") ? -1 : SystemCalls::addSeals(file, seals);
    }
    ssize_t sendMessage(int socket, const msghdr &message, int flags) override
    {
        return fails("sendMessage") ? -1 : SystemCalls::sendMessage(socket, message, flags);
    }
    int watch(const char *path, std::uint32_t events) override
    {
        return fails("watch") ? -1 : SystemCalls::watch(path, events);
    }
    int fileSystem(int file, struct statfs &answer) override
    {
        return fails("fileSystem") ? -1 : SystemCalls::fileSystem(file, answer);
    }
    int before(Call call) override
    {
        constexpr std::size_t members = 7;
        return fails(placesOfFailure.at(members + static_cast<std::size_t>(call))) ? -1 : 0;
    }

private:
    bool fails(const char *place)
    {
        if (m_place != place || ++m_calls != m_failing)
            return false;
        errno = m_reason;
        return true;
    }

    std::string m_place;
    int m_failing;
    int m_reason;
    int m_calls = 0;
};

} // namespace tellwire::test
