// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/load.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using host_metrics::test::textOf;

TEST(TheLoad, IsReadFromARecordedText)
{
    const Result<Load> load = parseLoad("7.55 6.70 4.23 9/151 22356\n");

    ASSERT_TRUE(load);
    EXPECT_EQ(load->oneMinute, 7.55);
    EXPECT_EQ(load->fiveMinutes, 6.70);
    EXPECT_EQ(load->fifteenMinutes, 4.23);
    EXPECT_EQ(load->running, 9U);
    EXPECT_EQ(load->tasks, 151U);
}

TEST(TheLoad, ThatIsMalformedIsBadData)
{
    for (const char *wrong : {"", "7.55", "7.55 6.70 4.23", "7.55 6.70 4.23 9 1", "7.55 6.70 4.23 9/ 1",
                              "7.55 6.70 -4.23 9/151 1", "nan 6.70 4.23 9/151 1"}) {
        const Result<Load> load = parseLoad(wrong);
        ASSERT_FALSE(load) << wrong;
        EXPECT_EQ(load.error().code, ErrorCode::BadData);
    }
}

TEST(TheUptime, IsTheFirstNumber)
{
    EXPECT_EQ(parseUptime("2605.88 2847.58\n"), Result<double>{2605.88});
    EXPECT_FALSE(parseUptime(""));
    EXPECT_FALSE(parseUptime("long"));
}

TEST(TheUptime, IsLeftOutWhereItIsNotKnown)
{
    EXPECT_EQ(textOf(loadFigures({.oneMinute = 0.5, .uptime = 10.0}, {}), "uptime"), "10.00");
    EXPECT_EQ(textOf(loadFigures({.oneMinute = 0.5, .uptime = {}}, {}), "uptime"), "(left out)");
}
