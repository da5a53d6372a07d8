// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/clipboard/clipboard_session_test_support.h"
#include "tests/support/wait_readable.h"

namespace tellwire::test {

/// Another process with a ClipboardSession and one window, which does what it is told, line by line.
class ClipboardProgram
{
public:
    explicit ClipboardProgram(quint64 window) : m_peer("ClipboardProgram", {std::to_string(window)}) {}

    /// Has it done, and gives what came of it: "none" for no error, the number of the error, or what was
    /// asked for. This process serves its own session meanwhile.
    ///
    ///     open WINDOW · close · empty · set FORMAT BYTES · promise FORMAT · get FORMAT
    ///     count · owner · opener · sequence · register NAME · name FORMAT · told
    ///     renders FORMAT BYTES (from now on, when it is asked) · listen · view · destroy
    std::string run(const std::string &line)
    {
        m_peer.say(line);
        EXPECT_TRUE(soon([&] { return waitReadable(m_peer.descriptor(), 0ms); })) << line;
        return m_peer.hear().value_or("is gone");
    }

    Peer &process() { return m_peer; }

private:
    Peer m_peer;
};

} // namespace tellwire::test
