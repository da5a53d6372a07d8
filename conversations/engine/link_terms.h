// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/link_options.h"
#include "dde/transport/session.h"

#include <QExplicitlySharedDataPointer>

#include <memory>

namespace tellwire::engine {

class ClientConversation;

/// What links have in common that are alike; as a rule, all links of a conversation share one.
struct LinkTerms : QSharedData
{
    using Pointer = QExplicitlySharedDataPointer<const LinkTerms>;

    LinkTerms(const Session &itsSession, std::shared_ptr<ClientConversation> about, LinkOptions wanted)
        : session(itsSession),
          conversation(std::move(about)),
          options(std::move(wanted))
    {}
    ~LinkTerms(); ///< Tells the conversation, which does not give them out again.

    Session session; ///< Lives longest: all else refers to it.
    std::shared_ptr<ClientConversation> conversation;
    LinkOptions options; ///< Nothing but what goes together.
};

} // namespace tellwire::engine
