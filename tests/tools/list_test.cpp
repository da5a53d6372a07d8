// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <csignal>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

const QString list = QStringLiteral("list");
const QString json = QStringLiteral("--json");

TEST(AList, ShowsServicesTopicsAndItems)
{
    const FreshSession session;
    Bench bench{"volts=4.2\n"};

    const nlohmann::json services = run({list, json}).json();
    const nlohmann::json topics = run({list, QStringLiteral("Lab"), json}).json();
    const nlohmann::json items = run({list, QStringLiteral("Lab"), QStringLiteral("bench"), json}).json();

    ASSERT_EQ(services.size(), 1U) << services;
    EXPECT_EQ(services[0]["service"], "Lab");
    EXPECT_EQ(services[0]["topics"], nlohmann::json({"bench"}));
    EXPECT_EQ(services[0]["program"], "tellwire");
    EXPECT_EQ(topics, nlohmann::json({"bench"}));
    ASSERT_EQ(items.size(), 1U) << items;
    EXPECT_EQ(items[0]["item"], "volts");
    EXPECT_EQ(items[0]["value"], "4.2");
    EXPECT_EQ(items[0]["formats"], nlohmann::json({"text/plain;charset=utf-8"}));
}

TEST(AList, AlignsItsColumns)
{
    const FreshSession session;
    Bench bench{"volts=4.2\nlong name=\x1b[31mred\n"};

    const Finished finished = run({list, QStringLiteral("Lab|bench")});

    const std::string expected = "ITEM       VALUE     QUALITY  UPDATES  FORMATS\n"
                                 "long name  ·[31mred  good     1        text/plain;charset=utf-8\n"
                                 "volts      4.2       good     1        text/plain;charset=utf-8\n";
    EXPECT_EQ(finished.output.toStdString(), expected);
}

TEST(AList, LeavesOutWhoDied)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.publisher().signal(SIGKILL);
    bench.publisher().waitForEnd();

    const Finished finished = run({list, json});

    EXPECT_EQ(finished.json(), nlohmann::json::array());
}

TEST(AList, OfAServiceThatIsNotThereSaysSo)
{
    const FreshSession session;

    const Finished finished = run({list, QStringLiteral("Lab")});

    EXPECT_EQ(finished.exitCode, 10);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("list the topics of Lab"));
}

TEST(AStatus, ShowsTheProgramsOfTheSession)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const nlohmann::json status = run({QStringLiteral("status"), json}).json();

    ASSERT_TRUE(status.is_object());
    EXPECT_EQ(status["session"], "default");
    EXPECT_EQ(status["log"]["generation"], 1);
    EXPECT_EQ(status["services"][0]["service"], "Lab");
    ASSERT_EQ(status["peers"].size(), 1U);
    EXPECT_EQ(status["peers"][0]["program"], "tellwire");
    EXPECT_EQ(status["peers"][0]["alive"], true);
    EXPECT_EQ(status["limits"]["payload"], 1U << 30U);
}

TEST(AStatus, NoticesWhoDied)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.publisher().signal(SIGKILL);
    bench.publisher().waitForEnd();

    const nlohmann::json first = run({QStringLiteral("status"), json}).json();
    const nlohmann::json second = run({QStringLiteral("status"), json}).json();

    EXPECT_EQ(first["peers"][0]["alive"], false);
    EXPECT_EQ(second["peers"], nlohmann::json::array());
}

TEST(TheFormats, OfASessionAreListedWithTheirNumbers)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const nlohmann::json formats = run({QStringLiteral("formats"), json}).json();

    EXPECT_THAT(formats, testing::Contains(testing::Truly([](const nlohmann::json &format) {
                    return format["number"] == 13 && format["name"] == "CF_UNICODETEXT";
                })));
    EXPECT_THAT(formats, testing::Contains(testing::Truly([](const nlohmann::json &format) {
                    return format["number"] >= 0xC000 && format["name"] == "text/plain;charset=utf-8";
                })));
}

} // namespace
} // namespace tellwire::test
