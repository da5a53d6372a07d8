// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"

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

} // namespace tellwire::test
