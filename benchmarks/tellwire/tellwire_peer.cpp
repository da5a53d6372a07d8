// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/tellwire_peer.h"

#include "benchmarks/harness/require.h"

namespace tellwire::comparison {

// Who looks for a service before there is one is told so at once. To wait for the publisher is not what is
// measured.
void TellwirePeer::startProcess(Role role)
{
    if (role == Role::Subscriber)
        require(control().ready.waitUntil(1, options().timeout), "the publisher does not come");
}

// A request says which item, and nothing else: the reply cannot tell its number.
void TellwirePeer::openServer()
{
    Request request;
    request.sequence = anySequence;
    request.replySize = options().size;
    m_server.emplace(options().variant, makeReply(request), options().size);
}

void TellwirePeer::waitForReaders(int milliseconds)
{
    m_publisher->waitUntilReadable(control().progress, std::chrono::milliseconds{milliseconds});
    forgetProgress();
}

// A link for every update ends when its reader is 4,096 behind. To be slower is the reader's right, and to
// wait for it the publisher's choice, so it is the publisher that has to know how far the readers are.
std::uint32_t TellwirePeer::creditWindow() const
{
    constexpr std::uint32_t window = 2048;
    const bool isSaturated = options().workload == "w3" || options().workload == "w7";
    return isSaturated && options().variant != "conflate" ? window : 0;
}

} // namespace tellwire::comparison
