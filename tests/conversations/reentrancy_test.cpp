// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <algorithm>
#include <vector>

// Handlers may do anything: ask, wait, and delete what calls them.

namespace tellwire::test {

TEST(AHandler, MayAskItsOwnServiceAndWait)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    Conversation own{programs.serverSession, "Quotes"_service, "NYSE"_topic};
    QByteArray seen;
    programs.nyse.onExecute([&](const QString &) -> Result<void> {
        const Result<Update> price = waitFor(own.request("ZAXX"_item), 5s);
        seen = price ? price->value.bytes() : QByteArray{};
        return {};
    });

    ASSERT_TRUE(waitFor(programs.talk->execute(QStringLiteral("[look]")), 5s));

    EXPECT_EQ(seen, "12.50");
}

TEST(AHandler, MayDeleteItsService)
{
    TwoPrograms programs;
    programs.nyse.onExecute([&](const QString &) -> Result<void> {
        programs.quotes.reset();
        return {};
    });

    const Result<void> done = waitFor(programs.talk->execute(QStringLiteral("[exit]")), 5s);

    EXPECT_EQ(codeOf(done), ErrorCode::PeerGone);
    EXPECT_EQ(programs.quotes, nullptr);
}

TEST(AHandler, MayDeleteItsTopic)
{
    TwoPrograms programs;
    programs.nyse.onExecute([&](const QString &) -> Result<void> {
        delete &programs.nyse;
        return {};
    });

    EXPECT_EQ(codeOf(programs.talk->execute(QStringLiteral("[exit]"))), ErrorCode::PeerGone);
    EXPECT_TRUE(programs.quotes->topics().isEmpty());
}

TEST(AHandler, MayDeleteTheLinkThatCallsIt)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    auto link = std::make_unique<AdviseLink>(*programs.talk, "ZAXX"_item);
    QObject::connect(link.get(), &AdviseLink::updated, [&] { link.reset(); });

    ASSERT_TRUE(eventually([&] { return !link; }, serveSessions));

    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s)) << "the conversation goes on";
}

TEST(AHandler, MayDeleteTheConversationThatCallsIt)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    QObject::connect(&link, &AdviseLink::updated, [&] { programs.talk.reset(); });

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));

    EXPECT_EQ(heard.end->code, ErrorCode::Closed);
}

TEST(AHandler, MayDeleteAConversationWhenItHasClosed)
{
    TwoPrograms programs;
    programs.open();
    QObject::connect(programs.talk.get(), &Conversation::closed, [&] { programs.talk.reset(); });

    programs.quotes.reset();

    EXPECT_TRUE(eventually([&] { return !programs.talk; }, serveSessions));
}

TEST(AHandler, MayRemoveTheItemThatIsBeingConverted)
{
    TwoPrograms programs;
    FormatRegistry registry;
    registry.addConversion(Format::json(), Format::text(), [&](const QByteArray &json) -> Result<QByteArray> {
        if (json == "2")
            programs.nyse.removeItem("ZAXX"_item);
        return json;
    });
    programs.quotes->setConversions(registry);
    programs.nyse.setItem("ZAXX"_item, Payload{Format::json(), "1"});
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("1"); }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, Payload{Format::json(), "2"});

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::NoSuchItem);
    EXPECT_FALSE(heard.hasHeard("2"));
}

TEST(AHandler, ThatWaitsIsEnteredAgainOnlySoDeep)
{
    TwoPrograms programs;
    int depth = 0;
    int deepest = 0;
    std::vector<Reply<void>> replies;
    programs.nyse.onExecute([&](const QString &) -> Result<void> {
        deepest = std::max(deepest, ++depth);
        (void)serveUntil([&] { return replies.back().isFinished(); }, 5s);
        --depth;
        return {};
    });
    for (int number = 0; number < 200; ++number)
        replies.push_back(programs.talk->execute(QStringLiteral("[wait]")));

    const auto areFinished = [&] {
        return std::ranges::all_of(replies, [](const Reply<void> &reply) { return reply.isFinished(); });
    };
    ASSERT_TRUE(eventually(areFinished, serveSessions));

    EXPECT_GT(deepest, 1);
    EXPECT_LT(deepest, 200);
    EXPECT_EQ(codeOf(replies.back().result()), ErrorCode::Busy);
}

