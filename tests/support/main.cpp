// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peer_process.h"

#include <gmock/gmock.h>

#include <QCoreApplication>

int main(int argc, char **argv)
{
    if (tellwire::test::isPeer(argc, argv)) {
        const QCoreApplication application{argc, argv};
        return tellwire::test::runPeer(argc, argv);
    }
    testing::InitGoogleMock(&argc, argv);
    const QCoreApplication application{argc, argv};
    return RUN_ALL_TESTS();
}
