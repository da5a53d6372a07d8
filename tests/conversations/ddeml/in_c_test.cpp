// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/in_c.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

using tellwire::test::FreshSession;

TEST(TheCHeader, IsEnoughForANarrowProgram)
{
    const FreshSession fresh;

    EXPECT_EQ(narrowInstanceInC(), 6);
}

TEST(TheCHeader, IsEnoughForAWideProgram)
{
    const FreshSession fresh;

    EXPECT_EQ(wideInstanceInC(), 6);
}
