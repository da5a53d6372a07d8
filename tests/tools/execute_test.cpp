// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "tests/support/fresh_session.h"
#include "tests/support/peer.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <QCoreApplication>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

TELLWIRE_PEER(Oven)
{
    Service kitchen{*Session::join(), "Kitchen"_service};
    kitchen.topic("oven"_topic).onExecute([](const QString &command) -> Result<void> {
        sayToTest(command.toStdString());
        if (command == QStringLiteral("[Explode]"))
            return Error{ErrorCode::Busy, QStringLiteral("the oven is hot")};
        return {};
    });
    if (!kitchen.publish())
        return 1;
    peerIsReady();
    return QCoreApplication::exec();
}

TEST(ACommand, ReachesItsServiceAsItWasWritten)
{
    const FreshSession session;
    const Peer oven{"Oven"};

    const Finished finished = run({QStringLiteral("execute"), QStringLiteral("Kitchen|oven"),
                                   QStringLiteral(R"([Heat("180", "a,b")])")});

    EXPECT_EQ(finished.exitCode, 0) << finished.errors.constData();
    EXPECT_EQ(oven.hear(), R"([Heat("180", "a,b")])");
}

TEST(ACommand, ThatCannotBeDoneNowSaysSo)
{
    const FreshSession session;
    const Peer oven{"Oven"};

    const Finished finished =
        run({QStringLiteral("execute"), QStringLiteral("Kitchen|oven"), QStringLiteral("[Explode]")});

    EXPECT_EQ(finished.exitCode, 75);
    EXPECT_THAT(finished.errors.toStdString(),
                HasSubstr("execute [Explode] on Kitchen|oven: the oven is hot"));
}

TEST(ACommand, IsRefusedByATopicThatTakesNone)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const Finished finished =
        run({QStringLiteral("execute"), QStringLiteral("Lab|bench"), QStringLiteral("[Reset]")});

    EXPECT_EQ(finished.exitCode, 14);
}

} // namespace
} // namespace tellwire::test
