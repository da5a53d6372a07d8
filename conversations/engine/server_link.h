// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

namespace tellwire::engine {

class LinkFeed;
class ServedClient;

/// The server's end of one link. A program may have a hundred thousand of them, so every byte counts; the
/// places are where the lists of its conversation and of its feed have it, so that it leaves them at once.
struct ServerLink
{
    ServedClient *client = nullptr; ///< Whose list of links has it.
    LinkFeed *feed = nullptr;       ///< Null while the item it waits for does not exist, or if it is direct.
    protocol::LinkId id = 0;
    protocol::ConversationId conversation = 0;
    std::uint32_t placeInConversation = 0;
    std::uint32_t placeInFeed = 0;
    bool wholeBatches = false;
    bool isDirect = false;  ///< Its conversation says what is sent.
    bool wantsLast = false; ///< Of a warm link: before this side ends it, it is sent the present value.
};
static_assert(sizeof(ServerLink) <= 40);

} // namespace tellwire::engine
