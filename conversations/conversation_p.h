// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/conversation.h"
#include "conversations/engine/client_conversation.h"

namespace tellwire {

class Conversation::Private final : public engine::ClientConversation::Observer
{
public:
    Private(Conversation *face, Session joined, const ServiceName &service, const TopicName &topic);

    void onOpened() override { Q_EMIT q->opened(); }
    void onClosed(const Error &reason) override { Q_EMIT q->closed(reason); }

    /// The reply to an order: a poke or a command.
    template <typename Message>
    Reply<void> order(Message message);

    Conversation *q;
    Session session; // Lives longest: all else refers to it.
    std::shared_ptr<engine::ClientConversation> engine;
    std::chrono::milliseconds limit;
};

} // namespace tellwire
