// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// What both sides of a Peer know: the test, which starts it, and the process it starts.
namespace tellwire::test {

/// The first argument of a peer is this and its name.
inline const std::string peerOption = "--peer=";

/// Where a peer finds its end of the channel: far from anything that is open.
constexpr int descriptorInPeer = 100;

/// The first line that a peer says.
inline const std::string readyWord = "ready";

/// True if a program started with these arguments is a peer and no test.
[[nodiscard]] bool isPeer(int argumentCount, char **arguments);

/// Runs the body of the peer that the arguments name; its value is the exit code.
[[nodiscard]] int runPeer(int argumentCount, char **arguments);

} // namespace tellwire::test
