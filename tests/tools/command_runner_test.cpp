// SPDX-License-Identifier: Apache-2.0
#include "tools/command_runner.h"

#include "tests/support/eventually.h"
#include "tests/tools/gate.h"

#include <gmock/gmock.h>

#include <QFile>

#include <array>

namespace tellwire::test {
namespace {

using testing::HasSubstr;
using tool::CommandRunner;

tool::CommandTask task(const QString &command, const QByteArray &lane = "lane")
{
    return {command, {}, QProcessEnvironment::systemEnvironment(), lane};
}

void dropOutput(const QByteArray &) {}

/// What becomes of one command.
Result<void> outcomeOf(const tool::CommandTask &given, QByteArray *output = nullptr)
{
    CommandRunner runner;
    const Reply<void> reply = runner.run(given, [output](const QByteArray &written) {
        if (output != nullptr)
            *output = written;
    });
    EXPECT_TRUE(eventually([&reply] { return reply.isFinished(); }));
    return reply.result();
}

TEST(ACommand, ReadsItsInputAndEnvironmentAndIsHeard)
{
    tool::CommandTask given = task(QStringLiteral("cat; echo \"-$WORD\"; echo ignored >&2"));
    given.input = "in";
    given.environment.insert(QStringLiteral("WORD"), QStringLiteral("out"));
    QByteArray output;

    const Result<void> outcome = outcomeOf(given, &output);

    EXPECT_TRUE(outcome);
    EXPECT_EQ(output, "in-out\n");
}

TEST(ACommand, NeedNotReadItsInput)
{
    tool::CommandTask given = task(QStringLiteral("true"));
    given.input = QByteArray(1 << 20, 'x');

    const Result<void> outcome = outcomeOf(given);

    EXPECT_TRUE(outcome);
}

struct Ending
{
    const char *name;
    QString command;
    ErrorCode code;
    const char *sentence;
};

class AnEnding : public testing::TestWithParam<Ending>
{};

TEST_P(AnEnding, OfACommandIsARefusalInItsOwnWords)
{
    const Result<void> outcome = outcomeOf(task(GetParam().command));

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, GetParam().code);
    EXPECT_THAT(outcome.error().detail.toStdString(), HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    , AnEnding,
    testing::Values(
        Ending{"WithWords", QStringLiteral("echo 'too high' >&2; echo more >&2; exit 1"), ErrorCode::Refused,
               "too high"},
        Ending{"WithoutWords", QStringLiteral("exit 3"), ErrorCode::Refused, "exit 3 ended with exit code 3"},
        Ending{"OfABusyOne", QStringLiteral("exit 75"), ErrorCode::Busy, "exit 75 is busy"},
        Ending{"OfABusyOneWithWords", QStringLiteral("echo later >&2; exit 75"), ErrorCode::Busy, "later"},
        Ending{"ByASignal", QStringLiteral("kill -9 $$"), ErrorCode::Refused, "was ended by signal SIGKILL"},
        Ending{"OfOneThatIsNotThere", QStringLiteral("no-such-command"), ErrorCode::Refused, "not found"},
        Ending{"OfOneThatCannotBeStarted", QString(300'000, u':'), ErrorCode::Refused, "cannot be started: "},
        Ending{"OfAFlood", QStringLiteral("yes"), ErrorCode::Refused, "yes wrote more than 1048576 bytes"},
        Ending{"OfAFloodOfErrors", QStringLiteral("yes >&2"), ErrorCode::Refused,
               "wrote more than 1048576 bytes"}),
    [](const testing::TestParamInfo<Ending> &ending) { return ending.param.name; });

TEST(Commands, OfOneLaneRunOneAfterTheOther)
{
    Gate first;
    Gate second;
    CommandRunner runner;
    const Reply<void> earlier = runner.run(task(first.waiting()), dropOutput);
    const Reply<void> later = runner.run(task(second.waiting()), dropOutput);
    ASSERT_TRUE(eventually([&first] { return first.isReached(); }));
    EXPECT_FALSE(second.isReached());

    first.open();

    EXPECT_TRUE(eventually([&second] { return second.isReached(); }));
    EXPECT_TRUE(earlier.isFinished());
    second.open();
    EXPECT_TRUE(eventually([&later] { return later.isFinished(); }));
}

TEST(Commands, OfDifferentLanesRunAtTheSameTimeUpToALimit)
{
    std::array<Gate, CommandRunner::mostRunning + 1> gates;
    CommandRunner runner;
    QList<Reply<void>> replies;
    for (Gate &gate : gates)
        replies.append(runner.run(task(gate.waiting(), QByteArray::number(replies.size())), dropOutput));
    for (std::size_t index = 0; index < CommandRunner::mostRunning; ++index)
        ASSERT_TRUE(eventually([&gates, index] { return gates.at(index).isReached(); }));
    EXPECT_FALSE(gates.back().isReached());

    gates.front().open();

    EXPECT_TRUE(eventually([&gates] { return gates.back().isReached(); }));
    EXPECT_TRUE(replies.constFirst().isFinished());
}

TEST(Commands, ThatWaitInGreatNumberAreBusy)
{
    Gate gate;
    CommandRunner runner;
    const Reply<void> running = runner.run(task(gate.waiting()), dropOutput);
    for (std::size_t waiting = 0; waiting < CommandRunner::mostWaiting; ++waiting)
        EXPECT_FALSE(runner.run(task(QStringLiteral("true")), dropOutput).isFinished());

    const Reply<void> oneMore = runner.run(task(QStringLiteral("true")), dropOutput);

    ASSERT_TRUE(oneMore.isFinished());
    EXPECT_EQ(oneMore.result().error().code, ErrorCode::Busy);
    EXPECT_EQ(oneMore.result().error().retryAfter, std::chrono::seconds{1});
    EXPECT_FALSE(running.isFinished());
}

TEST(ACommand, IsEndedWithAllItStartedWhenNobodyWaitsForItAnyMore)
{
    Gate gate;
    CommandRunner runner;
    bool wasAccepted = false;
    const Reply<void> reply =
        runner.run(task(QStringLiteral("trap 'echo late; exit 0' TERM; %1; true").arg(gate.waiting())),
                   [&wasAccepted](const QByteArray &) { wasAccepted = true; });
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    reply.cancel();

    EXPECT_EQ(reply.result().error().code, ErrorCode::Closed);
    // The next one of the lane begins only when it is gone.
    const Reply<void> next = runner.run(task(QStringLiteral("true")), dropOutput);
    EXPECT_TRUE(eventually([&next] { return next.isFinished(); }));
    EXPECT_FALSE(wasAccepted);
}

TEST(ACommand, ThatIsGivenUpBeforeItBeganNeverBegins)
{
    Gate first;
    Gate second;
    CommandRunner runner;
    const Reply<void> running = runner.run(task(first.waiting()), dropOutput);
    const Reply<void> waiting = runner.run(task(second.waiting()), dropOutput);
    const Reply<void> last = runner.run(task(QStringLiteral("true")), dropOutput);

    waiting.cancel();

    first.open();
    EXPECT_TRUE(eventually([&last] { return last.isFinished(); }));
    EXPECT_FALSE(second.isReached());
}

TEST(TheEndOfARunner, EndsItsCommands)
{
    Gate gate;
    QTemporaryDir directory;
    const QString note = directory.filePath(QStringLiteral("note"));
    auto runner = std::make_unique<CommandRunner>();
    const Reply<void> reply = runner->run(
        task(QStringLiteral("trap 'echo ended > %2; exit 1' TERM; %1; true").arg(gate.waiting(), note)),
        dropOutput);
    ASSERT_TRUE(eventually([&gate] { return gate.isReached(); }));

    runner.reset();

    EXPECT_EQ(reply.result().error().code, ErrorCode::Closed);
    EXPECT_TRUE(QFile::exists(note));
}

} // namespace
} // namespace tellwire::test
