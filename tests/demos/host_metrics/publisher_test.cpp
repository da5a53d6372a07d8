// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/publisher.h"

#include "conversations/advise_link.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

/// A machine with one subject, which has the items that a test gives it; or none, with an error.
class APublisher : public testing::Test
{
protected:
    APublisher()
    {
        m_sampler.pause();
        m_sampler.look();
        m_sampler.look();
    }

    QString request(const TopicName &topic, const ItemName &item)
    {
        Conversation client{m_session, "Host"_service, topic};
        const Result<Update> answer = waitFor(client.request(item), test::patience);
        return answer ? QString::fromUtf8(answer->value.bytes()) : errorName(answer.error().code);
    }

    Look look() const
    {
        if (m_items.isEmpty())
            return {"engine"_topic, m_time,
                    Error{ErrorCode::NoSuchItem, QStringLiteral("read the engine: it is gone")}};
        FigureList list;
        for (const char *item : m_items)
            list.addAmount(item, 7, "rpm");
        return {"engine"_topic, m_time, list.figures()};
    }

    test::FreshSession m_fresh;
    Session m_session = Session::join().value();
    SourceTime m_time = SourceTime{1000s};
    QList<const char *> m_items{"speed", "noise"};
    Sampler m_sampler{{{"engine"_topic, [this] { return look(); }}}, 1000ms};
    Publisher m_publisher{m_session, m_sampler};
};

} // namespace

TEST_F(APublisher, GivesAFigureAsTextAndAsJsonWithTheTimeOfTheReading)
{
    Conversation client{m_session, "Host"_service, "engine"_topic};

    const Result<Update> text = waitFor(client.request("speed"_item), test::patience);
    const Result<Update> json = waitFor(client.request("speed"_item, Format::json()), test::patience);

    ASSERT_TRUE(text && json);
    EXPECT_EQ(text->value.bytes(), "7");
    EXPECT_EQ(json->value.bytes(), R"({"unit":"rpm","value":7})");
    EXPECT_EQ(text->sourceTime, m_time);
}

TEST_F(APublisher, EndsTheLinksOfAnItemThatVanished)
{
    Conversation client{m_session, "Host"_service, "engine"_topic};
    AdviseLink noise{client, "noise"_item};
    ASSERT_TRUE(waitFor(noise.next(), test::patience));

    m_items = {"speed"};
    m_sampler.look();

    const Result<Update> next = waitFor(noise.next(), test::patience);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, ErrorCode::NoSuchItem);
    EXPECT_EQ(request("engine"_topic, "speed"_item), QStringLiteral("7"));
}

TEST_F(APublisher, LeavesATopicEmptyWhileItCannotBeRead)
{
    m_items = {};
    m_sampler.look();

    EXPECT_EQ(request("engine"_topic, "speed"_item), QStringLiteral("NoSuchItem"));
}

TEST_F(APublisher, TakesAnIntervalOrSaysWhyNot)
{
    Conversation client{m_session, "Host"_service, "settings"_topic};

    const Result<void> good = waitFor(client.poke("interval"_item, QStringLiteral("100")), test::patience);
    const Result<void> bad = waitFor(client.poke("interval"_item, QStringLiteral("5")), test::patience);

    EXPECT_TRUE(good);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::Refused);
    EXPECT_THAT(bad.error().detail.toStdString(), HasSubstr("from 50 to 60000"));
    EXPECT_EQ(request("settings"_topic, "interval"_item), QStringLiteral("100"));
}

TEST_F(APublisher, TakesCommandsOnEveryTopic)
{
    Conversation client{m_session, "Host"_service, "engine"_topic};

    const Result<void> resumed = waitFor(client.execute(QStringLiteral("[Resume()]")), test::patience);

    EXPECT_TRUE(resumed);
    EXPECT_EQ(request("settings"_topic, "state"_item), QStringLiteral("running"));
}

TEST_F(APublisher, DoesNothingIfOneOfSeveralCommandsIsUnknown)
{
    Conversation client{m_session, "Host"_service, "settings"_topic};

    const Result<void> refused =
        waitFor(client.execute(QStringLiteral("[Resume()][Reboot()]")), test::patience);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Refused);
    EXPECT_EQ(request("settings"_topic, "state"_item), QStringLiteral("paused"));
}
