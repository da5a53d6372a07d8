// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/peer.h"
#include "benchmarks/tellwire/loop.h"
#include "conversations/advise_link.h"
#include "conversations/conversation.h"

#include <optional>
#include <string>

namespace tellwire::comparison {

/// Asks for the item. Variant `linked`: it has a link on it, so that requests are answered in place.
class RequestClient
{
public:
    explicit RequestClient(const std::string &variant);

    /// Variant `join` joins the session anew for each connection; else that is done once.
    void open();
    void close();
    void request(const Peer::UseReply &use);
    void endServer();

private:
    void startLink();

    std::string m_variant;
    std::optional<Loop> m_loop;
    std::optional<Conversation> m_conversation;
    std::optional<AdviseLink> m_link;
};

} // namespace tellwire::comparison
