// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

namespace tellwire::test {

// Publishes Quotes|NYSE with ZAXX = 1; each line it hears becomes the next value, and is answered.
TELLWIRE_PEER(TickingServer)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    nyse.provideItem("made"_item, {Format::text()},
                     [](const Format &) -> Result<Payload> { return Payload::of(QStringLiteral("made")); });
    if (!quotes.publish())
        return 1;
    peerIsReady();
    while (true) {
        session.wait(10ms);
        if (const auto line = hearFromTest(0ms)) {
            nyse.setItem("ZAXX"_item, QString::fromStdString(*line));
            sayToTest("set");
        }
    }
}

namespace {

struct Watching
{
    FreshSession fresh;
    Peer server{"TickingServer"};
    Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink link;

    explicit Watching(const LinkOptions &options, const ItemName &item = "ZAXX"_item)
        : link(talk, item, options)
    {
        EXPECT_TRUE(eventually([&] { return link.state() == AdviseLink::State::Active; }, serveSessions));
    }
};

} // namespace

TEST(ARequestOfAWarmLinkedItem, IsAnsweredWhileTheServerStandsStill)
{
    Watching watching{{.kind = LinkKind::Warm}};
    watching.server.say("2");
    ASSERT_EQ(watching.server.hear(), "set");
    watching.server.stop();

    const Reply<Update> byLink = watching.link.request();
    const Reply<Update> byConversation = watching.talk.request("zaxx"_item);

    ASSERT_TRUE(byLink.isFinished() && byConversation.isFinished()) << "in place, at once";
    EXPECT_EQ(byLink.result()->value.bytes(), "2");
    EXPECT_EQ(byLink.result()->sequence, 2U);
    EXPECT_EQ(byConversation.result(), byLink.result());
    EXPECT_EQ(watching.link.present(), *byLink.result());
}

TEST(ARequestOfAHotLinkedItem, IsAnsweredInPlaceIfTheLinkWantsTheNewestOnly)
{
    Watching watching{{}};
    watching.server.stop();

    const Reply<Update> price = watching.talk.request("ZAXX"_item);

    ASSERT_TRUE(price.isFinished());
    EXPECT_EQ(price.result()->value.bytes(), "1");
}

TEST(ARequest, IsNotAnsweredInPlaceInAnotherFormat)
{
    Watching watching{{.kind = LinkKind::Warm}};

    const Reply<Update> picture = watching.talk.request("ZAXX"_item, Format::png());

    EXPECT_FALSE(picture.isFinished());
    EXPECT_EQ(codeOf(picture), ErrorCode::FormatNotOffered);
}

TEST(ARequest, IsNotAnsweredInPlaceBehindAnUnfinishedTransaction)
{
    Watching watching{{.kind = LinkKind::Warm}};
    const Reply<void> poke = watching.talk.poke("ZAXX"_item, QStringLiteral("9"));

    const Reply<Update> price = watching.talk.request("ZAXX"_item);

    EXPECT_FALSE(price.isFinished());
    EXPECT_TRUE(waitFor(price, 5s));
    EXPECT_TRUE(poke.isFinished()) << "in the order they were started";
}

TEST(ARequest, IsNotAnsweredInPlaceForWhatIsMadeOnDemand)
{
    Watching watching{{.kind = LinkKind::Warm}, "made"_item};

    const Reply<Update> made = watching.link.request();

    EXPECT_FALSE(made.isFinished());
    EXPECT_EQ(watching.link.present(), std::nullopt);
    EXPECT_EQ(waitFor(made, 5s)->value.bytes(), "made");
}

TEST(AWarmLink, GivesTheFinalValueOfAServerThatWasKilled)
{
    Watching watching{{.kind = LinkKind::Warm, .finalValue = true}};
    const Heard heard{watching.link};
    watching.server.say("2");
    ASSERT_EQ(watching.server.hear(), "set");

    watching.server.killHard();

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.values(), QByteArrayList{"2"});
    EXPECT_EQ(heard.end->code, ErrorCode::PeerGone);
}

} // namespace tellwire::test
