// SPDX-License-Identifier: Apache-2.0
#include "tools/update_text.h"

#include <gtest/gtest.h>

namespace tellwire::tool {
namespace {

TEST(ATime, IsShownFromTheFirstToTheLastThatAClockHolds)
{
    EXPECT_EQ(isoTime(SourceTime::min()), QStringLiteral("1677-09-21T00:12:43.145224Z"));
    EXPECT_EQ(isoTime(SourceTime::max()), QStringLiteral("2262-04-11T23:47:16.854775Z"));
}

TEST(ATime, IsReadOnlyIfAClockHoldsIt)
{
    const auto late = timeFromIso(QStringLiteral("2262-04-11T23:47:16.5Z"));

    ASSERT_TRUE(late);
    EXPECT_EQ(isoTime(*late), QStringLiteral("2262-04-11T23:47:16.500000Z"));
    EXPECT_FALSE(timeFromIso(QStringLiteral("2262-04-11T23:47:17Z")));
    EXPECT_FALSE(timeFromIso(QStringLiteral("9999-12-31T23:59:59.999999Z")));
    EXPECT_FALSE(timeFromIso(QStringLiteral("0001-01-01T00:00:00Z")));
}

} // namespace
} // namespace tellwire::tool
