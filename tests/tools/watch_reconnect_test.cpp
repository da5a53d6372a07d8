// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::MatchesRegex;

const QString volts = QStringLiteral("Lab|bench!volts");

QStringList reconnecting(const QStringList &arguments)
{
    return QStringList{QStringLiteral("watch"), QStringLiteral("--reconnect")} + arguments;
}

nlohmann::json jsonLine(ToolProcess &process)
{
    const QByteArray line = process.hearLine();
    return nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
}

TEST(AReconnectingWatch, SaysWhatIsStaleAndGoesOnWhenItsServiceReturns)
{
    const FreshSession session;
    Bench first{"volts=1\n"};
    ToolProcess watch{reconnecting({volts, QStringLiteral("--count"), QStringLiteral("2")})};
    EXPECT_EQ(watch.hearLine(), "1");

    first.crash();

    const std::string complaint = watch.hearError().toStdString();
    EXPECT_THAT(complaint, MatchesRegex("tellwire: 'Lab.bench!volts' is stale since "
                                        "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9]+: .*without a word.*"));
    Bench second{"volts=2\n"};
    EXPECT_EQ(watch.hearError(), "tellwire: 'Lab|bench!volts' is back (after a gap)");
    EXPECT_EQ(watch.hearLine(), "2");
    EXPECT_EQ(watch.waitForEnd().exitCode, 0);
}

TEST(AReconnectingWatch, SaysSoInJson)
{
    const FreshSession session;
    Bench first{"volts=1\n"};
    ToolProcess watch{reconnecting({volts, QStringLiteral("--json")})};
    const nlohmann::json value = jsonLine(watch);

    first.crash();

    const nlohmann::json stale = jsonLine(watch);
    Bench second{"volts=2\n"};
    const nlohmann::json back = jsonLine(watch);
    EXPECT_FALSE(value.contains("staleSince"));
    EXPECT_EQ(stale.value("value", ""), "1");
    EXPECT_EQ(stale.value("quality", ""), "stale");
    EXPECT_THAT(stale.value("staleSince", ""), MatchesRegex("20..-..-..T..:..:..\\.......Z"));
    EXPECT_EQ(stale["reason"].value("code", ""), "PeerGone");
    EXPECT_NE(stale["reason"].value("detail", ""), "");
    EXPECT_EQ(back.value("value", ""), "2");
    EXPECT_EQ(back.value("quality", ""), "good");
    EXPECT_EQ(back.value("afterGap", false), true);
}

TEST(AReconnectingWatch, WaitsForAnItemThatIsNotThere)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{reconnecting({QStringLiteral("Lab|bench!amperes"), volts})};
    EXPECT_EQ(watch.hearLine(), "volts\t1");

    bench.publisher().say("amperes=5\n");

    EXPECT_EQ(watch.hearLine(), "amperes\t5");
}

TEST(AReconnectingWatch, WaitsForATopicThatIsNotThere)
{
    const FreshSession session;
    ToolProcess cellar{{QStringLiteral("publish"), QStringLiteral("Lab|cellar")}};
    cellar.say("damp=9\n");
    ToolProcess watch{reconnecting({volts, QStringLiteral("Lab|cellar!damp")})};
    EXPECT_EQ(watch.hearLine(), "Lab|cellar!damp\t9");

    Bench bench{"volts=1\n"};

    EXPECT_EQ(watch.hearLine(), "Lab|bench!volts\t1");
}

TEST(AReconnectingWarmWatch, TellsOfTheReturn)
{
    const FreshSession session;
    Bench first{"volts=1\n"};
    ToolProcess watch{reconnecting({volts, QStringLiteral("--warm"), QStringLiteral("--json")})};
    ASSERT_TRUE(linksAre(1));

    first.crash();

    const nlohmann::json stale = jsonLine(watch);
    Bench second{"volts=2\n"};
    const nlohmann::json back = jsonLine(watch);
    EXPECT_EQ(stale.value("quality", ""), "stale");
    EXPECT_FALSE(stale.contains("value"));
    EXPECT_EQ(back.value("changed", false), true);
    EXPECT_EQ(back.value("afterGap", false), true);
}

TEST(AStaleValue, CanBePublishedAgainAsSuch)
{
    const FreshSession session;
    Bench first{"volts=1\n"};
    ToolProcess watch{reconnecting({volts, QStringLiteral("--json")})};
    watch.hearLine();
    first.crash();
    const QByteArray stale = watch.hearLine();
    ToolProcess copy{{QStringLiteral("publish"), QStringLiteral("Copy|bench")}};

    copy.say(stale + '\n');

    ToolProcess reader{reconnecting({QStringLiteral("Copy|bench!volts"), QStringLiteral("--json")})};
    EXPECT_EQ(jsonLine(reader).value("quality", ""), "stale");
}

} // namespace
} // namespace tellwire::test
