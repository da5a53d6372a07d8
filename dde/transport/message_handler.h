// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "formats/error.h"

#include <memory>

namespace tellwire::transport {

class Channel;

/// What a layer above does with the messages of its range of types. A seat keeps at most one of each class.
///
/// Every function may be entered again from inside itself: a handler may run a nested event loop or wait for
/// a reply, and further messages are delivered meanwhile, in order. It may also close or forget any channel.
class MessageHandler
{
public:
    MessageHandler() = default;
    MessageHandler(const MessageHandler &) = delete;
    MessageHandler &operator=(const MessageHandler &) = delete;
    virtual ~MessageHandler() = default;

    /// A message of the handler's range. Messages of one channel come in the order they were sent.
    virtual void onMessage(const std::shared_ptr<Channel> &from, Message message) = 0;

    /// The newest value of link `id` could not be read in place because its publisher kept replacing it, or
    /// it was dropped in between. The handler asks for it by a message of its own.
    virtual void onUnreadable(const std::shared_ptr<Channel> &from, std::uint8_t type, std::uint32_t id) = 0;

    /// A publication has cut link `id`, which it fed by messages of this type: the receiver's quota ran out.
    /// Told from the session's event processing, as all else here; the publication may be gone by then.
    virtual void onCut(const std::shared_ptr<Channel> & /*to*/, std::uint8_t /*type*/, std::uint32_t /*id*/,
                       const Error & /*reason*/)
    {}

    /// The channel has ended and carries nothing any more; called once for every channel that was ever
    /// returned by Seat::channelTo() or delivered a message.
    virtual void onClosed(const std::shared_ptr<Channel> &channel, const Error &reason) = 0;
};

} // namespace tellwire::transport
