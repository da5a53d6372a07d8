// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/conformance/ddeml/dde_program.h"
#include "tests/support/peer.h"

namespace tellwire::test {

/// A DdeProgram in a process of its own, without a Qt event loop: it polls the descriptor of its instance and
/// dispatches. It does what it is told, line by line.
class DdeProcess
{
public:
    /// It serves what "service=NAME" says, with the topics of "topic=NAME" ("flags=NUMBER" and "wide"
    /// besides).
    explicit DdeProcess(const std::vector<std::string> &options) : m_peer("DdeProcess", options) {}

    /// Has it done, and gives what came of it; this process goes on with its own conversations meanwhile.
    /// "*" stands for no string.
    ///
    ///     register NAME · unregister NAME · filter on|off · uninitialise · exit · specific (its own name)
    ///     post TOPIC ITEM · burst COUNT ITEM (posts the values 1, 2, …) · value ITEM BYTES
    ///     answer KEY NUMBER (see DdeProgram::answers) · forget KEY · error · info FIELD
    ///     enable all|one · disable · waiting · enable-all · disable-all · disconnect
    ///     connect SERVICE TOPIC · request ITEM · poke ITEM BYTES · execute BYTES
    ///     advise ITEM · advise-warm ITEM · stop ITEM
    ///
    /// It ends when it is to execute [quit].
    /// What concerns a conversation is done to the newest one, "…-all" to all (conversation 0).
    std::string run(const std::string &line);

    /// The same, but does not wait: the answer is that of the next hear().
    void say(const std::string &line) const { m_peer.say(line); }
    std::string hear() { return m_peer.hear().value_or("is gone"); }

    /// What its callback was told since it started, in a few words; only of one type if it is named.
    std::vector<std::string> told(const std::string &type = {});
    std::vector<std::string> toldInFull(const std::string &type = {});
    [[nodiscard]] bool hears(const std::string &type, std::size_t count = 1);

    Peer &process() { return m_peer; }

private:
    void collect();

    Peer m_peer;
    std::vector<std::string> m_full; // as Call::full()
};

} // namespace tellwire::test
