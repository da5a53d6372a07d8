// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message_codec.h"
#include "dde/transport/channel.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tellwire::test {

/// A client that says whatever the test wants it to, and notes what it is told. Numbers are the test's own
/// choice; transactions from 1,000,000 on are its own.
class RawClient
{
public:
    explicit RawClient(transport::PeerId server)
        : m_seat(transport::Seat::join(QStringLiteral("default")).value())
    {
        m_seat->handler<Handler>().client = this;
        m_channel = m_seat->channelTo(server);
    }

    template <typename M>
    void say(M message)
    {
        EXPECT_TRUE(m_channel->send(protocol::encode(std::move(message))));
    }

    /// Something that no encoder would write.
    void say(const transport::Message &message) { EXPECT_TRUE(m_channel->send(message)); }

    void open(protocol::ConversationId conversation = 1, const TopicName &topic = "NYSE"_topic)
    {
        say(protocol::Initiate{.conversation = conversation, .service = "Quotes"_service, .topic = topic});
        EXPECT_TRUE(hear<protocol::Opened>());
    }

    /// Waits for a message of that type that was not taken yet, and takes it.
    template <typename M>
    std::optional<M> hear()
    {
        std::optional<M> found;
        (void)eventually([&] { return (found = take<M>()).has_value(); }, serveSessions);
        return found;
    }

    /// The first of that type that came and was not taken yet.
    template <typename M>
    std::optional<M> take()
    {
        const auto first = std::ranges::find_if(
            m_heard, [](const auto &message) { return std::holds_alternative<M>(message); });
        if (first == m_heard.end())
            return std::nullopt;
        const M taken = std::get<M>(*first);
        m_heard.erase(first);
        return taken;
    }

    /// The server has handled all that was said, and what it said to that is here.
    void settle()
    {
        say(protocol::Find{.transaction = ++m_lastMarker, .service = "NoSuchService"_service});
        EXPECT_TRUE(hear<protocol::Found>());
    }

    /// Everything of that type that has come, taken, after settle().
    template <typename M>
    std::vector<M> heard()
    {
        settle();
        std::vector<M> all;
        while (std::optional<M> next = take<M>())
            all.push_back(*std::move(next));
        return all;
    }

    /// Everything that has come and was not taken, in order, after settle().
    std::vector<protocol::ServerMessage> heardInOrder()
    {
        settle();
        return std::exchange(m_heard, {});
    }

    FormatNumber number(const Format &format = Format::text())
    {
        return m_seat->formatNames().number(format).value();
    }

    protocol::Request request(protocol::TransactionId transaction, const ItemName &item,
                              const Format &format = Format::text())
    {
        return {transaction, 1, item, {number(format)}};
    }
    protocol::Poke poke(protocol::TransactionId transaction, const QByteArray &value,
                        std::uint64_t ifSequence = 0)
    {
        return {transaction, 1, "ZAXX"_item, number(), value, ifSequence};
    }
    protocol::Advise advise(protocol::LinkId link, LinkKind kind = LinkKind::Hot,
                            LinkPace pace = LinkPace::EveryUpdate)
    {
        return {.link = link,
                .conversation = 1,
                .item = "ZAXX"_item,
                .kind = kind,
                .pace = pace,
                .formats = {number()}};
    }

    [[nodiscard]] bool hasLostItsServer() const { return m_channel == nullptr; }
    void hangUp() { m_channel->close({ErrorCode::Closed, QStringLiteral("the test wants it")}); }
    transport::Channel &channel() { return *m_channel; }

private:
    class Handler final : public transport::MessageHandler
    {
    public:
        static constexpr std::uint8_t firstType = protocol::firstMessageType;
        static constexpr std::uint8_t lastType = protocol::lastMessageType;

        explicit Handler(transport::Seat &) {}

        void onMessage(const std::shared_ptr<transport::Channel> &, transport::Message message) override
        {
            client->m_heard.push_back(protocol::decodeFromServer(std::move(message)).value());
        }
        void onUnreadable(const std::shared_ptr<transport::Channel> &, std::uint8_t, std::uint32_t) override
        {}
        void onClosed(const std::shared_ptr<transport::Channel> &, const Error &) override
        {
            client->m_channel.reset();
        }

        RawClient *client = nullptr;
    };

    std::shared_ptr<transport::Seat> m_seat;
    std::shared_ptr<transport::Channel> m_channel;
    std::vector<protocol::ServerMessage> m_heard;
    protocol::TransactionId m_lastMarker = 1'000'000;
};

/// A service Quotes with the topic NYSE, published, and a client that speaks the bare protocol.
struct ServedProgram
{
    FreshSession fresh;
    Session session = Session::join().value();
    std::unique_ptr<Service> quotes = std::make_unique<Service>(session, "Quotes"_service);
    Topic *nyse = &quotes->topic("NYSE"_topic);
    std::unique_ptr<RawClient> client;

    ServedProgram()
    {
        EXPECT_TRUE(quotes->publish());
        client = std::make_unique<RawClient>(session.seat().id());
    }
};

} // namespace tellwire::test
