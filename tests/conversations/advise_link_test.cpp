// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"

#include "tests/conversations/two_programs.h"

namespace tellwire::test {

TEST(AnAdviseLink, HearsThePresentValueFirst)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};

    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));

    EXPECT_EQ(heard.values(), QByteArrayList{"2"});
    EXPECT_EQ(heard.updates.first().sequence, 2U);
    EXPECT_EQ(heard.updates.first().missed, 0U);
    EXPECT_EQ(link.state(), AdviseLink::State::Active);
}

TEST(AnAdviseLink, CountsTheUpdatesItSkipped)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("0"); }, serveSessions));

    for (int value = 1; value <= 10; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("10"); }, serveSessions));

    quint64 accountedFor = 0;
    for (const Update &update : heard.updates)
        accountedFor += 1 + update.missed;
    EXPECT_EQ(accountedFor, 11U);
    EXPECT_LT(heard.updates.size(), 11) << "nobody was there to read them";
}

TEST(AnAdviseLink, HearsEveryUpdateInOrderIfItWants)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("0"); }, serveSessions));

    QByteArrayList sent{"0"};
    for (int value = 1; value <= 500; ++value) {
        sent.append(QByteArray::number(value));
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    }
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("500"); }, serveSessions));

    EXPECT_EQ(heard.values(), sent);
    for (const Update &update : heard.updates)
        EXPECT_EQ(update.missed, 0U);
}

TEST(AnAdviseLink, IsConvertedToAFormatItWants)
{
    TwoPrograms programs;
    int conversions = 0;
    FormatRegistry registry;
    registry.addConversion(Format::json(), Format::text(), [&](const QByteArray &json) -> Result<QByteArray> {
        ++conversions;
        return "text of " + json;
    });
    programs.quotes->setConversions(registry);
    programs.nyse.setItem("ZAXX"_item, Payload{Format::json(), "1"});
    AdviseLink link{*programs.talk, "ZAXX"_item};
    AdviseLink same{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    const Heard alsoHeard{same};
    ASSERT_TRUE(
        eventually([&] { return !heard.updates.isEmpty() && !alsoHeard.updates.isEmpty(); }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, Payload{Format::json(), "2"});
    ASSERT_TRUE(eventually([&] { return heard.updates.size() == 2 && alsoHeard.updates.size() == 2; },
                           serveSessions));

    EXPECT_EQ(heard.values(), (QByteArrayList{"text of 1", "text of 2"}));
    EXPECT_EQ(conversions, 2) << "each value is converted once for all its links";
}

TEST(AnAdviseLink, EndsIfItsFormatIsNoLongerOffered)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, Payload{Format::png(), "…"});

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::FormatNotOffered);
}

TEST(AnAdviseLink, EndsWhenItsItemIsRemoved)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));

    programs.nyse.removeItem("ZAXX"_item);

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::NoSuchItem);
    EXPECT_EQ(link.state(), AdviseLink::State::Ended);
    EXPECT_EQ(codeOf(link.next()), ErrorCode::NoSuchItem);
}

TEST(AnAdviseLink, EndsAtOnceIfThereIsNoSuchItem)
{
    TwoPrograms programs;
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));

    EXPECT_EQ(heard.end->code, ErrorCode::NoSuchItem);
}

TEST(AnAdviseLink, EndsWithItsServiceAndSaysWhy)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));

    programs.quotes.reset();

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::PeerGone);
}

TEST(AnAdviseLink, EndsLaterWithClosedIfItsConversationIsDestroyed)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return !heard.updates.isEmpty(); }, serveSessions));

    programs.talk.reset();

    EXPECT_FALSE(heard.end);
    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::Closed);
}

TEST(AnAdviseLink, HearsNothingMoreOnceItHasEnded)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    AdviseLink marker{*programs.talk, "ZAXX"_item};
    const Heard heard{link};
    const Heard markerHeard{marker};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("1") && markerHeard.hasHeard("1"); }, serveSessions));

    link.end();
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));
    ASSERT_TRUE(eventually([&] { return markerHeard.hasHeard("2"); }, serveSessions));

    EXPECT_EQ(heard.values(), QByteArrayList{"1"});
    EXPECT_FALSE(heard.end);
}

TEST(AnAdviseLink, GivesTheNewestValueToWhoAsksForTheNext)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    const Result<Update> first = waitFor(link.next(), 5s);
    for (const char *value : {"2", "3", "4"}) {
        programs.nyse.setItem("ZAXX"_item, QString::fromLatin1(value));
        ASSERT_TRUE(eventually([&] { return link.latest()->value.bytes() == value; }, serveSessions));
    }

    const Result<Update> second = waitFor(link.next(), 5s);

    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->value.bytes(), "1");
    EXPECT_EQ(second->value.bytes(), "4");
    EXPECT_EQ(second->missed, 2U);
}

TEST(AnAdviseLink, KeepsEveryUpdateForWhoAsksForTheNextUpToItsBound)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate, .waitingUpdates = 2}};
    ASSERT_TRUE(waitFor(link.next(), 5s));
    for (const char *value : {"2", "3", "4", "5"})
        programs.nyse.setItem("ZAXX"_item, QString::fromLatin1(value));
    ASSERT_TRUE(eventually([&] { return link.latest()->value.bytes() == "5"; }, serveSessions));

    const Result<Update> fourth = waitFor(link.next(), 5s);
    const Result<Update> fifth = waitFor(link.next(), 5s);

    ASSERT_TRUE(fourth && fifth);
    EXPECT_EQ(fourth->value.bytes(), "4");
    EXPECT_EQ(fourth->missed, 2U);
    EXPECT_EQ(fifth->value.bytes(), "5");
    EXPECT_EQ(fifth->missed, 0U);
}

TEST(AnAdviseLink, CallsNobodyWhoseContextIsGone)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item};
    auto context = std::make_unique<QObject>();
    int calls = 0;
    link.onUpdate(context.get(), [&](const Update &) { ++calls; });
    int others = 0;
    link.onUpdate(&link, [&](const Update &) { ++others; });
    ASSERT_TRUE(eventually([&] { return others == 1; }, serveSessions));

    context.reset();
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));

    EXPECT_TRUE(eventually([&] { return others == 2; }, serveSessions));
    EXPECT_EQ(calls, 1);
}

TEST(AnAdviseLink, MayBeDeletedByOneOfThoseItCalls)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    auto link = std::make_unique<AdviseLink>(*programs.talk, "ZAXX"_item);
    int calls = 0;
    for (int number = 0; number < 2; ++number)
        link->onUpdate(programs.talk.get(), [&](const Update &) {
            link.reset();
            ++calls;
        });

    ASSERT_TRUE(eventually([&] { return !link; }, serveSessions));

    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s)) << "the conversation goes on";
}

TEST(AnAdviseLink, IsOneOfTenThousandOnAConversation)
{
    constexpr int count = 10'000;
    TwoPrograms programs;
    std::vector<std::unique_ptr<AdviseLink>> links;
    int heard = 0;
    for (int number = 0; number < count; ++number) {
        const ItemName item{QStringLiteral("item %1").arg(number)};
        programs.nyse.setItem(item, QString::number(number));
        links.push_back(std::make_unique<AdviseLink>(*programs.talk, item));
        links.back()->onUpdate(links.back().get(), [&](const Update &) { ++heard; });
    }

    ASSERT_TRUE(eventually([&] { return heard == count; }, serveSessions));

    EXPECT_EQ(links[4711]->latest()->value.bytes(), "4711");
}

} // namespace tellwire::test
