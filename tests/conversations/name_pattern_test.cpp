// SPDX-License-Identifier: Apache-2.0
#include "conversations/name_pattern.h"

#include "dde/protocol/names.h"

#include <gtest/gtest.h>

namespace tellwire::test {

namespace {

bool fits(const char *pattern, const char *name)
{
    return NamePattern{QString::fromUtf8(pattern)}.fits(foldedKey(QString::fromUtf8(name)));
}

} // namespace

TEST(ANamePattern, FitsWhatIsNamedSoWhateverTheCase)
{
    EXPECT_TRUE(fits("Quotes", "QUOTES"));
    EXPECT_FALSE(fits("Quotes", "Quote"));
    EXPECT_FALSE(fits("Quotes", ""));
}

TEST(ANamePattern, FitsAnythingWhereItHasAStar)
{
    EXPECT_TRUE(fits("*", ""));
    EXPECT_TRUE(fits("*", "Quotes"));
    EXPECT_TRUE(fits("Q*s", "Quotes"));
    EXPECT_TRUE(fits("q*", "Q"));
    EXPECT_TRUE(fits("*t*t*", "quotation"));
    EXPECT_FALSE(fits("*t*t*", "quote"));
    EXPECT_FALSE(fits("ab*ba", "aba"));
    EXPECT_FALSE(fits("Q*", ""));
}

} // namespace tellwire::test
