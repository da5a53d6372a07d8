// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"

#include <memory>

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

class LinkFeed;

/// The server's end of one link.
struct ServerLink
{
    std::shared_ptr<transport::Channel> channel;
    protocol::LinkId id = 0;
    protocol::ConversationId conversation = 0;
    std::weak_ptr<LinkFeed> feed;
};

} // namespace tellwire::engine
