// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

const QString volts = QStringLiteral("Lab|bench!volts");
const QString amperes = QStringLiteral("Lab|bench!amperes");

QStringList watching(const QStringList &arguments)
{
    return QStringList{QStringLiteral("watch")} + arguments;
}

TEST(AWatch, WritesThePresentValueAndEachNewOneInALine)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts})};
    EXPECT_EQ(watch.hearLine(), "1");

    bench.publisher().say("volts=2\n");

    EXPECT_EQ(watch.hearLine(), "2");
}

TEST(AWatch, NamesTheItemsIfThereAreSeveral)
{
    const FreshSession session;
    Bench bench{"amperes=3\nvolts=1\n"};

    const Finished finished = run(watching({volts, amperes, QStringLiteral("--count"), QStringLiteral("2")}));

    EXPECT_THAT(finished.output.toStdString(), HasSubstr("volts\t1\n"));
    EXPECT_THAT(finished.output.toStdString(), HasSubstr("amperes\t3\n"));
}

TEST(AWatch, BeginsLinesWithTheTimeIfAsked)
{
    const FreshSession session;
    Bench bench{R"({"item":"volts","value":"7","time":"2026-01-31T12:00:00.000001Z"})"
                "\n"};

    const Finished finished = run(
        watching({volts, QStringLiteral("--timestamps"), QStringLiteral("--count"), QStringLiteral("1")}));

    EXPECT_EQ(finished.output.toStdString(), "2026-01-31T12:00:00.000001Z\t7\n");
}

TEST(AWatch, SkipsNothingIfEveryUpdateIsWanted)
{
    const FreshSession session;
    Bench bench{"volts=0\n"};
    ToolProcess watch{watching({volts, QStringLiteral("--every-update"), QStringLiteral("--json"),
                                QStringLiteral("--count"), QStringLiteral("501")})};
    EXPECT_THAT(watch.hearLine().toStdString(), HasSubstr(R"("value":"0")"));
    QByteArray lines;
    for (int value = 1; value <= 500; ++value)
        lines += "volts=" + QByteArray::number(value) + '\n';

    bench.publisher().say(lines);

    for (int value = 1; value <= 500; ++value) {
        const QByteArray line = watch.hearLine();
        const auto update = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
        ASSERT_EQ(update.value("value", ""), std::to_string(value));
        ASSERT_EQ(update.value("missed", -1), 0);
    }
    EXPECT_EQ(watch.waitForEnd().exitCode, 0);
}

TEST(AWatch, WritesWhatIsNoTextAsBase64InJson)
{
    const FreshSession session;
    Bench bench{R"({"item":"blob","format":"application/octet-stream","base64":"AAEC/w=="})"
                "\nvolts=1\n"};

    const Finished finished =
        run(watching({QStringLiteral("Lab|bench!blob"), QStringLiteral("--format"),
                      QStringLiteral("application/octet-stream"), QStringLiteral("--json"),
                      QStringLiteral("--count"), QStringLiteral("1")}));

    EXPECT_EQ(finished.json().value("base64", ""), "AAEC/w==");
    EXPECT_FALSE(finished.json().contains("value"));
}

TEST(AWatch, EndsWithoutErrorOnCtrlCAndOnTerm)
{
    for (const int signal : {SIGINT, SIGTERM}) {
        const FreshSession session;
        Bench bench{"volts=1\n"};
        ToolProcess watch{watching({volts})};
        watch.hearLine();

        watch.signal(signal);

        const Finished finished = watch.waitForEnd();
        EXPECT_EQ(finished.exitCode, 0);
        EXPECT_EQ(finished.errors.toStdString(), "");
    }
}

TEST(AWatch, EndsWithoutErrorWhenNobodyReadsItsOutput)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    QProcess shell;

    shell.start(QStringLiteral("/bin/bash"),
                {QStringLiteral("-c"), QStringLiteral("%1 watch '%2' | head -n 1; exit ${PIPESTATUS[0]}")
                                           .arg(QStringLiteral(TELLWIRE_TOOL), volts)});

    EXPECT_TRUE(shell.waitForFinished());
    EXPECT_EQ(shell.exitCode(), 0);
    EXPECT_EQ(shell.readAllStandardOutput(), "1\n");
    EXPECT_EQ(shell.readAllStandardError(), "");
}

TEST(AWatch, SaysWhyItEndedWhenItsServiceCrashes)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts})};
    watch.hearLine();

    bench.publisher().signal(SIGKILL);

    const Finished finished = watch.waitForEnd();
    EXPECT_EQ(finished.exitCode, 13);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("tellwire: Lab|bench!volts ended: "));
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("without a word"));
}

