// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <QTemporaryFile>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

const QString publish = QStringLiteral("publish");
const QString bench = QStringLiteral("Lab|bench");

QByteArray valueOf(const char *item, const QStringList &options = {})
{
    return run(QStringList{QStringLiteral("request"), bench + u'!' + QString::fromUtf8(item)} + options)
        .output;
}

TEST(APublication, TakesItemsFromPlainLines)
{
    const FreshSession session;

    Bench published{" volts =a=b \nname=Grüße\n\nempty=\nvolts= 2 \n"};

    EXPECT_EQ(valueOf("volts"), " 2 ");
    EXPECT_EQ(valueOf("name"), "Grüße");
    EXPECT_EQ(valueOf("empty"), "");
}

TEST(APublication, TakesSeveralItemsFromAJsonObject)
{
    const FreshSession session;

    Bench published{R"({"volts":1.5,"on":true,"name":"x=y","range":{"low":0}})"
                    "\n"};

    EXPECT_EQ(valueOf("volts"), "1.5");
    EXPECT_EQ(valueOf("on"), "true");
    EXPECT_EQ(valueOf("name"), "x=y");
    EXPECT_EQ(valueOf("range"), R"({"low":0})");
    EXPECT_EQ(valueOf("range", {QStringLiteral("--format"), QStringLiteral("json")}), R"({"low":0})");
}

TEST(APublication, SaysHowGoodAValueIsAndWhenItWasTrue)
{
    const FreshSession session;
    Bench published{R"({"item":"volts","value":4.2,"quality":"Uncertain","time":"2026-01-31T12:00:00.5Z"})"
                    "\n"};

    const nlohmann::json value =
        run({QStringLiteral("request"), bench + QStringLiteral("!volts"), QStringLiteral("--json")}).json();

    EXPECT_EQ(value.value("quality", ""), "uncertain");
    EXPECT_EQ(value.value("sourceTime", ""), "2026-01-31T12:00:00.500000Z");
}

TEST(APublication, ReadsWhatWatchWritesAsJson)
{
    const FreshSession session;
    Bench published{R"({"item":"volts","value":"3","quality":"bad","time":"2026-01-31T12:00:00Z"})"
                    "\n"};
    const Finished seen = run({QStringLiteral("watch"), bench + QStringLiteral("!volts"),
                               QStringLiteral("--json"), QStringLiteral("--count"), QStringLiteral("1")});
    ToolProcess second{{publish, QStringLiteral("Copy|bench")}};

    second.say(seen.output);

    nlohmann::json copy =
        run({QStringLiteral("watch"), QStringLiteral("Copy|bench!volts"), QStringLiteral("--reconnect"),
             QStringLiteral("--json"), QStringLiteral("--count"), QStringLiteral("1")})
            .json();
    nlohmann::json expected = seen.json();
    copy.erase("address");
    expected.erase("address");
    EXPECT_EQ(copy, expected);
}

struct BadLine
{
    const char *name;
    QByteArray line;
    const char *sentence;
};

class ABadLine : public testing::TestWithParam<BadLine>
{};

