// SPDX-License-Identifier: Apache-2.0
#include "clipboard/exact/window_notice.h"
#include "clipboard/store/render_message.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/channel.h"
#include "dde/transport/message_handler.h"
#include "tests/clipboard/clipboard_session_test_support.h"

// Programs that do not keep to the rules lose their own channel, and nobody else notices.

namespace tellwire::test {

using store::RenderMessage;
using transport::Channel;
using transport::Message;

namespace {

constexpr auto typeOf(RenderMessage message) { return static_cast<std::uint8_t>(message); }

/// Asks a program for whatever the test wants.
struct RawReader
{
    std::shared_ptr<transport::Seat> seat = transport::Seat::join(QStringLiteral("default")).value();
    std::shared_ptr<Channel> channel;

    explicit RawReader(const Session &owner) : channel(seat->channelTo(owner.seat().id())) {}

    void say(const Message &message) const { EXPECT_TRUE(channel->send(message)); }
    [[nodiscard]] bool isCutOff() const
    {
        return soon([this] { return channel->isClosed(); });
    }
};

/// Has promised an image, and says whatever the test wants when it is asked for that.
class RawOwner
{
public:
    RawOwner()
    {
        m_seat->handler<Handler>().owner = this;
        EXPECT_TRUE(m_seat->listen());
        const Session helper = Session::join().value();
        const auto board = store::ClipboardHandler::of(helper.seat()).board(BoardName::clipboard());
        const auto promise =
            [this](const store::BoardState &now) -> Result<std::optional<store::BoardState>> {
            const store::BoardState empty = emptied(now, store::ownOwner(m_seat->id()));
            return std::optional{closed(withFormat(empty, {.format = Format::png()}), true)};
        };
        EXPECT_TRUE(board->change(promise));
    }

    Message answer;                   ///< Its transaction is that of the question.
    std::shared_ptr<Channel> channel; ///< By which it was asked last.

private:
    class Handler final : public transport::MessageHandler
    {
    public:
        static constexpr std::uint8_t firstType = 0x40;
        static constexpr std::uint8_t lastType = 0x4F;

        explicit Handler(transport::Seat &) {}

        void onMessage(const std::shared_ptr<Channel> &from, Message message) override
        {
            owner->channel = from;
            Message answer = owner->answer;
            answer.id = message.id;
            EXPECT_TRUE(from->send(answer));
        }
        void onUnreadable(const std::shared_ptr<Channel> &, std::uint8_t, std::uint32_t) override {}
        void onClosed(const std::shared_ptr<Channel> &, const Error &) override {}

        RawOwner *owner = nullptr;
    };

    std::shared_ptr<transport::Seat> m_seat = transport::Seat::join(QStringLiteral("default")).value();
};

/// An owner and a reader that know each other already, and a stranger.
struct WithStranger : TwoClipboards
{
    int renderings = 0;
    std::optional<RawReader> stranger;

    WithStranger()
    {
        EXPECT_TRUE(own->put(Offer{}
                                 .addDelayed(Format::html(),
                                             [] {
                                                 return Payload{Format::html(), "<p>"};
                                             })
                                 .addDelayed(Format::png(), [this] {
                                     ++renderings;
                                     return png("image");
                                 })));
        EXPECT_EQ(outcomeOf(other->get(Format::html())), "<p>");
        stranger.emplace(ownSession);
    }
};

} // namespace

TEST(AReaderThatBreaksTheRules, LosesItsChannelAndNobodyElseDoes)
{
    const Message right = store::encodeRender(1, {77, Format::png()});
    Message cut = right;
    cut.head.chop(1);
    Message nameless = store::encodeRender(1, {77, Format::png()});
    nameless.head.fill('\xFF');
    Message loaded = right;
    loaded.payload = "x";
    for (const Message &wrong : {cut, nameless, loaded, Message{.type = typeOf(RenderMessage::Render)}}) {
        WithStranger with;
        const std::shared_ptr<Channel> known =
            with.otherSession.seat().channelTo(with.ownSession.seat().id());

        with.stranger->say(wrong);

        EXPECT_TRUE(with.stranger->isCutOff());
        EXPECT_EQ(outcomeOf(with.other->get(Format::png())), "image");
        EXPECT_FALSE(known->isClosed());
        EXPECT_EQ(with.renderings, 1);
    }
}

TEST(AReaderThatBreaksTheRules, MakesNobodyRenderWhatWasNotPromised)
{
    WithStranger with;
    const quint64 content =
        store::ClipboardHandler::of(with.ownSession.seat()).board(BoardName::clipboard())->state().content;

    with.stranger->say(store::encodeRender(1, {content, Format::text()}));
    with.stranger->say(store::encodeRender(2, {content + 1, Format::png()}));
    with.stranger->say(store::encodeRendered(3, QByteArray{"an answer that nobody asked for"}));
    with.stranger->say(Message{.type = typeOf(RenderMessage::Render)}); // A marker behind the others.

    EXPECT_TRUE(with.stranger->isCutOff());
    EXPECT_EQ(with.renderings, 0);
    EXPECT_EQ(outcomeOf(with.other->get(Format::png())), "image");
}

TEST(AProgramThatBreaksTheRulesOfWindows, LosesItsChannelAndNobodyElseDoes)
{
    TwoSessions two;
    const RawReader stranger{two.ownSession};
    Message wrong = exact::encodeNotice(1, {.window = 1, .board = "clipboard"});
    wrong.head[0] = 99;

    stranger.say(wrong);

    EXPECT_TRUE(stranger.isCutOff());
    EXPECT_TRUE(two.ownWindow.told.empty());
    ASSERT_TRUE(two.other->setViewer(1));
    EXPECT_TRUE(soon([&] { return two.ownWindow.told == std::vector<std::string>{"draw"}; }));
}

TEST(AnOwnerThatBreaksTheRules, EndsItsReadersWaitAndItsOwnChannel)
{
    const Message flagged{.type = typeOf(RenderMessage::Rendered), .flags = 2};
    const Message headed{.type = typeOf(RenderMessage::Rendered), .head = "x"};
    const Message reasonless{.type = typeOf(RenderMessage::Refused)};
    for (const Message &wrong : {flagged, headed, reasonless}) {
        const FreshSession fresh;
        const Session session = Session::join().value();
        RawOwner owner;
        owner.answer = wrong;
        Clipboard reader{session};

        const QByteArray outcome = outcomeOf(reader.get(Format::png()));

        EXPECT_EQ(outcome, "error: BadData");
        EXPECT_TRUE(soon([&] { return owner.channel->isClosed(); }));
        EXPECT_EQ(errorOf(reader.put(Offer{}.add(text("not stopped by that")))), "none");
    }
}

TEST(AnOwnerThatBreaksTheRules, IsNotBelievedThatSomethingLiesOnTheBoard)
{
    const FreshSession fresh;
    const Session session = Session::join().value();
    RawOwner owner;
    owner.answer = store::encodeRendered(0, std::nullopt);
    Clipboard reader{session};

    EXPECT_EQ(outcomeOf(reader.get(Format::png())), "error: ContentGone");
}

} // namespace tellwire::test
