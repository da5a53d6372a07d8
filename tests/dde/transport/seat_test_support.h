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
    void onCut(const std::shared_ptr<Channel> & /*to*/, std::uint8_t type, std::uint32_t id,
               const Error &reason) override
    {
        cuts.push_back({type, id, reason});
    }
    void onClosed(const std::shared_ptr<Channel> &channel, const Error &reason) override
    {
        closed.push_back(reason);
        if (useClosed)
            useClosed(channel, reason);
    }

    struct Cut
    {
        std::uint8_t type;
        std::uint32_t id;
        Error reason;
    };
    std::function<void(const std::shared_ptr<Channel> &, Message)> use;
    std::function<void(const std::shared_ptr<Channel> &, const Error &)> useClosed;
    std::vector<std::shared_ptr<Channel>> channels;
    std::vector<Message> messages;
    std::vector<Error> closed;
    std::vector<Cut> cuts;
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

/// Two programs of one session, in one thread.
class TwoPrograms : public testing::Test
{
protected:
    TwoPrograms()
    {
        EXPECT_TRUE(server->listen());
        atServer = &server->handler<Recorder>();
        atClient = &client->handler<Recorder>();
    }

    /// An open channel, and the server's end of it.
    std::shared_ptr<Channel> connected()
    {
        std::shared_ptr<Channel> channel = client->channelTo(server->id());
        EXPECT_TRUE(channel->send({.type = 0x10, .id = 7}));
        EXPECT_TRUE(served([&] { return !atServer->messages.empty(); }));
        serverEnd = atServer->channels.back();
        atServer->messages.clear();
        return channel;
    }

    test::FreshSession session;
    std::shared_ptr<Seat> server = joined();
    std::shared_ptr<Seat> client = joined();
    Recorder *atServer = nullptr;
    Recorder *atClient = nullptr;
    std::shared_ptr<Channel> serverEnd;
};

} // namespace tellwire::transport