TEST_P(ABadLine, IsNamedAndDoesNotKeepTheOthersFromBeingPublished)
{
    const FreshSession session;
    Bench published{"volts=1\n" + GetParam().line + "\nvolts=2\n", {QStringLiteral("--keep")}};
    published.publisher().endInput();
    ToolProcess watch{{QStringLiteral("watch"), bench + QStringLiteral("!volts")}};
    while (watch.hearLine() == "1") {
    }

    published.publisher().signal(SIGTERM);

    const Finished finished = published.publisher().waitForEnd();
    EXPECT_EQ(finished.exitCode, 65);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("publish Lab|bench: line 2: "));
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    , ABadLine,
    testing::Values(
        BadLine{"WithoutEqualsSign", "hello", "item=value or a JSON object is expected, not \"hello\""},
        BadLine{"WithoutItem", " =5", "an item is missing"},
        BadLine{"WithATooLongItem", QByteArray(256, 'x') + "=5", "255"},
        BadLine{"OfBadText", "volts=\xff", "not UTF-8"},
        BadLine{"WithAZeroByteInTheItem", QByteArray{"vo\0lts=1", 8}, "zero"},
        BadLine{"OfBrokenJson", "{\"volts\":", "JSON"},
        BadLine{"OfNull", "{\"volts\":9,\"amperes\":null}", "amperes has no value"},
        BadLine{"WithAnUnknownMember", R"({"item":"volts","value":1,"qualty":"bad"})", "qualty"},
        BadLine{"OfUnknownQuality", R"({"item":"volts","value":1,"quality":"fine"})", "not \"fine\""},
        BadLine{"WithABadTime", R"({"item":"volts","value":1,"time":"yesterday"})", "not \"yesterday\""},
        BadLine{"WithANumberForAnItem", R"({"item":5,"value":1})", "item must be a string"},
        BadLine{"WithBadBase64", R"({"item":"volts","base64":"%%"})", "base64"},
        BadLine{"WithABadFormat", R"({"item":"volts","value":1,"format":""})", "format"}),
    [](const testing::TestParamInfo<BadLine> &line) { return line.param.name; });

TEST(APublication, EndsWithItsInput)
{
    const FreshSession session;

    const Finished finished = run({publish, bench}, "volts=1\nvolts=2");

    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(finished.errors.toStdString(), "");
}

TEST(APublication, TakesALastLineWithoutAnEndAndThenEndsTheLinksOnIt)
{
    const FreshSession session;
    Bench published{"volts=1\n"};
    ToolProcess watch{{QStringLiteral("watch"), bench + QStringLiteral("!volts")}};
    EXPECT_EQ(watch.hearLine(), "1");

    published.publisher().say("volts=2");
    published.publisher().endInput();

    EXPECT_EQ(watch.hearLine(), "2");
    EXPECT_EQ(watch.waitForEnd().exitCode, 13);
}

TEST(APublication, KeepsServingAfterItsInputIfAsked)
{
    const FreshSession session;
    Bench published{"volts=1\n", {QStringLiteral("--keep")}};
    published.publisher().endInput();

    const QByteArray value = valueOf("volts");

    published.publisher().signal(SIGINT);
    EXPECT_EQ(value, "1");
    EXPECT_EQ(published.publisher().waitForEnd().exitCode, 0);
}

TEST(APublication, ReadsAFileToo)
{
    const FreshSession session;
    QTemporaryFile file;
    ASSERT_TRUE(file.open());
    for (int value = 0; value < 20'000; ++value)
        file.write("volts=" + QByteArray::number(value) + '\n');
    file.flush();
    QProcess shell;

    shell.start(QStringLiteral("/bin/sh"),
                {QStringLiteral("-c"), QStringLiteral("exec %1 publish 'Lab|bench' --keep < %2")
                                           .arg(QStringLiteral(TELLWIRE_TOOL), file.fileName())});

    ToolProcess watch{
        {QStringLiteral("watch"), bench + QStringLiteral("!volts"), QStringLiteral("--reconnect")}};
    QByteArray line;
    do
        line = watch.hearLine();
    while (!line.isEmpty() && line != "19999");
    EXPECT_EQ(line, "19999");
    shell.terminate();
    EXPECT_TRUE(shell.waitForFinished());
    EXPECT_EQ(shell.exitCode(), 0);
}

TEST(APublication, RefusesAValueOverTheLimit)
{
    const FreshSession session;
    qputenv("TELLWIRE_PAYLOAD_LIMIT", "100");

    const Finished finished = run({publish, bench}, "volts=" + QByteArray(101, '1') + '\n');

    qunsetenv("TELLWIRE_PAYLOAD_LIMIT");
    EXPECT_EQ(finished.exitCode, 65);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("101 bytes, and 100 are allowed"));
}

} // namespace
} // namespace tellwire::test
