// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message_codec.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/channel.h"
#include "dde/transport/membership.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"

#include <utility>
#include <vector>

namespace tellwire::test {

/// A server that says whatever the test wants it to, and notes what it is told.
class RawServer
{
public:
    /// Publishes Quotes with the topic NYSE; opens every conversation by itself.
    RawServer() : m_seat(transport::Seat::join(QStringLiteral("default")).value())
    {
        const protocol::ServiceOffer offer{m_seat->id(), 1, "Quotes"_service, QStringLiteral("raw"), 1, {}};
        m_seat->handler<Handler>().server = this;
        EXPECT_TRUE(m_seat->membership().declare(protocol::registration(offer)));
    }

    /// Waits for a message of that type that was not asked for yet, and takes it.
    template <typename M>
    std::optional<M> hear()
    {
        std::optional<M> found;
        (void)eventually(
            [&] {
                for (auto message = m_heard.begin(); message != m_heard.end() && !found; ++message)
                    if (const M *heard = std::get_if<M>(&*message)) {
                        found = *heard;
                        m_heard.erase(message);
                        break;
                    }
                return found.has_value();
            },
            serveSessions);
        return found;
    }

    template <typename M>
    void say(M message)
    {
        EXPECT_TRUE(m_channel->send(protocol::encode(std::move(message))));
    }

    /// Something that no encoder would write.
    void say(const transport::Message &message) { EXPECT_TRUE(m_channel->send(message)); }

    [[nodiscard]] FormatNumber number(const Format &format)
    {
        return m_seat->formatNames().number(format).value();
    }
    [[nodiscard]] FormatNumber text() { return number(Format::text()); }
    [[nodiscard]] bool hasLostItsClient() const { return m_channel == nullptr; }
    [[nodiscard]] transport::Seat &seat() { return *m_seat; }
    [[nodiscard]] const std::shared_ptr<transport::Channel> &channel() const { return m_channel; }
    std::optional<TopicName> opensEverythingAs; ///< If it does not open what it is asked for.
    void hangUp() { m_channel->close({ErrorCode::Closed, QStringLiteral("the test wants it")}); }

private:
    class Handler final : public transport::MessageHandler
    {
    public:
        static constexpr std::uint8_t firstType = protocol::firstMessageType;
        static constexpr std::uint8_t lastType = protocol::lastMessageType;

        explicit Handler(transport::Seat &) {}

        void onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message) override
        {
            server->m_channel = from;
            protocol::ClientMessage heard = protocol::decodeFromClient(std::move(message)).value();
            if (const auto *initiate = std::get_if<protocol::Initiate>(&heard))
                server->say(protocol::Opened{initiate->conversation, 1, "Quotes"_service,
                                             server->opensEverythingAs.value_or(initiate->topic)});
            server->m_heard.push_back(std::move(heard));
        }
        void onUnreadable(const std::shared_ptr<transport::Channel> &, std::uint8_t, std::uint32_t) override
        {}
        void onClosed(const std::shared_ptr<transport::Channel> &, const Error &) override
        {
            server->m_channel.reset();
        }

        RawServer *server = nullptr;
    };

    std::shared_ptr<transport::Seat> m_seat;
    std::shared_ptr<transport::Channel> m_channel;
    std::vector<protocol::ClientMessage> m_heard;
};

} // namespace tellwire::test
