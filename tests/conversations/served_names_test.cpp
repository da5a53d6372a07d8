// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"
#include "dde/transport/session_log.h"
#include "tests/conversations/raw_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace tellwire::test {

namespace {

QByteArray foundBy(RawClient &client, const ServiceName &service, const TopicName &topic)
{
    client.say(protocol::Find{7, service, topic});
    QStringList found;
    const auto answer = client.hear<protocol::Found>();
    for (const protocol::FoundTopic &each : answer->topics)
        found.append(each.service.text() + QString::number(each.instance) + u'|' + each.topic.text());
    return found.join(u',').toUtf8();
}

struct ManyItems : ServedProgram
{
    explicit ManyItems(int count, const QString &format = QStringLiteral("item %1"))
    {
        for (int number = 0; number < count; ++number)
            nyse->setItem(ItemName{format.arg(number, 6, 10, QLatin1Char('0'))}, QString::number(number));
        client->open();
    }

    QJsonObject page(const ItemName &prefix, const ItemName &after, quint16 limit) const
    {
        client->say(protocol::Browse{7, 1, limit, prefix, after});
        const auto answer = client->hear<protocol::Answer>();
        EXPECT_EQ(answer->format, client->number(Format::json()));
        return QJsonDocument::fromJson(answer->value.array()).object();
    }
};

QByteArray namesOn(const QJsonObject &page)
{
    QStringList names;
    for (const QJsonValue &line : page[QStringLiteral("items")].toArray())
        names.append(line[QStringLiteral("item")].toString());
    return names.join(u',').toUtf8();
}

} // namespace

TEST(ASearch, FindsAllTopicsThatFit)
{
    ServedProgram program;
    Service second{program.session, "quotes"_service};
    second.topic("TSE"_topic);
    Service weather{program.session, "Weather"_service};
    ASSERT_TRUE(second.publish() && weather.publish());
    RawClient &client = *program.client;

    EXPECT_EQ(foundBy(client, {}, {}),
              "Quotes1|NYSE,Quotes1|System,quotes2|TSE,quotes2|System,Weather3|System");
    EXPECT_EQ(foundBy(client, "QUOTES"_service, "nyse"_topic), "Quotes1|NYSE");
    EXPECT_EQ(foundBy(client, second.instanceName(), "tse"_topic), "quotes2|TSE");
    EXPECT_EQ(foundBy(client, program.quotes->instanceName(), "tse"_topic), "");
    EXPECT_EQ(foundBy(client, {}, "system"_topic), "Quotes1|System,quotes2|System,Weather3|System");
}

TEST(ASearch, SaysIfThereIsMore)
{
    ServedProgram program;
    for (int number = 0; number < 510; ++number)
        program.quotes->topic(TopicName{QString::number(number)});

    program.client->say(protocol::Find{7, {}, {}});
    const auto all = program.client->hear<protocol::Found>();
    program.quotes->topic("one more"_topic);
    program.client->say(protocol::Find{8, {}, {}});
    const auto some = program.client->hear<protocol::Found>();

    EXPECT_TRUE(all->isComplete);
    EXPECT_EQ(all->topics.size(), 512);
    EXPECT_FALSE(some->isComplete);
    EXPECT_EQ(some->topics.size(), 512);
}

TEST(ARefusal, NamesOnlyAFewTopics)
{
    ServedProgram program;
    for (int number = 1; number < 10; ++number)
        program.quotes->topic(TopicName{QString::number(number)});

    program.client->say(protocol::Initiate{1, protocol::anyInstance, "Quotes"_service, "TSE"_topic});

    const auto refused = program.client->hear<protocol::Refused>();
    EXPECT_EQ(refused->reason.code, ErrorCode::NoSuchTopic);
    EXPECT_EQ(refused->reason.detail, QStringLiteral("the service Quotes has no topic TSE; it has System, "
                                                     "1, 2, 3, 4, 5, 6, 7, and 3 more"));
}

