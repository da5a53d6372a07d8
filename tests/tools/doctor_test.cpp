// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"
#include "tests/support/policy_file.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace tellwire::test {
namespace {

using testing::HasSubstr;

const QString doctor = QStringLiteral("doctor");

nlohmann::json findingAbout(const nlohmann::json &findings, const char *subject)
{
    const auto found = std::ranges::find_if(
        findings, [=](const nlohmann::json &finding) { return finding["subject"] == subject; });
    return found == findings.end() ? nlohmann::json{} : *found;
}

TEST(ADoctor, FindsNothingWrongWhereSessionsWork)
{
    const FreshSession session;

    const Finished finished = run({doctor});

    EXPECT_EQ(finished.exitCode, 0) << finished.output.constData();
    EXPECT_THAT(finished.output.toStdString(), HasSubstr("ok      session directory: "));
    EXPECT_THAT(finished.output.toStdString(), HasSubstr("ok      shared memory: "));
}

TEST(ADoctor, NamesTheSettingThatIsWrong)
{
    const FreshSession session;
    qputenv("TELLWIRE_MAX_PEERS", "many");

    const Finished finished = run({doctor, QStringLiteral("--json")});

    qunsetenv("TELLWIRE_MAX_PEERS");
    const nlohmann::json finding = findingAbout(finished.json(), "configuration");
    EXPECT_EQ(finished.exitCode, 1);
    EXPECT_EQ(finding["severity"], "error");
    EXPECT_THAT(finding["sentence"].get<std::string>(), HasSubstr("TELLWIRE_MAX_PEERS"));
}

TEST(ADoctor, SaysWhichPolicyHolds)
{
    const FreshSession session;
    const PolicyFile policy{R"({"rules": [{"deny": ["poke"]}]})"};

    const Finished finished = run({doctor, QStringLiteral("--json")});

    const nlohmann::json finding = findingAbout(finished.json(), "policy");
    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(finding["severity"], "ok");
    EXPECT_EQ(finding["sentence"].get<std::string>(), policy.path().toStdString() + " holds, with rules: 1");
}

TEST(ADoctor, SaysWhereThePolicyIsWrong)
{
    const FreshSession session;
    const PolicyFile policy{R"({"rules": [{"deny": ["paint"]}]})"};

    const Finished finished = run({doctor});

    EXPECT_EQ(finished.exitCode, 1);
    EXPECT_THAT(finished.output.toStdString(),
                HasSubstr("error   policy: read the policy file " + policy.path().toStdString() +
                          ": rule 1: \"deny\" has \"paint\""));
}

TEST(ADoctor, SaysHowToMendADirectoryThatIsOpenToOthers)
{
    const FreshSession session;
    const std::filesystem::path opened = session.directory() / "tellwire";
    std::filesystem::create_directory(opened);
    std::filesystem::permissions(opened, std::filesystem::perms::all);

    const Finished finished = run({doctor});

    EXPECT_EQ(finished.exitCode, 1);
    EXPECT_THAT(finished.output.toStdString(), HasSubstr("chmod 700"));
}

TEST(ADoctor, NoticesProgramsOfAnotherVersion)
{
    const FreshSession session;
    run({doctor});
    std::filesystem::create_directory(session.directory() / "tellwire" / "99");

    const Finished finished = run({doctor, QStringLiteral("--json")});

    EXPECT_EQ(finished.exitCode, 0);
    EXPECT_EQ(findingAbout(finished.json(), "other versions")["severity"], "warning");
}

} // namespace
} // namespace tellwire::test
