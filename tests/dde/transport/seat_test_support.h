// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/publication.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace tellwire::transport {

/// Keeps what arrives, or hands it on.
class Recorder : public MessageHandler
{
public:
    static constexpr std::uint8_t firstType = 0x10;
    static constexpr std::uint8_t lastType = 0x3F;

    explicit Recorder(Seat & /*seat*/) {}

    void onMessage(const std::shared_ptr<Channel> &from, Message message) override
    {
        if (use)
            return use(from, std::move(message));
        channels.push_back(from);
        messages.push_back(std::move(message));
    }
    void onUnreadable(const std::shared_ptr<Channel> & /*from*/, std::uint8_t /*type*/,
                      std::uint32_t /*id*/) override
    {
        ++unreadable;
    }
    void onClosed(const std::shared_ptr<Channel> &channel, const Error &reason) override
    {
        closed.push_back(reason);
        if (useClosed)
            useClosed(channel, reason);
    }

    std::function<void(const std::shared_ptr<Channel> &, Message)> use;
    std::function<void(const std::shared_ptr<Channel> &, const Error &)> useClosed;
    std::vector<std::shared_ptr<Channel>> channels;
    std::vector<Message> messages;
    std::vector<Error> closed;
    int unreadable = 0;
};

inline std::shared_ptr<Seat> joined(SystemCalls &system = realSystemCalls())
{
    Result<std::shared_ptr<Seat>> seat = Seat::join(QStringLiteral("test"), system);
    EXPECT_TRUE(seat) << seat.error().detail.toStdString();
    return *seat;
}

/// Serves the sessions of this thread until the condition holds.
inline bool served(const std::function<bool()> &condition)
{
    return test::eventually(condition, [](std::chrono::milliseconds atMost) { waitForSessions(atMost); });
}

} // namespace tellwire::transport