TEST(AnInstance, IsReachedByItsName)
{
    ServedProgram program;
    Service second{program.session, "Quotes"_service};
    second.topic("NYSE"_topic);
    EXPECT_TRUE(second.instanceName().isEmpty());
    ASSERT_TRUE(second.publish());
    const ServiceName name = second.instanceName();

    program.client->say(protocol::Initiate{1, protocol::anyInstance, name, "NYSE"_topic});
    program.client->say(protocol::Initiate{2, protocol::anyInstance, "Quotes"_service, "NYSE"_topic});
    program.client->say(protocol::Initiate{3, 1, name, "NYSE"_topic});

    EXPECT_EQ(program.client->hear<protocol::Opened>()->instance, 2U);
    const auto any = program.client->hear<protocol::Opened>();
    EXPECT_EQ(any->instance, 1U);
    EXPECT_EQ(any->service.text(), QStringLiteral("Quotes"));
    EXPECT_EQ(program.client->hear<protocol::Refused>()->reason.code, ErrorCode::NoSuchService);
}

TEST(ATopicAddedLater, IsToldToTheSession)
{
    ServedProgram program;
    int changes = 0;
    const auto guard = std::make_shared<int>();
    const Session other = Session::join().value();
    const auto topics = [&] {
        const auto offers = protocol::servicesNamed(other.seat().log().state(), "Quotes"_service);
        return offers.isEmpty() ? QList<TopicName>{} : offers.first().topics;
    };
    other.seat().onLogChange(guard, [&] { ++changes; });
    ASSERT_TRUE(eventually([&] { return topics() == QList{"NYSE"_topic}; }, serveSessions));

    program.quotes->topic("TSE"_topic);

    EXPECT_TRUE(eventually([&] { return topics() == QList{"NYSE"_topic, "TSE"_topic}; }, serveSessions));
}

TEST(APageOfItems, BeginsBehindTheLastOne)
{
    ManyItems program{10};

    const QJsonObject first = program.page({}, {}, 4);
    const QJsonObject last = program.page({}, "ITEM 000007"_item, 4);

    EXPECT_EQ(namesOn(first), "item 000000,item 000001,item 000002,item 000003");
    EXPECT_TRUE(first[QStringLiteral("more")].toBool());
    EXPECT_EQ(first[QStringLiteral("total")].toInt(), 10);
    EXPECT_EQ(namesOn(last), "item 000008,item 000009");
    EXPECT_FALSE(last[QStringLiteral("more")].toBool());
}

TEST(APageOfItems, HasThoseThatBeginAlike)
{
    ManyItems program{10};
    program.nyse->setItem("Items apart"_item, QStringLiteral("1"));

    EXPECT_EQ(namesOn(program.page("ITEMS"_item, {}, 100)), "Items apart");
    EXPECT_EQ(namesOn(program.page("item 00000"_item, "item 000008"_item, 100)), "item 000009");
    EXPECT_EQ(namesOn(program.page("item"_item, "a"_item, 1)), "item 000000");
    EXPECT_EQ(namesOn(program.page("item"_item, "zzz"_item, 1)), "");
}

TEST(APageOfItems, HasLinesAsInTheItemList)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("12.50"), {.quality = Quality::Uncertain});
    program.nyse->provideItem("TIME"_item, {Format::png()}, [](const Format &) -> Result<Payload> {
        return Error{ErrorCode::Refused, {}};
    });
    program.client->open();

    program.client->say(protocol::Browse{7, 1, 9, {}, {}});

    EXPECT_EQ(QJsonDocument::fromJson(program.client->hear<protocol::Answer>()->value.array()),
              QJsonDocument::fromJson(R"({"total":2,"more":false,"items":[
                  {"item":"TIME","formats":["image/png"],"sequence":1,"quality":0},
                  {"item":"ZAXX","formats":["text/plain;charset=utf-8"],"sequence":1,"quality":1,"text":"12.50"}]})"));
}

TEST(APageOfItems, IsBoundedInBytes)
{
    ManyItems program{2'000, QString(240, QChar{0x4E2D}) + QStringLiteral("%1")};

    const QJsonObject page = program.page({}, {}, 2'000);

    EXPECT_TRUE(page[QStringLiteral("more")].toBool());
    const qsizetype count = page[QStringLiteral("items")].toArray().size();
    EXPECT_GT(count, 1'000);
    EXPECT_LT(count, 2'000);
}

TEST(APageOfItems, OnSystemHasTheLibrarysItems)
{
    ServedProgram program;
    program.client->open(1, "System"_topic);

    program.client->say(protocol::Browse{7, 1, 9, "s"_item, {}});

    EXPECT_EQ(namesOn(QJsonDocument::fromJson(program.client->hear<protocol::Answer>()->value.array()).object()),
              "Status,SysItems");
}

} // namespace tellwire::test
