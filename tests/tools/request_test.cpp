// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

TEST(ARequest, GivesTheBytesOfTheValueAndNothingElse)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};

    const Finished finished = run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts")});

    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(finished.output.toStdString(), "4.2");
}

TEST(ARequest, GivesBinaryDataWithZeroBytesUnchanged)
{
    const FreshSession session;
    const QByteArray picture{"\x89PNG\0\r\n\xff\0", 9};
    Bench bench{R"({"item":"picture","format":"png","base64":")" + picture.toBase64() + "\"}\nvolts=1\n"};

    const Finished finished = run({QStringLiteral("request"), QStringLiteral("Lab|bench!picture"),
                                   QStringLiteral("--format"), QStringLiteral("png")});

    EXPECT_EQ(finished.output, picture);
}

TEST(ARequest, AsJsonSaysAllThereIsToKnow)
{
    const FreshSession session;
    Bench bench{R"({"item":"volts","value":5,"quality":"uncertain","time":"2026-01-31T12:00:00.123456Z"})"
                "\n"};

    const Finished finished =
        run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts"), QStringLiteral("--json")});

    const nlohmann::json expected{{"address", "Lab|bench!volts"},
                                  {"item", "volts"},
                                  {"value", "5"},
                                  {"format", "text/plain;charset=utf-8"},
                                  {"sequence", 1},
                                  {"sourceTime", "2026-01-31T12:00:00.123456Z"},
                                  {"quality", "uncertain"},
                                  {"missed", 0}};
    EXPECT_EQ(finished.json(), expected);
}

TEST(ARequest, SaysWhatWasTriedAndWhyItFailed)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    const auto request = [](const char *address, const QStringList &options = {}) {
        return run(QStringList{QStringLiteral("request"), QString::fromUtf8(address)} + options);
    };

    const Finished noService = request("Kitchen|oven!heat");
    const Finished noTopic = request("Lab|cellar!volts");
    const Finished noItem = request("Lab|bench!amperes");
    const Finished noFormat = request("Lab|bench!volts", {QStringLiteral("--format"), QStringLiteral("png")});

    EXPECT_EQ(noService.exitCode, 10);
    EXPECT_THAT(noService.errors.toStdString(), HasSubstr("tellwire: request Kitchen|oven!heat: "));
    EXPECT_THAT(noService.errors.toStdString(), HasSubstr("tellwire list"));
    EXPECT_EQ(noTopic.exitCode, 11);
    EXPECT_EQ(noItem.exitCode, 12);
    EXPECT_THAT(noItem.errors.toStdString(), HasSubstr("the topic has volts"));
    EXPECT_EQ(noFormat.exitCode, 15);
    EXPECT_THAT(noFormat.errors.toStdString(), HasSubstr("--format"));
}

TEST(ARequest, DoesNotWaitLongerThanAllowedForAProgramThatHangs)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.publisher().signal(SIGSTOP);

    const Finished finished = run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts"),
                                   QStringLiteral("--timeout"), QStringLiteral("50")});

    EXPECT_EQ(finished.exitCode, 16) << finished.errors.constData();
}

TEST(ARequestOfManyItems, AnswersThemInTheOrderGiven)
{
    const FreshSession session;
    Bench bench{"volts=1\namperes=2\n"};

    const Finished finished = run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts"),
                                   QStringLiteral("Lab|bench!amperes"), QStringLiteral("Lab|bench!volts")});

    EXPECT_EQ(finished.exitCode, 0) << finished.errors.constData();
    EXPECT_EQ(finished.output, "volts\t1\namperes\t2\nvolts\t1\n");
}

TEST(ARequestOfManyItems, WritesAllButThoseThatFail)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const Finished finished =
        run({QStringLiteral("request"), QStringLiteral("Lab|bench!ohms"), QStringLiteral("Kitchen|oven!heat"),
             QStringLiteral("Lab|bench!volts"), QStringLiteral("--json")});

    EXPECT_EQ(finished.exitCode, 12);
    EXPECT_EQ(finished.output.count('\n'), 1);
    EXPECT_EQ(finished.json().value("address", ""), "Lab|bench!volts");
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("request Lab|bench!ohms: "));
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("request Kitchen|oven!heat: "));
}

TEST(ARequestOfManyItems, WantsThemAllInOneFormat)
{
    const FreshSession session;
    Bench bench{R"({"volts":{"value":1},"ohms":2})"
                "\n"};

    const Finished finished =
        run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts"), QStringLiteral("Lab|bench!ohms"),
             QStringLiteral("--format"), QStringLiteral("json")});

    EXPECT_EQ(finished.exitCode, 15);
    EXPECT_EQ(finished.output, "volts\t{\"value\":1}\n");
}

TEST(AClosedOutput, IsNoErrorForARequest)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    const QString command = QStringLiteral("%1 request 'Lab|bench!volts' >&-; exit $?");

    QProcess shell;
    shell.start(QStringLiteral("/bin/sh"),
                {QStringLiteral("-c"), command.arg(QStringLiteral(TELLWIRE_TOOL))});
    shell.waitForFinished();

    EXPECT_EQ(shell.exitCode(), 0);
}

} // namespace
} // namespace tellwire::test
