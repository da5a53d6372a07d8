// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/support/peer.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <QTimer>

#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using namespace tellwire::test;

TELLWIRE_PEER(Sleeper)
{
    peerIsReady();
    pause();
    return 0;
}

TELLWIRE_PEER(Answerer)
{
    peerIsReady();
    return 42;
}

TELLWIRE_PEER(NeverReady) { return 0; }

TELLWIRE_PEER(Failing)
{
    peerIsReady();
    EXPECT_EQ(1, 2);
    return 0;
}

TELLWIRE_PEER(Echo)
{
    peerIsReady();
    while (const std::optional<std::string> line = hearFromTest())
        sayToTest(*line);
    return 0;
}

TELLWIRE_PEER(Reciter)
{
    peerIsReady();
    for (const std::string &argument : peerArguments())
        sayToTest(argument);
    return 0;
}

TELLWIRE_PEER(SessionTeller)
{
    peerIsReady();
    sayToTest(qEnvironmentVariable("TELLWIRE_DIRECTORY").toStdString());
    return 0;
}

TELLWIRE_PEER(DescriptorTeller)
{
    peerIsReady();
    sayToTest(fcntl(std::stoi(peerArguments().front()), F_GETFD) == -1 ? "closed" : "open");
    return 0;
}

TEST(APeer, HandsBackItsExitCode)
{
    Peer answerer{"Answerer"};

    EXPECT_EQ(answerer.waitForExit(), 42);
}

TEST(APeer, CanBeKilledLikeACrash)
{
    Peer sleeper{"Sleeper"};

    sleeper.killHard();

    EXPECT_EQ(sleeper.waitForExit(), -1);
}

TEST(APeer, SignalsNobodyOnceItsExitIsCollected)
{
    Peer answerer{"Answerer"};
    answerer.waitForExit();

    answerer.stop();
    answerer.resume();
    answerer.killHard();

    EXPECT_NONFATAL_FAILURE(answerer.waitForExit(), "collected already");
}

TEST(APeer, ReceivesItsArgumentsInOrder)
{
    const Peer reciter{"Reciter", {"first", "", "the third"}};

    EXPECT_EQ(reciter.hear(), "first");
    EXPECT_EQ(reciter.hear(), "");
    EXPECT_EQ(reciter.hear(), "the third");
}

TEST(APeer, AnswersWhatItHears)
{
    const Peer echo{"Echo"};

    echo.say("hello");
    echo.say(std::string(64 * 1024 - 1, 'x'));

    EXPECT_EQ(echo.hear(), "hello");
    EXPECT_EQ(echo.hear(), std::string(64 * 1024 - 1, 'x'));
}

TEST(APeer, IsNoLongerHeardWhenItIsDead)
{
    Peer echo{"Echo"};

    echo.killHard();
    echo.say("hello");

    EXPECT_EQ(echo.hear(), std::nullopt);
}

TEST(APeer, StandsStillUntilItIsResumed)
{
    Peer echo{"Echo"};

    echo.stop();
    echo.say("hello");
    const std::optional<std::string> whileStopped = echo.hear(50ms);
    echo.resume();

    EXPECT_EQ(whileStopped, std::nullopt);
    EXPECT_EQ(echo.hear(), "hello");
}

TEST(APeer, InheritsNoDescriptorsOfTheTest)
{
    const int mine = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const Peer teller{"DescriptorTeller", {std::to_string(mine)}};

    EXPECT_EQ(teller.hear(), "closed");

    close(mine);
}

TEST(APeer, FailsTheTestIfItIsNeverReady)
{
    EXPECT_NONFATAL_FAILURE(Peer{"NeverReady"}, "before it was ready");
}

TEST(APeer, FailsTheTestIfItOutlivesItsTime)
{
    Peer sleeper{"Sleeper"};

    EXPECT_NONFATAL_FAILURE(sleeper.waitForExit(1ms), "still running");
}

TEST(APeer, ExitsWithAnErrorIfAnExpectationFailed)
{
    Peer failing{"Failing"};

    EXPECT_EQ(failing.waitForExit(), 1);
}

TEST(AFreshSession, IsAPrivateDirectoryThatPeersSee)
{
    const FreshSession session;
    const Peer teller{"SessionTeller"};

    EXPECT_EQ(teller.hear(), session.directory().string());
    EXPECT_EQ(std::filesystem::status(session.directory()).permissions(), std::filesystem::perms::owner_all);
}

TEST(AFreshSession, LeavesNothingBehind)
{
    qputenv("TELLWIRE_DIRECTORY", "before");
    std::filesystem::path directory;
    {
        const FreshSession session;
        directory = session.directory();
        std::ofstream{directory / "log.1"} << "something";
    }

    EXPECT_FALSE(std::filesystem::exists(directory));
    EXPECT_EQ(qgetenv("TELLWIRE_DIRECTORY"), "before");
}

TEST(Eventually, ServesQtUntilTheConditionHolds)
{
    bool fired = false;
    QTimer::singleShot(1ms, [&fired] { fired = true; });

    EXPECT_TRUE(eventually([&fired] { return fired; }));
}

TEST(Eventually, GivesUpWhenTheTimeIsOver)
{
    int turns = 0;
    const Turn countingTurn = [&turns](std::chrono::milliseconds atMost) {
        ++turns;
        serveQt(atMost);
    };

    EXPECT_FALSE(eventually([] { return false; }, countingTurn, 5ms));
    EXPECT_GT(turns, 0);
}

TEST(Eventually, TakesNoTurnIfTheConditionHoldsAtOnce)
{
    const Turn forbidden = [](std::chrono::milliseconds) { ADD_FAILURE(); };

    EXPECT_TRUE(eventually([] { return true; }, forbidden));
}

} // namespace
