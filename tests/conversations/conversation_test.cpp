// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"

#include "tests/conversations/two_programs.h"

namespace tellwire::test {

TEST(AConversation, GetsAnItemThatItsServiceHas)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"), {.quality = Quality::Uncertain});

    const Result<Update> price = waitFor(programs.talk->request("zaxx"_item), 5s);

    ASSERT_TRUE(price) << qPrintable(price.error().detail);
    EXPECT_EQ(price->value, Payload::of(QStringLiteral("12.50")));
    EXPECT_EQ(price->sequence, 1U);
    EXPECT_EQ(price->quality, Quality::Uncertain);
    EXPECT_EQ(price->missed, 0U);
}

TEST(AConversation, CarriesTheSourceTimeToTheMicrosecond)
{
    TwoPrograms programs;
    const SourceTime time{1'700'000'000'123'456us};
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"), {.sourceTime = time});

    const Result<Update> price = waitFor(programs.talk->request("ZAXX"_item), 5s);

    ASSERT_TRUE(price);
    EXPECT_EQ(price->sourceTime, time);
}

TEST(AConversation, CarriesAValueOfSomeMegabytes)
{
    TwoPrograms programs;
    const Payload picture{Format::png(), QByteArray(5'000'000, 'x')};
    programs.nyse.setItem("chart"_item, picture);

    const Result<Update> answer = waitFor(programs.talk->request("chart"_item, Format::png()), 5s);

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value, picture);
}

TEST(AConversation, FinishesNothingInsideTheCallThatStartsIt)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Conversation talk{session, "Nobody"_service, "NYSE"_topic};
    bool isClosed = false;
    QObject::connect(&talk, &Conversation::closed, [&] { isClosed = true; });

    const Reply<Update> reply = talk.request("ZAXX"_item);

    EXPECT_FALSE(reply.isFinished());
    EXPECT_FALSE(isClosed);
    EXPECT_EQ(codeOf(reply), ErrorCode::NoSuchService);
    EXPECT_TRUE(eventually([&] { return isClosed; }, serveSessions));
}

TEST(AConversation, SaysWhoWasMissedIfNobodyPublishesTheService)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Conversation talk{session, "Nobody"_service, "NYSE"_topic};

    const Result<Update> answer = waitFor(talk.request("ZAXX"_item), 5s);

    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().detail.contains(QStringLiteral("Nobody")));
}

TEST(AConversation, IsRefusedATopicThatIsNotThere)
{
    TwoPrograms programs;
    Conversation talk{programs.clientSession, "Quotes"_service, "Nasdaq"_topic};

    const Result<Update> answer = waitFor(talk.request("ZAXX"_item), 5s);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::NoSuchTopic);
    EXPECT_TRUE(answer.error().detail.contains(QStringLiteral("NYSE"))) << "it says what there is";
    EXPECT_EQ(talk.state(), Conversation::State::Closed);
}

TEST(AConversation, IsRefusedAnItemThatIsNotThere)
{
    TwoPrograms programs;
    programs.nyse.setItem("ACME"_item, QStringLiteral("1"));

    const Result<Update> answer = waitFor(programs.talk->request("ZAXX"_item), 5s);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::NoSuchItem);
    EXPECT_TRUE(answer.error().detail.contains(QStringLiteral("Quotes|NYSE!ZAXX")));
    EXPECT_TRUE(answer.error().detail.contains(QStringLiteral("ACME")));
}

TEST(AConversation, IsRefusedAFormatThatIsNotOffered)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));

    EXPECT_EQ(codeOf(programs.talk->request("ZAXX"_item, Format::png())), ErrorCode::FormatNotOffered);
}

TEST(AConversation, GetsTheFirstWantedFormatThatThereIs)
{
    TwoPrograms programs;
    const Payload html{Format::html(), "<b>12</b>"};
    programs.nyse.setItem("ZAXX"_item, {html, Payload::of(QStringLiteral("12"))});

    const Result<Update> wanted = waitFor(
        programs.talk->request("ZAXX"_item, QList{Format::png(), Format::text(), Format::html()}), 5s);
    const Result<Update> any = waitFor(programs.talk->request("ZAXX"_item, QList<Format>{}), 5s);

    ASSERT_TRUE(wanted);
    ASSERT_TRUE(any);
    EXPECT_EQ(wanted->value.format(), Format::text());
    EXPECT_EQ(any->value, html);
}

TEST(AConversation, GetsAFormatTheServiceCanConvertTo)
{
    TwoPrograms programs;
    programs.quotes->setConversions(FormatRegistry::withStandardConversions());
    programs.nyse.setItem("ZAXX"_item, Payload{Format::json(), "\"12.50\""});

    const Result<Update> answer = waitFor(programs.talk->request("ZAXX"_item, Format::text()), 5s);

    ASSERT_TRUE(answer) << qPrintable(answer.error().detail);
    EXPECT_EQ(answer->value.format(), Format::text());
}

TEST(AConversation, PokesAValueThatTheHandlerTakes)
{
    TwoPrograms programs;
    programs.nyse.onPoke("ZAXX"_item, [&](const Payload &price) -> Result<void> {
        programs.nyse.setItem("ZAXX"_item, price);
        return {};
    });

    const Result<void> poked = waitFor(programs.talk->poke("ZAXX"_item, QStringLiteral("13")), 5s);

    EXPECT_TRUE(poked);
    EXPECT_EQ(programs.nyse.item("ZAXX"_item)->value, Payload::of(QStringLiteral("13")));
}

