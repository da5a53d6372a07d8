// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/link_options.h"
#include "dde/transport/session.h"

#include <memory>

namespace tellwire::engine {

class ClientConversation;

/// What links have in common that are alike; as a rule, all links of a conversation share one.
struct LinkTerms
{
    Session session; ///< Lives longest: all else refers to it.
    std::shared_ptr<ClientConversation> conversation;
    LinkOptions options; ///< Nothing but what goes together.
};

} // namespace tellwire::engine
