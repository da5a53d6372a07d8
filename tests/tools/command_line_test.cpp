// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

TEST(TheProgram, ExplainsItselfAndEachCommandWithAnExample)
{
    const FreshSession session;

    const Finished all = run({QStringLiteral("--help")});
    const Finished watch = run({QStringLiteral("watch"), QStringLiteral("--help")});

    EXPECT_EQ(all.exitCode, 0);
    EXPECT_THAT(all.output.toStdString(), HasSubstr("publish"));
    EXPECT_EQ(watch.exitCode, 0);
    EXPECT_THAT(watch.output.toStdString(), HasSubstr("Example: tellwire watch"));
}

struct WrongCall
{
    const char *name;
    QStringList arguments;
    const char *sentence;
};

class AWrongCall : public testing::TestWithParam<WrongCall>
{};

TEST_P(AWrongCall, EndsWithTwoAndSaysWhatIsWrong)
{
    const FreshSession session;

    const Finished finished = run(GetParam().arguments);

    EXPECT_EQ(finished.exitCode, 2);
    EXPECT_EQ(finished.output.toStdString(), "");
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr(GetParam().sentence));
}

QStringList words(const char *first, const QStringList &others = {})
{
    return QStringList{QString::fromUtf8(first)} + others;
}

QStringList watching(const QStringList &options)
{
    return words("watch", QStringList{QStringLiteral("Lab|bench!volts")} + options);
}

INSTANTIATE_TEST_SUITE_P(
    , AWrongCall,
    testing::Values(
        WrongCall{"WithoutCommand", {}, "a command is missing"},
        WrongCall{"OfNoCommand", words("lisst"), "there is no command lisst"},
        WrongCall{"WithoutAddress", words("request"), "Example: tellwire request"},
        WrongCall{"WithHalfAnAddress", words("request", {QStringLiteral("Lab|bench")}), "names no item"},
        WrongCall{"WithAnEmptyName", words("request", {QStringLiteral("Lab|!volts")}), "1 to 255"},
        WrongCall{"WithATooLongName", words("request", {QStringLiteral("Lab|bench!") + QString(256, u'x')}),
                  "longer than 255"},
        WrongCall{"WithASlashInAService", words("watch", {QStringLiteral("La/b|bench!volts")}), "slash"},
        WrongCall{"WithAnOpenQuote", words("watch", {QStringLiteral("'Lab|bench!volts")}), "closing"},
        WrongCall{
            "WithAnEmptyFormat",
            words("request", {QStringLiteral("Lab|bench!volts"), QStringLiteral("--format"), QString{}}),
            "format"},
        WrongCall{"WithACountOfZero",
                  words("watch",
                        {QStringLiteral("Lab|bench!volts"), QStringLiteral("--count"), QStringLiteral("0")}),
                  "--count"},
        WrongCall{"WithAWindowOfZero", watching({QStringLiteral("--ack=0")}), "--ack"},
        WrongCall{"ThatAcknowledgesEveryUpdate",
                  watching({QStringLiteral("--ack"), QStringLiteral("--every-update")}), "excludes"},
        WrongCall{"ForTheFinalValueOfAHotLink", watching({QStringLiteral("--final-value")}),
                  "--final-value requires --warm"},
        WrongCall{"ForAFinalValueWhereNothingIsFinal",
                  watching({QStringLiteral("--warm"), QStringLiteral("--final-value"),
                            QStringLiteral("--reconnect")}),
                  "excludes"},
        WrongCall{"ForBatchesOfNewestValues", watching({QStringLiteral("--whole-batches")}),
                  "--whole-batches requires --every-update"},
        WrongCall{"ForBatchesOfNews",
                  watching({QStringLiteral("--warm"), QStringLiteral("--every-update"),
                            QStringLiteral("--whole-batches")}),
                  "excludes"},
        WrongCall{"WithASequenceOfZero",
                  words("poke", {QStringLiteral("Lab|bench!volts"), QStringLiteral("1"),
                                 QStringLiteral("--if-sequence"), QStringLiteral("0")}),
                  "--if-sequence"},
        WrongCall{"WithAPrefixOfNoItems",
                  words("list", {QStringLiteral("Lab"), QStringLiteral("--prefix"), QStringLiteral("v")}),
                  "name their service and topic"},
        WrongCall{"ThatFollowsATopic",
                  words("list", {QStringLiteral("Lab|bench"), QStringLiteral("--follow")}), "excludes"},
        WrongCall{"WithTwoAnswersToPokes",
                  words("publish", {QStringLiteral("Lab|bench"), QStringLiteral("--poke"),
                                    QStringLiteral("--on-poke"), QStringLiteral("true")}),
                  "excludes"},
        WrongCall{
            "WithAnEmptyCommand",
            words("publish", {QStringLiteral("Lab|bench"), QStringLiteral("--on-poke"), QStringLiteral(" ")}),
            "wants a command"},
        WrongCall{"WithATimeoutOfZero", words("list", {QStringLiteral("--timeout"), QStringLiteral("0")}),
                  "--timeout"},
        WrongCall{"ThatListsAnItem", words("list", {QStringLiteral("Lab|bench!volts")}), "nothing to list"},
        WrongCall{"OfAPartOfACommand", words("clipboard", {QStringLiteral("save")}),
                  "clipboard save: FILE is required. Example: tellwire clipboard"},
        WrongCall{"ThatPublishesSystem", words("publish", {QStringLiteral("Lab|System")}), "System already"}),
    [](const testing::TestParamInfo<WrongCall> &call) { return call.param.name; });

TEST(ABadSessionName, IsBadDataAndNamed)
{
    const FreshSession session;

    const Finished finished =
        run({QStringLiteral("list"), QStringLiteral("--session"), QStringLiteral("a/b")});

    EXPECT_EQ(finished.exitCode, 65);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("join session a/b"));
}

TEST(ASession, IsApartFromOthers)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const Finished finished = run({QStringLiteral("request"), QStringLiteral("Lab|bench!volts"),
                                   QStringLiteral("--session"), QStringLiteral("other")});

    EXPECT_EQ(finished.exitCode, 10);
}

} // namespace
} // namespace tellwire::test
