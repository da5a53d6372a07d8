// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"

#include "tests/conversations/two_programs.h"

#include <QJsonDocument>

namespace tellwire::test {

namespace {

QString textOf(Conversation &talk, const ItemName &item)
{
    const Result<Update> answer = waitFor(talk.request(item), 5s);
    return answer ? QString::fromUtf8(answer->value.bytes()) : answer.error().detail;
}

} // namespace

TEST(AService, AnswersItsSystemTopic)
{
    TwoPrograms programs;
    programs.quotes->setHelp(QStringLiteral("Prices of the day."));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    Conversation system{programs.clientSession, "Quotes"_service, "system"_topic};

    EXPECT_EQ(textOf(system, "Topics"_item), QStringLiteral("System\tNYSE"));
    EXPECT_EQ(textOf(system, "Help"_item), QStringLiteral("Prices of the day."));
    EXPECT_EQ(textOf(system, "Status"_item), QStringLiteral("Ready"));
    EXPECT_EQ(textOf(system, "Formats"_item), Format::text().name());
    EXPECT_TRUE(textOf(system, "SysItems"_item).split(u'\t').contains(QStringLiteral("TopicItemList")));
}

TEST(AService, ListsTheItemsOfATopicAsTextAndAsJson)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    programs.nyse.setItem("ACME"_item, Payload{Format::png(), "…"});

    const QString names = textOf(*programs.talk, "TopicItemList"_item);
    const Result<Update> lines = waitFor(programs.talk->request("TopicItemList"_item, Format::json()), 5s);

    EXPECT_EQ(names, QStringLiteral("ACME\tZAXX"));
    ASSERT_TRUE(lines);
    EXPECT_EQ(QJsonDocument::fromJson(lines->value.bytes()),
              QJsonDocument::fromJson(
                  R"([{"item":"ACME","formats":["image/png"],"sequence":1,"quality":0},
                      {"item":"ZAXX","formats":["text/plain;charset=utf-8"],"sequence":1,"quality":0,"text":"12.50"}])"));
}

TEST(AService, TellsThoseWhoWatchItsItemListOfItemsThatComeAndGo)
{
    TwoPrograms programs;
    AdviseLink link{*programs.talk, "TopicItemList"_item};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard(""); }, serveSessions));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    programs.nyse.setItem("ACME"_item, QStringLiteral("2"));
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("ACME\tZAXX"); }, serveSessions));
    programs.nyse.removeItem("ACME"_item);
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("ZAXX"); }, serveSessions));

    EXPECT_EQ(heard.values(), (QByteArrayList{"", "ACME\tZAXX", "ZAXX"})) << "two at once are one change";
}

TEST(AService, SaysWhoComesAndGoes)
{
    TwoPrograms programs;
    QList<TopicName> came;
    QList<TopicName> left;
    QObject::connect(programs.quotes.get(), &Service::clientConnected,
                     [&](const TopicName &topic) { came.append(topic); });
    QObject::connect(programs.quotes.get(), &Service::clientDisconnected,
                     [&](const TopicName &topic) { left.append(topic); });

    ASSERT_TRUE(eventually([&] { return !came.isEmpty(); }, serveSessions));
    EXPECT_TRUE(left.isEmpty());
    programs.talk.reset();

    ASSERT_TRUE(eventually([&] { return !left.isEmpty(); }, serveSessions));
    EXPECT_EQ(came, QList{"NYSE"_topic});
    EXPECT_EQ(left, QList{"NYSE"_topic});
}

TEST(AService, IsNotFoundBeforeItIsPublished)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    quotes.topic("NYSE"_topic);
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};

    EXPECT_EQ(codeOf(talk.request("ZAXX"_item)), ErrorCode::NoSuchService);
}

TEST(AService, GivesTheSameTopicAgain)
{
    TwoPrograms programs;

    EXPECT_EQ(&programs.quotes->topic("nyse"_topic), &programs.nyse);
    EXPECT_EQ(programs.quotes->topics(), QList{"NYSE"_topic});
}

} // namespace tellwire::test