TEST(AWatch, OfAnItemThatIsNotThereEndsAtOnce)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const Finished finished = run(watching({amperes}));

    EXPECT_EQ(finished.exitCode, 12);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("watch Lab|bench!amperes: "));
}

TEST(AWatch, OfAServiceThatIsNotThereEndsAtOnce)
{
    const FreshSession session;

    const Finished finished = run(watching({volts}));

    EXPECT_EQ(finished.exitCode, 10);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("watch Lab|bench!volts: "));
}

TEST(AWatch, OnlyEndsWhenAllItsItemsHaveEnded)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts, amperes})};
    EXPECT_EQ(watch.hearLine(), "volts\t1");

    bench.publisher().say("volts=2\n");

    EXPECT_EQ(watch.hearLine(), "volts\t2");
    bench.publisher().endInput();
    EXPECT_EQ(watch.waitForEnd().exitCode, 13);
}

TEST(AWarmWatch, WritesOnlyThatTheItemHasChanged)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts, QStringLiteral("--warm")})};
    ASSERT_TRUE(linksAre(1));

    bench.publisher().say("volts=2\n");

    EXPECT_EQ(watch.hearLine(), "changed 2");
}

TEST(AWarmWatch, WritesJsonThatSaysSo)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts, QStringLiteral("--warm"), QStringLiteral("--json")})};
    ASSERT_TRUE(linksAre(1));

    bench.publisher().say("volts=2\n");

    const QByteArray line = watch.hearLine();
    const auto news = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    EXPECT_EQ(news.value("changed", false), true) << news;
    EXPECT_EQ(news.value("sequence", 0), 2);
    EXPECT_FALSE(news.contains("value"));
}

TEST(AWarmWatch, GivesTheLastValueAtTheEndIfAsked)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts, QStringLiteral("--warm"), QStringLiteral("--final-value")})};
    ASSERT_TRUE(linksAre(1));

    bench.crash();

    EXPECT_EQ(watch.hearLine(), "1");
    EXPECT_EQ(watch.waitForEnd().exitCode, 13);
}

TEST(AWatch, EndsAfterOneChangeIfAsked)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess watch{watching({volts, QStringLiteral("--once")})};
    EXPECT_EQ(watch.hearLine(), "1");

    bench.publisher().say("volts=2\n");

    const Finished finished = watch.waitForEnd();
    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(finished.output, "2\n");
    EXPECT_EQ(finished.errors, "");
}

TEST(AWatchThatAcknowledges, SkipsValuesButGetsTheLastOne)
{
    for (const char *option : {"--ack", "--ack=8"}) {
        const FreshSession session;
        Bench bench{"volts=0\n"};
        ToolProcess watch{watching({volts, QString::fromUtf8(option), QStringLiteral("--json")})};
        watch.hearLine();
        QByteArray lines;
        for (int value = 1; value <= 500; ++value)
            lines += "volts=" + QByteArray::number(value) + '\n';

        bench.publisher().say(lines);

        quint64 seen = 1;
        nlohmann::json update;
        while (seen < 501) {
            const QByteArray line = watch.hearLine();
            update = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
            ASSERT_TRUE(update.is_object());
            seen += update.value("missed", quint64{0}) + 1;
            ASSERT_EQ(update.value("sequence", quint64{0}), seen);
        }
        EXPECT_EQ(update.value("value", ""), "500");
    }
}

TEST(AWatchOfWholeBatches, WritesWhatWasSetTogetherTogether)
{
    const FreshSession session;
    Bench bench{R"({"volts":0,"amperes":0})"
                "\n"};
    ToolProcess watch{watching({volts, amperes, QStringLiteral("--every-update"), QStringLiteral("--json"),
                                QStringLiteral("--whole-batches")})};
    watch.hearLine();
    watch.hearLine();
    QByteArray lines;
    for (int value = 1; value <= 200; ++value)
        lines += QStringLiteral(R"({"volts":%1,"amperes":%1})").arg(value).toUtf8() + '\n';

    bench.publisher().say(lines);

    for (int value = 1; value <= 200; ++value)
        for (int item = 0; item < 2; ++item) {
            const QByteArray line = watch.hearLine();
            const auto update = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
            ASSERT_EQ(update.value("value", ""), std::to_string(value)) << line.constData();
        }
}

} // namespace
} // namespace tellwire::test
