// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/commands.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace host_metrics;
using testing::HasSubstr;

TEST(Commands, MayBeSeveral)
{
    const auto commands = parseSamplerCommands(QStringLiteral("[Pause()][refresh][RESUME()]"));

    ASSERT_TRUE(commands);
    EXPECT_EQ(*commands, (QList<SamplerCommand>{&Sampler::pause, &Sampler::look, &Sampler::resume}));
}

TEST(Commands, AreRefusedTogetherIfOneIsUnknown)
{
    const auto commands = parseSamplerCommands(QStringLiteral("[Pause()][Reboot()]"));

    ASSERT_FALSE(commands);
    EXPECT_EQ(commands.error().code, ErrorCode::Refused);
    EXPECT_THAT(commands.error().detail.toStdString(), HasSubstr("Reboot"));
}

TEST(Commands, TakeNoArguments)
{
    const auto commands = parseSamplerCommands(QStringLiteral("[Pause(10)]"));

    ASSERT_FALSE(commands);
    EXPECT_EQ(commands.error().code, ErrorCode::Refused);
}

TEST(Commands, ThatAreMalformedAreBadData)
{
    const auto commands = parseSamplerCommands(QStringLiteral("Pause"));

    ASSERT_FALSE(commands);
    EXPECT_EQ(commands.error().code, ErrorCode::BadData);
}

TEST(AnInterval, LiesBetweenItsLimits)
{
    EXPECT_EQ(parseInterval(QStringLiteral("50"))->count(), 50);
    EXPECT_EQ(parseInterval(QStringLiteral(" 60000\n"))->count(), 60000);
    for (const char *wrong : {"49", "60001", "-50", "", "fast", "100.5", "99999999999"}) {
        const auto interval = parseInterval(QString::fromLatin1(wrong));
        ASSERT_FALSE(interval) << wrong;
        EXPECT_EQ(interval.error().code, ErrorCode::Refused);
        EXPECT_THAT(interval.error().detail.toStdString(), HasSubstr("from 50 to 60000"));
    }
}
