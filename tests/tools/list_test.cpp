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

TEST(AList, ShowsEachPublicationOfANameByThatOfItsInstance)
{
    const FreshSession session;
    Bench first{"volts=1\n"};
    Bench second{"volts=2\n"};
    ASSERT_TRUE(eventually([] { return run({list, json}).json().size() == 2; }));

    const Finished text = run({list});

    const nlohmann::json services = run({list, json}).json();
    QByteArrayList values;
    for (const nlohmann::json &service : services) {
        const std::string instance = service.value("instance", "");
        EXPECT_THAT(text.output.toStdString(), HasSubstr("\n" + instance + "  tellwire"));
        const QString address = QString::fromStdString(instance) + QStringLiteral("|bench!volts");
        values.append(run({QStringLiteral("request"), address}).output);
    }
    EXPECT_THAT(values, testing::ElementsAre("1", "2"));
}

TEST(AList, DoesNotWaitForAProgramThatHangs)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess other{{QStringLiteral("publish"), QStringLiteral("Other|topic")}};
    other.say("item=1\n");
    ASSERT_TRUE(eventually([] { return run({list, json}).json().size() == 2; }));
    bench.publisher().signal(SIGSTOP);
    qputenv("TELLWIRE_CONNECT_TIMEOUT", "50");

    const Finished finished = run({list, json});

    const Finished text = run({list});
    qunsetenv("TELLWIRE_CONNECT_TIMEOUT");
    const nlohmann::json services = finished.json();
    ASSERT_EQ(services.size(), 2U);
    EXPECT_EQ(services[0].value("silent", false), true);
    EXPECT_EQ(services[1]["topics"], nlohmann::json({"topic"}));
    EXPECT_FALSE(services[1].contains("silent"));
    EXPECT_THAT(finished.errors.toStdString(), MatchesRegex("tellwire: Lab .tellwire, process [0-9]+. does "
                                                            "not answer\n"));
    EXPECT_THAT(text.output.toStdString(), HasSubstr("  ?\n"));
}

TEST(AListOfItems, IsWrittenPageByPageAndInOrder)
{
    const FreshSession session;
    QByteArray lines;
    for (int item = 0; item < 3'000; ++item)
        lines += "item" + QByteArray::number(10'000 + item) + "=" + QByteArray::number(item) + '\n';
    Bench bench{lines + "volts=1\n"};

    const nlohmann::json all = run({list, QStringLiteral("Lab|bench"), json}).json();
    const nlohmann::json some =
        run({list, QStringLiteral("Lab|bench"), json, QStringLiteral("--prefix"), QStringLiteral("ITEM1299")})
            .json();
    const Finished text = run({list, QStringLiteral("Lab|bench")});

    ASSERT_EQ(all.size(), 3'001U);
    for (std::size_t item = 0; item < 3'000; ++item)
        ASSERT_EQ(all[item].value("value", ""), std::to_string(item));
    EXPECT_EQ(some.size(), 10U);
    EXPECT_EQ(text.output.count('\n'), 3'002);
    EXPECT_EQ(text.output.count("ITEM "), 1);
}

TEST(AFollowedList, TellsWhoComesAndGoesAndWhoIsKilled)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    ToolProcess follower{{list, QStringLiteral("--follow")}};
    EXPECT_THAT(follower.hearLine().toStdString(), HasSubstr("SERVICE"));
    EXPECT_THAT(follower.hearLine().toStdString(), HasSubstr("bench"));
    ToolProcess other{{QStringLiteral("publish"), QStringLiteral("Other|topic")}};

    other.say("item=1\n");
    const std::string appeared = follower.hearLine().toStdString();
    bench.crash();
    const std::string killed = follower.hearLine().toStdString();
    other.endInput();
    const std::string ended = follower.hearLine().toStdString();

    EXPECT_THAT(appeared, MatchesRegex("\\+ Other  tellwire  [0-9]+"));
    EXPECT_THAT(killed, MatchesRegex("- Lab  tellwire  [0-9]+"));
    EXPECT_THAT(ended, MatchesRegex("- Other  tellwire  [0-9]+"));
    follower.signal(SIGINT);
    EXPECT_EQ(follower.waitForEnd().exitCode, 0);
}

TEST(AFollowedList, WritesJsonLinesAndEndsWhenNobodyReadsThem)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    QProcess shell;

    shell.start(
        QStringLiteral("/bin/bash"),
        {QStringLiteral("-c"), QStringLiteral("%1 list --follow --json | head -n 1; exit ${PIPESTATUS[0]}")
                                   .arg(QStringLiteral(TELLWIRE_TOOL))});

    EXPECT_TRUE(shell.waitForFinished());
    EXPECT_EQ(shell.exitCode(), 0);
    const QByteArray line = shell.readAllStandardOutput();
    const auto present = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    EXPECT_EQ(present.value("event", ""), "present");
    EXPECT_EQ(present["topics"], nlohmann::json({"bench"}));
}

TEST(AList, LeavesOutWhoDied)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.crash();

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

TEST(AStatus, ShowsWhatLiesOnTheBoards)
{
    const FreshSession session;
    run({QStringLiteral("copy")}, "five!");
    run({QStringLiteral("copy"), QStringLiteral("--board"), QStringLiteral("find"), QStringLiteral("--type"),
         QStringLiteral("html")},
        "<b>5</b>");

    const nlohmann::json status = run({QStringLiteral("status"), json}).json();

    ASSERT_EQ(status["boards"].size(), 2U);
    EXPECT_EQ(status["boards"][0]["board"], "clipboard");
    EXPECT_EQ(status["boards"][0]["sequence"], 2);
    EXPECT_EQ(status["boards"][0]["owner"]["program"], "tellwire");
    EXPECT_EQ(status["boards"][0]["formats"][0]["size"], 5);
    EXPECT_EQ(status["boards"][1]["board"], "find");
    EXPECT_EQ(status["limits"]["clipboard"], 1U << 30U);
    EXPECT_THAT(run({QStringLiteral("status")}).output.toStdString(), HasSubstr("text/html"));
}

TEST(AStatus, NoticesWhoDied)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.crash();

    const nlohmann::json first = run({QStringLiteral("status"), json}).json();
    const nlohmann::json second = run({QStringLiteral("status"), json}).json();

    EXPECT_EQ(first["peers"][0]["alive"], false);
    EXPECT_EQ(second["peers"], nlohmann::json::array());
}

TEST(AStatus, ShowsWhoTalksWithWhom)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    const ToolProcess watch{{QStringLiteral("watch"), QStringLiteral("Lab|bench!volts")}};
    ASSERT_TRUE(linksAre(1));

    const nlohmann::json status = run({QStringLiteral("status"), json}).json();

    const Finished text = run({QStringLiteral("status")});
    const nlohmann::json expected{
        {"service", "Lab"}, {"topic", "bench"}, {"program", "tellwire"}, {"pid", watch.processId()},
        {"links", 1},       {"queued", 0},      {"waiting", 0}};
    EXPECT_EQ(status["conversations"], nlohmann::json::array({expected}));
    EXPECT_THAT(text.output.toStdString(), HasSubstr("Lab      bench  tellwire"));
}

TEST(AStatus, DoesNotWaitForAProgramThatHangs)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};
    bench.publisher().signal(SIGSTOP);

    const Finished finished =
        run({QStringLiteral("status"), json, QStringLiteral("--timeout"), QStringLiteral("50")});

    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(finished.json()["services"][0].value("silent", false), true);
    EXPECT_THAT(finished.errors.toStdString(), HasSubstr("does not answer"));
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