TEST(AConversationWithOneself, DoesAllVerbs)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    nyse.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        nyse.setItem(item, value);
        return {};
    });
    nyse.onExecute([](const QString &) -> Result<void> { return {}; });
    ASSERT_TRUE(quotes.publish());
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink hot{talk, "ZAXX"_item};
    AdviseLink warm{talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    ASSERT_EQ(waitFor(hot.next(), 5s)->value.bytes(), "1");

    EXPECT_TRUE(waitFor(talk.poke("ZAXX"_item, QStringLiteral("2")), 5s));
    EXPECT_TRUE(waitFor(talk.execute(QStringLiteral("[look]")), 5s));
    EXPECT_EQ(waitFor(hot.next(), 5s)->value.bytes(), "2");
    EXPECT_EQ(waitFor(warm.next(), 5s)->sequence, 2U);
    EXPECT_EQ(waitFor(warm.request(), 5s)->value.bytes(), "2");
    EXPECT_EQ(talk.partner()->pid, getpid());
}

TEST(AHandler, MayForwardToAnotherServiceAndAnswerWhenThatHasAnswered)
{
    TwoPrograms programs;
    const Session broker = Session::join().value();
    Service forwarder{broker, "Forwarder"_service};
    Conversation behind{broker, "Quotes"_service, "NYSE"_topic};
    forwarder.topic("NYSE"_topic).onPoke([&](const ItemName &item, const Payload &value) {
        return behind.poke(item, value);
    });
    ASSERT_TRUE(forwarder.publish());
    programs.nyse.onPoke([&](const ItemName &, const Payload &value) -> Result<void> {
        if (value.bytes() == "13")
            return {};
        return Error{ErrorCode::Refused, QStringLiteral("unlucky")};
    });
    Conversation front{programs.clientSession, "Forwarder"_service, "NYSE"_topic};

    const Result<void> taken = waitFor(front.poke("ZAXX"_item, QStringLiteral("13")), 5s);
    const Result<void> refused = waitFor(front.poke("ZAXX"_item, QStringLiteral("14")), 5s);

    EXPECT_TRUE(taken);
    EXPECT_EQ(refused.error().detail, QStringLiteral("unlucky"));
}

TEST(AHandler, MayDeleteAWarmLinkThatCallsIt)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    auto link = std::make_unique<AdviseLink>(
        *programs.talk, "ZAXX"_item,
        LinkOptions{.kind = LinkKind::Warm, .pace = LinkPace::Acknowledged, .once = true});
    QObject::connect(link.get(), &AdviseLink::changed, [&] { link.reset(); });
    ASSERT_TRUE(eventually([&] { return link->state() == AdviseLink::State::Active; }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));

    ASSERT_TRUE(eventually([&] { return !link; }, serveSessions));
    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s)) << "the conversation goes on";
}

TEST(AHandler, MayDeleteTheOtherLinksOfABatch)
{
    TwoPrograms programs;
    const auto publish = [&](const char *value) {
        programs.nyse.setItems(
            {{"BID"_item, {Payload{Format::text(), value}}}, {"ASK"_item, {Payload{Format::text(), value}}}});
    };
    publish("1");
    const LinkOptions whole{.pace = LinkPace::EveryUpdate, .wholeBatches = true};
    auto bid = std::make_unique<AdviseLink>(*programs.talk, "BID"_item, whole);
    auto ask = std::make_unique<AdviseLink>(*programs.talk, "ASK"_item, whole);
    ASSERT_TRUE(eventually([&] { return bid->latest() && ask->latest(); }, serveSessions));
    QObject::connect(bid.get(), &AdviseLink::updated, [&] { ask.reset(); });
    QObject::connect(ask.get(), &AdviseLink::updated, [&] { bid.reset(); });

    publish("2");

    EXPECT_TRUE(eventually([&] { return !bid || !ask; }, serveSessions));
    EXPECT_TRUE(waitFor(programs.talk->request("BID"_item), 5s)) << "the conversation goes on";
}

// Runs a nested event loop in a handler, until a second client has been served by another handler meanwhile.
TELLWIRE_PEER(NestingServer)
{
    Service nest{Session::join().value(), "Nest"_service};
    Topic &topic = nest.topic("loops"_topic);
    QEventLoop nested;
    topic.onExecute([&](const QString &command) -> Result<void> {
        if (command == QStringLiteral("[leave]")) {
            nested.quit();
            return {};
        }
        sayToTest("entered");
        nested.exec();
        return {};
    });
    if (!nest.publish())
        return 1;
    peerIsReady();
    return QCoreApplication::exec();
}

TEST(AHandler, MayRunANestedEventLoop)
{
    FreshSession fresh;
    const Peer server{"NestingServer"};
    Conversation first{Session::join().value(), "Nest"_service, "loops"_topic};
    Conversation second{Session::join().value(), "Nest"_service, "loops"_topic};

    const Reply<void> entered = first.execute(QStringLiteral("[enter]"));
    ASSERT_TRUE(eventually([&] { return server.hear(1ms).has_value(); }, serveSessions));
    EXPECT_TRUE(waitFor(second.execute(QStringLiteral("[leave]")), 5s));

    EXPECT_TRUE(waitFor(entered, 5s));
}

} // namespace tellwire::test
