// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/conversation.h"
#include "conversations/engine/client_conversation.h"

#include <optional>
#include <span>

namespace tellwire {

class Conversation::Private final : public engine::ClientConversation::Observer
{
public:
    using Engine = std::shared_ptr<engine::ClientConversation>;
    using Timeout = std::optional<std::chrono::milliseconds>;

    Private(Conversation *face, Session joined, const engine::ClientConversation::Target &target);

    void onOpened() override { Q_EMIT q->opened(); }
    void onLost(const Error &reason) override { Q_EMIT q->lost(reason); }
    void onClosed(const Error &reason) override { Q_EMIT q->closed(reason); }

    /// For conversations and for their links.
    static Reply<Update> request(const Session &session, const Engine &engine, const ItemName &item,
                                 std::span<const Format> preferred, Timeout timeout);

    /// The reply to an order: a poke or a command.
    template <typename Message>
    Reply<void> order(Message message, Timeout timeout);

    Conversation *q;
    Session session; // Lives longest: all else refers to it.
    Engine engine;
};

} // namespace tellwire
