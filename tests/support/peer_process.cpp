// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peer_process.h"

#include "tests/support/peer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>

namespace tellwire::test {
namespace {

std::map<std::string, PeerBody> &bodies()
{
    static std::map<std::string, PeerBody> all;
    return all;
}

std::vector<std::string> &mutableArguments()
{
    static std::vector<std::string> all;
    return all;
}

// Only a peer has it: the first use takes the descriptor that the test left.
const LineChannel &channelToTest()
{
    static const LineChannel channel{descriptorInPeer};
    return channel;
}

} // namespace

bool registerPeer(const char *name, PeerBody body) { return bodies().emplace(name, body).second; }

void peerIsReady() { sayToTest(readyWord); }

const std::vector<std::string> &peerArguments() { return mutableArguments(); }

void sayToTest(std::string_view line) { channelToTest().say(line); }

std::optional<std::string> hearFromTest(std::chrono::milliseconds atMost)
{
    return channelToTest().hear(atMost);
}

int descriptorToTest() { return channelToTest().descriptor(); }

bool isPeer(int argumentCount, char **arguments)
{
    return argumentCount > 1 && std::string_view{arguments[1]}.starts_with(peerOption);
}

int runPeer(int argumentCount, char **arguments)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); // no peer outlives its test
    fcntl(descriptorInPeer, F_SETFD, FD_CLOEXEC);
    mutableArguments().assign(arguments + 2, arguments + argumentCount);

    const auto body = bodies().find(std::string{arguments[1]}.substr(peerOption.size()));
    if (body == bodies().end()) {
        std::fprintf(stderr, "no TELLWIRE_PEER for %s\n", arguments[1]);
        return 127;
    }
    const int code = body->second();
    return testing::Test::HasFailure() ? 1 : code; // an EXPECT_… in a body counts
}

} // namespace tellwire::test
