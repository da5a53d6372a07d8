// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/conversation_handler.h"

#include "conversations/engine/violation.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"

#include <utility>

namespace tellwire::engine {

void ConversationHandler::onMessage(const std::shared_ptr<transport::Channel> &from,
                                    transport::Message message)
{
    if (from->isClient()) {
        Result<protocol::ServerMessage> decoded = protocol::decodeFromServer(std::move(message));
        if (isUsable(decoded, *from))
            m_client.onMessage(from, *std::move(decoded));
    } else {
        const Result<protocol::ClientMessage> decoded = protocol::decodeFromClient(std::move(message));
        if (isUsable(decoded, *from))
            m_server.onMessage(from, *decoded);
    }
}

void ConversationHandler::onUnreadable(const std::shared_ptr<transport::Channel> &from, std::uint8_t,
                                       std::uint32_t id)
{
    if (from->isClient())
        m_client.onUnreadable(from, id);
}

void ConversationHandler::onCut(const std::shared_ptr<transport::Channel> &to, std::uint8_t, std::uint32_t id,
                                const Error &reason)
{
    if (!to->isClient())
        m_server.onCut(to, id, reason);
}

void ConversationHandler::onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason)
{
    if (channel->isClient())
        m_client.onClosed(channel, reason);
    else
        m_server.onClosed(channel);
}

} // namespace tellwire::engine
