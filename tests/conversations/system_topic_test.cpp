// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/raw_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace tellwire::test {

namespace {

struct SystemTopic : ServedProgram
{
    SystemTopic() { client->open(1, "System"_topic); }

    QByteArray ask(const ItemName &item, const Format &format = Format::text()) const
    {
        client->say(client->request(7, item, format));
        const auto answer = client->hear<protocol::Answer>();
        EXPECT_EQ(answer->sequence, 0U);
        return answer->value.array();
    }

    void watch(const ItemName &item, LinkKind kind = LinkKind::Hot) const
    {
        protocol::Advise advise = client->advise(1, kind);
        advise.item = item;
        client->say(advise);
        client->settle();
    }

    QByteArray nextValue() const
    {
        const auto next = client->take<protocol::Value>();
        return next ? next->value.array() : QByteArray{};
    }
};

} // namespace

TEST(TheSystemTopic, SaysWhetherTheServiceIsBusy)
{
    SystemTopic program;
    program.watch("Status"_item);

    program.quotes->setBusy(true);
    program.quotes->setBusy(true);

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "Ready");
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "Busy");
    program.quotes->setBusy(false);
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "Ready");
    EXPECT_EQ(program.ask("Status"_item, Format::json()), "\"Ready\"");
}

TEST(TheSystemTopic, HasWhatTheServiceSaysOfItself)
{
    SystemTopic program;
    EXPECT_FALSE(program.ask("SysItems"_item).contains("Protocols"));

    program.quotes->setProtocols({QStringLiteral("StdFileEditing"), QStringLiteral("StdExecute")});
    program.quotes->setRestartCommand(QStringLiteral("/usr/bin/quotes --serve"));
    program.quotes->setHelp(QStringLiteral("Prices."));

    EXPECT_EQ(program.ask("Protocols"_item), "StdFileEditing\tStdExecute");
    EXPECT_EQ(program.ask("Protocols"_item, Format::json()), R"(["StdFileEditing","StdExecute"])");
    EXPECT_EQ(program.ask("Restart"_item, Format::json()), R"("/usr/bin/quotes --serve")");
    EXPECT_EQ(program.ask("Help"_item, Format::json()), R"("Prices.")");
    EXPECT_EQ(program.ask("SysItems"_item),
              "Conversations\tFormats\tHelp\tItems\tProtocols\tRestart\tReturnMessage\tStatus\tSysItems\t"
              "TopicItemList\tTopics");
    program.quotes->setProtocols({});
    EXPECT_FALSE(program.ask("SysItems"_item).contains("Protocols"));
}

TEST(TheSystemTopic, TellsThoseWhoWatchOfTopicsThatComeAndGo)
{
    SystemTopic program;
    program.watch("Topics"_item);

    Topic &tse = program.quotes->topic("TSE"_topic);

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "System\tNYSE");
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "System\tNYSE\tTSE");
    delete &tse;
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "System\tNYSE");
}

TEST(TheSystemTopic, TellsThoseWhoWatchOfFormats)
{
    SystemTopic program;
    program.watch("Formats"_item);

    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    program.nyse->setItem("ZAXX"_item, Payload{Format{QStringLiteral("CF_DIB")}, "…"});

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "");
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "DIB") << "two changes at once are one";
}

TEST(TheSystemTopic, TellsTheNewsToWarmLinks)
{
    SystemTopic program;
    program.watch("Topics"_item, LinkKind::Warm);

    program.quotes->topic("TSE"_topic);

    EXPECT_TRUE(program.client->hear<protocol::Changed>());
}

TEST(TheReturnMessage, ExplainsTheLastRefusal)
{
    SystemTopic program;
    EXPECT_EQ(program.ask("ReturnMessage"_item), "");

    program.client->say(program.client->request(8, "NONE"_item));
    const auto declined = program.client->hear<protocol::Declined>();

    EXPECT_EQ(program.ask("ReturnMessage"_item), declined->reason.detail.toUtf8());
}

TEST(TheReturnMessage, IsEachProgramsOwn)
{
    SystemTopic program;
    program.watch("ReturnMessage"_item);
    RawClient other{program.session.seat().id()};
    other.open(1, "System"_topic);
    other.say(other.request(8, "THEIRS"_item));
    ASSERT_TRUE(other.hear<protocol::Declined>());

    program.client->say(program.client->request(8, "OURS"_item));

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "");
    EXPECT_TRUE(program.client->hear<protocol::Value>()->value.array().contains("OURS"));
}

TEST(TheConversations, AreListed)
{
    SystemTopic program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    program.client->say(protocol::Initiate{2, 0, "Quotes"_service, "NYSE"_topic});
    protocol::Advise advise = program.client->advise(1);
    advise.conversation = 2;
    program.client->say(advise);
    program.client->settle();

    const QByteArray text = program.ask("Conversations"_item);
    const QJsonArray array =
        QJsonDocument::fromJson(program.ask("Conversations"_item, Format::json())).array();

    const QByteArray pid = QByteArray::number(getpid());
    EXPECT_EQ(text.split('\n').size(), 2);
    EXPECT_TRUE(text.split('\n').last().startsWith("Quotes\tNYSE\tconversations_t"));
    EXPECT_TRUE(text.split('\n').last().endsWith('\t' + pid + "\t1\t0\t0"));
    ASSERT_EQ(array.size(), 2);
    EXPECT_EQ(array[1].toObject()[QStringLiteral("links")].toInt(), 1);
    EXPECT_EQ(array[1].toObject()[QStringLiteral("pid")].toInt(), getpid());
    EXPECT_EQ(array[0].toObject()[QStringLiteral("topic")].toString(), QStringLiteral("System"));
}

TEST(TheConversations, CanBeWatched)
{
    SystemTopic program;
    program.watch("Conversations"_item);
    ASSERT_TRUE(eventually([&] { return program.nextValue().endsWith("\t1\t0\t0"); }, serveSessions));

    program.client->say(protocol::Initiate{2, 0, "Quotes"_service, "NYSE"_topic});
    EXPECT_EQ(program.client->hear<protocol::Value>()->value.array().count('\n'), 1);
    program.client->say(protocol::Terminate{2, std::nullopt});

    EXPECT_EQ(program.client->hear<protocol::Value>()->value.array().count('\n'), 0);
}

TEST(TheItemList, IsOfferedUnderTwoNames)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    program.client->open();

    program.client->say(program.client->request(7, "Items"_item));
    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "ZAXX");
    program.nyse->setItem("Items"_item, QStringLiteral("the program's own"));
    program.client->say(program.client->request(8, "Items"_item));

    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "the program's own");
}

TEST(TheSystemTopic, StartsLinksThatWaitForWhatTheServiceHasNotSaidYet)
{
    SystemTopic program;
    protocol::Advise advise = program.client->advise(1);
    advise.item = "Protocols"_item;
    advise.awaitItem = true;
    program.client->say(advise);
    program.client->settle();

    program.quotes->setProtocols({QStringLiteral("Ticks")});

    EXPECT_TRUE(program.client->hear<protocol::Advised>());
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "Ticks");
}

} // namespace tellwire::test
