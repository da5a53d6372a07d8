// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/line_channel.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace tellwire::test {

/// A second process for a test to talk to: this test program again, running one named body.
///
///     TELLWIRE_PEER(QuoteServer) { … publish …; peerIsReady(); … serve …; return 0; }
///     TEST(AConversation, …) { Peer server{"QuoteServer", {"ZAXX"}}; … }
///
/// The constructor returns when the body calls peerIsReady(); if that does not happen, the test fails. The
/// destructor kills what still runs, and the system kills it should the test itself die.
/// Thread: the one that made it, which must outlive it.
class Peer
{
public:
    explicit Peer(const std::string &name, const std::vector<std::string> &arguments = {});
    ~Peer();
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;

    [[nodiscard]] pid_t processId() const { return m_process; }

    /// The peer hears it with hearFromTest().
    void say(std::string_view line) const { m_channel.say(line); }

    /// The next line of the peer's sayToTest(); nothing if it dies first or stays silent.
    [[nodiscard]] std::optional<std::string> hear(std::chrono::milliseconds atMost = patience) const
    {
        return m_channel.hear(atMost);
    }

    /// Readable when hear() has something to say; for a poll of one's own.
    [[nodiscard]] int descriptor() const { return m_channel.descriptor(); }

    void killHard(); ///< SIGKILL, as when a process crashes. Returns when it is dead.
    void stop();     ///< SIGSTOP, as when a process hangs. Returns when it stands still.
    void resume();   ///< SIGCONT.

    /// The exit code of the body, or -1 if a signal ended it. A peer that outlives the time fails
    /// the test. To be called once.
    int waitForExit(std::chrono::milliseconds atMost = patience);

private:
    Peer(const std::string &name, const std::vector<std::string> &arguments, const std::array<int, 2> &ends);

    bool signalled(int signalNumber) const;

    LineChannel m_channel;
    pid_t m_process; // -1 once its exit was collected
};

// For the bodies of peers:

/// Tells the test that it may go on. To be called once, before any sayToTest().
void peerIsReady();

/// What the test gave to the constructor of Peer.
[[nodiscard]] const std::vector<std::string> &peerArguments();

void sayToTest(std::string_view line);

/// The next line of the test; nothing if it is gone or stays silent.
[[nodiscard]] std::optional<std::string> hearFromTest(std::chrono::milliseconds atMost = patience);

/// Readable when hearFromTest() has something to say; for a poll or a notifier of one's own.
[[nodiscard]] int descriptorToTest();

using PeerBody = int (*)();

/// Called by TELLWIRE_PEER only.
bool registerPeer(const char *name, PeerBody body);

} // namespace tellwire::test

// The body of a peer; its value becomes the exit code of the process.
#define TELLWIRE_PEER(name)                                                                                  \
    static int peer##name();                                                                                 \
    [[maybe_unused]] static const bool peer##name##IsRegistered =                                            \
        tellwire::test::registerPeer(#name, peer##name);                                                     \
    static int peer##name()
