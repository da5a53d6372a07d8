// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

const QString volts = QStringLiteral("Lab|bench!volts");

QStringList monitoring(const QStringList &options = {})
{
    return QStringList{QStringLiteral("monitor")} + options;
}

Finished request() { return run({QStringLiteral("request"), volts}); }

nlohmann::json jsonIn(const QByteArray &line)
{
    return nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
}

TEST(AMonitor, WritesALineForWhatHappens)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};
    ToolProcess monitor{
        monitoring({QStringLiteral("--kinds"), QStringLiteral("transactions"), QStringLiteral("--data")})};
    EXPECT_THAT(monitor.hearLine().toStdString(), MatchesRegex("\\+ tellwire [0-9]+"));

    EXPECT_EQ(request().exitCode, 0);

    EXPECT_THAT(
        monitor.hearLine().toStdString(),
        MatchesRegex("..:..:......  tellwire [0-9]+ < tellwire [0-9]+  Lab\\|bench!volts  request  done  "
                     "[0-9.]+ .+s  3 bytes  4.2"));
}

TEST(AMonitor, WritesJsonIfAsked)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};
    ToolProcess monitor{monitoring(
        {QStringLiteral("--json"), QStringLiteral("--kinds"), QStringLiteral("conversations,Transactions")})};
    EXPECT_EQ(jsonIn(monitor.hearLine())["kind"], "joined");

    EXPECT_EQ(request().exitCode, 0);

    const nlohmann::json opened = jsonIn(monitor.hearLine());
    const nlohmann::json asked = jsonIn(monitor.hearLine());
    const nlohmann::json ended = jsonIn(monitor.hearLine());
    EXPECT_EQ(opened["kind"], "conversation") << opened;
    EXPECT_EQ(opened["change"], "opened");
    EXPECT_EQ(asked["kind"], "transaction") << asked;
    EXPECT_EQ(asked["verb"], "request");
    EXPECT_EQ(asked["done"], true);
    EXPECT_EQ(asked["service"], "Lab");
    EXPECT_EQ(asked["item"], "volts");
    EXPECT_EQ(asked["bytes"], 3);
    EXPECT_EQ(asked["conversation"], opened["conversation"]);
    EXPECT_FALSE(asked.contains("data"));
    EXPECT_GT(asked["latencyMicroseconds"], 0.0);
    EXPECT_EQ(ended["change"], "ended") << ended;
}

TEST(AMonitor, ShowsOnlyWhatFitsItsFilterAndEndsAfterSoMany)
{
    const FreshSession session;
    Bench bench{"volts=4.2\nohms=1\n"};
    ToolProcess monitor{
        monitoring({QStringLiteral("lab|*!o*"), QStringLiteral("--count"), QStringLiteral("1")})};
    monitor.hearLine();

    EXPECT_EQ(request().exitCode, 0);
    EXPECT_EQ(run({QStringLiteral("request"), QStringLiteral("Lab|bench!ohms")}).exitCode, 0);

    const Finished finished = monitor.waitForEnd();
    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_THAT(finished.output.toStdString(), HasSubstr("Lab|bench!ohms  request  done"));
    EXPECT_EQ(finished.output.count('\n'), 1);
}

TEST(AMonitor, SaysWhyATransactionFailed)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};
    ToolProcess monitor{
        monitoring({QStringLiteral("Lab|bench!v*"), QStringLiteral("--count"), QStringLiteral("1")})};
    monitor.hearLine();

    EXPECT_NE(run({QStringLiteral("poke"), volts, QStringLiteral("5")}).exitCode, 0);

    EXPECT_THAT(monitor.waitForEnd().output.toStdString(), HasSubstr("  poke  Refused: "));
}

TEST(AMonitor, NoticesProgramsThatComeAndGo)
{
    const FreshSession session;
    ToolProcess monitor{monitoring({QStringLiteral("--kinds"), QStringLiteral("errors")})};
    auto bench = std::make_unique<Bench>("volts=4.2\n");
    EXPECT_THAT(monitor.hearLine().toStdString(), MatchesRegex("\\+ tellwire [0-9]+"));

    bench->crash();

    EXPECT_THAT(monitor.hearLine().toStdString(), MatchesRegex("- tellwire [0-9]+  .*"));
}

TEST(AMonitor, EndsInGoodOrderWhenInterrupted)
{
    for (const int signal : {SIGINT, SIGTERM}) {
        const FreshSession session;
        Bench bench{"volts=1\n"};
        ToolProcess monitor{monitoring()};
        monitor.hearLine();

        monitor.signal(signal);

        const Finished finished = monitor.waitForEnd();
        EXPECT_EQ(finished.exitCode, 0);
        EXPECT_EQ(finished.errors.toStdString(), "");
    }
}

TEST(AMonitor, EndsWithoutErrorWhenNobodyReadsItsOutput)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    QProcess shell;

    shell.start(
        QStringLiteral("/bin/bash"),
        {QStringLiteral("-c"),
         QStringLiteral("%1 monitor | head -n 1; exit ${PIPESTATUS[0]}").arg(QStringLiteral(TELLWIRE_TOOL))});

    EXPECT_TRUE(shell.waitForFinished());
    EXPECT_EQ(shell.exitCode(), 0);
    EXPECT_EQ(shell.readAllStandardError(), "");
}

TEST(AMonitor, RefusesAKindThatDoesNotExist)
{
    const FreshSession session;

    const Finished finished = run(monitoring({QStringLiteral("--kinds"), QStringLiteral("links,rumours")}));

    EXPECT_NE(finished.exitCode, 0);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("there is no kind 'rumours'"));
}

} // namespace
} // namespace tellwire::test
