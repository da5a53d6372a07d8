// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/storm_options.h"

#include <gtest/gtest.h>

// No application object: children are forked from here, and each of them works without an event loop.
int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (!tellwire::test::readStormOptions(argc, argv))
        return 2;
    return RUN_ALL_TESTS();
}