TEST(AConversation, BringsTheHandlersErrorAsItIs)
{
    TwoPrograms programs;
    const Error no{ErrorCode::Busy, QStringLiteral("later, please: ü"), 7};
    programs.nyse.onPoke([&](const ItemName &, const Payload &) -> Result<void> { return no; });

    const Result<void> poked = waitFor(programs.talk->poke("ZAXX"_item, QStringLiteral("13")), 5s);

    ASSERT_FALSE(poked);
    EXPECT_EQ(poked.error(), no);
}

TEST(AConversation, IsRefusedPokesAndCommandsThatNobodyHandles)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));

    EXPECT_EQ(codeOf(programs.talk->poke("ZAXX"_item, QStringLiteral("13"))), ErrorCode::Refused);
    EXPECT_EQ(codeOf(programs.talk->poke("ACME"_item, QStringLiteral("13"))), ErrorCode::NoSuchItem);
    EXPECT_EQ(codeOf(programs.talk->execute(QStringLiteral("[refresh]"))), ErrorCode::Refused);
}

TEST(AConversation, HasCommandsRunInTheirOrder)
{
    TwoPrograms programs;
    QStringList commands;
    programs.nyse.onExecute([&](const QString &command) -> Result<void> {
        commands.append(command);
        return {};
    });

    programs.talk->execute(QStringLiteral("[first]"));
    const Result<void> second = waitFor(programs.talk->execute(QStringLiteral("[second(\"é\")]")), 5s);

    EXPECT_TRUE(second);
    EXPECT_EQ(commands, (QStringList{QStringLiteral("[first]"), QStringLiteral("[second(\"é\")]")}));
}

TEST(AConversation, TellsTheHandlerWhoAsks)
{
    TwoPrograms programs;
    Caller caller;
    programs.nyse.onExecute([&](const QString &) -> Result<void> {
        caller = programs.nyse.caller();
        return {};
    });

    ASSERT_TRUE(waitFor(programs.talk->execute(QStringLiteral("[who]")), 5s));

    EXPECT_EQ(caller.pid, getpid());
    EXPECT_EQ(caller.uid, geteuid());
}

TEST(AConversation, TimesOutWhileItsServiceDoesNotAnswer)
{
    FreshSession fresh;
    Session silent = Session::join().value();
    Service quotes{silent, "Quotes"_service};
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("1"));
    ASSERT_TRUE(quotes.publish());
    Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    ASSERT_TRUE(eventually([&] { return talk.state() == Conversation::State::Open; }, serveSessions));

    talk.setTimeout(20ms);
    const Reply<Update> reply = talk.request("ZAXX"_item);
    ASSERT_TRUE(eventually([&] { return reply.isFinished(); }, [&](auto atMost) { session.wait(atMost); }));

    EXPECT_EQ(codeOf(reply.result()), ErrorCode::TimedOut);
    talk.setTimeout(5s);
    EXPECT_TRUE(waitFor(talk.request("ZAXX"_item), 5s)) << "the conversation goes on";
}

TEST(AConversation, FinishesACancelledReplyAtOnce)
{
    TwoPrograms programs;
    const Reply<Update> reply = programs.talk->request("ZAXX"_item);

    reply.cancel();

    ASSERT_TRUE(reply.isFinished());
    EXPECT_EQ(codeOf(reply.result()), ErrorCode::Closed);
}

TEST(AConversation, EndsWithItsService)
{
    TwoPrograms programs;
    programs.open();
    std::optional<Error> reason;
    QObject::connect(programs.talk.get(), &Conversation::closed, [&](const Error &why) { reason = why; });

    programs.quotes.reset();

    ASSERT_TRUE(eventually([&] { return reason.has_value(); }, serveSessions));
    EXPECT_EQ(reason->code, ErrorCode::PeerGone);
    EXPECT_TRUE(reason->detail.contains(QStringLiteral("Quotes")));
    EXPECT_EQ(codeOf(programs.talk->request("ZAXX"_item)), ErrorCode::PeerGone);
}

TEST(AConversation, WithOneselfWorks)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("12.50"));
    ASSERT_TRUE(quotes.publish());
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};

    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);

    ASSERT_TRUE(price);
    EXPECT_EQ(price->value.bytes(), "12.50");
}

TEST(AConversation, AsksThoseWhoPublishedTheServiceLaterIfTheFirstHasNoSuchTopic)
{
    TwoPrograms programs;
    Service second{programs.clientSession, "Quotes"_service};
    second.topic("Nasdaq"_topic).setItem("ACME"_item, QStringLiteral("2"));
    ASSERT_TRUE(second.publish());
    Conversation talk{programs.clientSession, "Quotes"_service, "Nasdaq"_topic};

    EXPECT_TRUE(waitFor(talk.request("ACME"_item), 5s));
}

TEST(AConversation, AsksWhoPublishedTheServiceFirst)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("first"));
    Service second{programs.clientSession, "Quotes"_service};
    second.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("second"));
    ASSERT_TRUE(second.publish());
    Conversation talk{programs.clientSession, "Quotes"_service, "NYSE"_topic};

    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);

    ASSERT_TRUE(price);
    EXPECT_EQ(price->value.bytes(), "first");
}

} // namespace tellwire::test
