// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/gate.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <QFile>

#include <csignal>

#include <unistd.h>

// A service whose answers are given by commands of the shell: `publish --on-poke` and `--on-execute`.

namespace tellwire::test {
namespace {

using testing::HasSubstr;

const QString volts = QStringLiteral("Lab|bench!volts");
const QString amperes = QStringLiteral("Lab|bench!amperes");

QStringList onPoke(const QString &command) { return {QStringLiteral("--on-poke"), command}; }

QStringList poking(const QString &address, const char *value)
{
    return {QStringLiteral("poke"), address, QString::fromUtf8(value)};
}

QByteArray valueOf(const QString &address) { return run({QStringLiteral("request"), address}).output; }

TEST(ACommandForPokes, ReadsTheValueAndSetsTheItemIfItAccepts)
{
    const FreshSession session;
    Bench bench{"volts=1\n", onPoke(QStringLiteral("grep -q 2"))};

    const Finished poked = run(poking(volts, "2"));

    EXPECT_EQ(poked.exitCode, 0) << poked.errors.constData();
    EXPECT_EQ(valueOf(volts), "2");
}

TEST(ACommandForPokes, MayPublishWhatItLikesInstead)
{
    const FreshSession session;
    Bench bench{"volts=1\n", onPoke(QStringLiteral("echo volts=rounded; echo '{\"amperes\": 3}'"))};

    const Finished poked = run(poking(volts, "2.5"));

    EXPECT_EQ(poked.exitCode, 0) << poked.errors.constData();
    EXPECT_EQ(valueOf(volts), "rounded");
    EXPECT_EQ(valueOf(amperes), "3");
}

TEST(ACommandForPokes, RefusesInItsOwnWords)
{
    const FreshSession session;
    Bench bench{"volts=1\n", onPoke(QStringLiteral("echo 'more than 5 V melt it' >&2; exit 1"))};

    const Finished poked = run(poking(volts, "9"));

    EXPECT_EQ(poked.exitCode, 14);
    EXPECT_EQ(poked.errors, "tellwire: poke Lab|bench!volts: more than 5 V melt it\n");
    EXPECT_EQ(valueOf(volts), "1");
}

TEST(ACommandForPokes, MayBeBusy)
{
    const FreshSession session;
    Bench bench{"volts=1\n", onPoke(QStringLiteral("exit 75"))};

    const Finished poked = run(poking(volts, "9"));

    EXPECT_EQ(poked.exitCode, 75);
    EXPECT_EQ(poked.errors, "tellwire: poke Lab|bench!volts: exit 75 is busy; try again later\n");
}

TEST(ACommandForPokes, KnowsWhatItIsAboutAndWhoAsks)
{
    const FreshSession session;
    Bench bench{"volts=1\n",
                onPoke(QStringLiteral("echo \"volts=$TELLWIRE_SERVICE/$TELLWIRE_TOPIC/$TELLWIRE_ITEM/"
                                      "$TELLWIRE_FORMAT/$TELLWIRE_CALLER_PROGRAM/$TELLWIRE_CALLER_UID\"; "
                                      "echo \"pid=$TELLWIRE_CALLER_PID\""))};

    ToolProcess poke{poking(volts, "2")};
    const QByteArray processId = QByteArray::number(poke.processId());

    EXPECT_EQ(poke.waitForEnd().exitCode, 0);
    EXPECT_EQ(valueOf(volts), "Lab/bench/volts/text/plain;charset=utf-8/tellwire/" +
                                  QByteArray::number(static_cast<qulonglong>(getuid())));
    EXPECT_EQ(valueOf(QStringLiteral("Lab|bench!pid")), processId);
}

TEST(ACommandForPokes, ThatWritesNonsenseIsNamed)
{
    const FreshSession session;
    Bench bench{"volts=1\n", onPoke(QStringLiteral("echo nonsense; echo volts=2"))};

    const Finished poked = run(poking(volts, "5"));

    EXPECT_EQ(poked.exitCode, 0);
    EXPECT_EQ(valueOf(volts), "2");
    bench.publisher().endInput();
    const Finished finished = bench.publisher().waitForEnd();
    EXPECT_EQ(finished.exitCode, 65);
    EXPECT_THAT(finished.errors.toStdString(),
                HasSubstr("publish Lab|bench: line 1 of what echo nonsense; echo volts=2 wrote: "));
}

TEST(ACommandForPokes, KeepsNobodyElseWaitingWhileItRuns)
{
    const FreshSession session;
    Gate gate;
    Bench bench{"volts=1\namperes=1\n",
                onPoke(QStringLiteral("if [ $TELLWIRE_ITEM = volts ]; then %1; fi").arg(gate.waiting()))};
    ToolProcess slow{poking(volts, "2")};
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    const QByteArray present = valueOf(volts);
    const Finished other = run(poking(amperes, "2"));

    EXPECT_EQ(present, "1");
    EXPECT_EQ(other.exitCode, 0) << other.errors.constData();
    gate.open();
    EXPECT_EQ(slow.waitForEnd().exitCode, 0);
    EXPECT_EQ(valueOf(volts), "2");
}

TEST(ACommandForPokes, IsEndedWhenItsClientIsKilled)
{
    const FreshSession session;
    Gate gate;
    Bench bench{"volts=1\n",
                onPoke(QStringLiteral("if grep -q slow; then trap 'echo volts=late; exit 0' TERM; "
                                      "%1; echo volts=wrong; fi")
                           .arg(gate.waiting()))};
    ToolProcess slow{poking(volts, "slow")};
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    slow.signal(SIGKILL);
    slow.waitForEnd();

    const Finished next = run(poking(volts, "next")); // Begins only when the other one has ended.
    EXPECT_EQ(next.exitCode, 0) << next.errors.constData();
    const Finished value = run({QStringLiteral("request"), volts, QStringLiteral("--json")});
    EXPECT_EQ(value.json().value("value", ""), "next");
    EXPECT_EQ(value.json().value("sequence", 0), 2);
}

TEST(ACommandForPokes, IsEndedWithThePublisher)
{
    const FreshSession session;
    Gate gate;
    QTemporaryDir directory;
    const QString note = directory.filePath(QStringLiteral("note"));
    Bench bench{
        "volts=1\n",
        onPoke(QStringLiteral("trap 'echo ended > %2; exit 0' TERM; %1; true").arg(gate.waiting(), note))};
    ToolProcess slow{poking(volts, "2")};
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    bench.publisher().signal(SIGTERM);

    EXPECT_EQ(bench.publisher().waitForEnd().exitCode, 0);
    EXPECT_TRUE(QFile::exists(note));
    EXPECT_EQ(slow.waitForEnd().exitCode, 13);
}

TEST(ACommandForCommands, ReadsThemAndAnswers)
{
    const FreshSession session;
    Bench bench{
        "volts=1\n",
        {QStringLiteral("--on-execute"), QStringLiteral("if grep -q Reset; then echo volts=0; "
                                                        "else echo 'only [Reset()]' >&2; exit 1; fi")}};
    const auto execute = [](const char *command) {
        return run({QStringLiteral("execute"), QStringLiteral("Lab|bench"), QString::fromUtf8(command)});
    };

    const Finished done = execute("[Reset()]");
    const Finished refused = execute("[Reboot()]");

    EXPECT_EQ(done.exitCode, 0) << done.errors.constData();
    EXPECT_EQ(valueOf(volts), "0");
    EXPECT_EQ(refused.exitCode, 14);
    EXPECT_THAT(refused.errors.toStdString(), HasSubstr(": only [Reset()]\n"));
}

} // namespace
} // namespace tellwire::test
