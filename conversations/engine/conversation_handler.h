// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/client.h"
#include "conversations/engine/server.h"
#include "dde/transport/message_handler.h"

namespace tellwire::engine {

/// What a session does with the messages of conversations: each channel has a client side and a server side,
/// so it hands them to the one or the other. There is one for each seat:
/// `seat.handler<ConversationHandler>()`.
class ConversationHandler final : public transport::MessageHandler
{
public:
    static constexpr std::uint8_t firstType = protocol::firstMessageType;
    static constexpr std::uint8_t lastType = protocol::lastMessageType;

    explicit ConversationHandler(transport::Seat &seat) : m_client(seat), m_server(seat) {}

    Client &client() noexcept { return m_client; }
    Server &server() noexcept { return m_server; }

    void onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message) override;
    void onUnreadable(const std::shared_ptr<transport::Channel> &from, std::uint8_t type,
                      std::uint32_t id) override;
    void onCut(const std::shared_ptr<transport::Channel> &to, std::uint8_t type, std::uint32_t id,
               const Error &reason) override;
    void onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason) override;

private:
    Client m_client;
    Server m_server;
};

} // namespace tellwire::engine
