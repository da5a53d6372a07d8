// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/policy.h"

#include "dde/transport/seat.h"
#include "tests/support/fresh_session.h"
#include "tests/support/policy_file.h"

#include <gmock/gmock.h>

#include <QDir>

#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Result<Policy> loaded(const test::PolicyFile &) { return Policy::load(); }

/// What is said of a policy that cannot be used, after the name of its file.
std::string complaintAbout(const QByteArray &content)
{
    const test::PolicyFile file{content};
    const Result<Policy> policy = Policy::load();
    if (policy)
        return "no complaint";
    EXPECT_EQ(policy.error().code, ErrorCode::BadData);
    const QString beginning = QStringLiteral("read the policy file %1: ").arg(file.path());
    EXPECT_THAT(policy.error().detail.toStdString(), StartsWith(beginning.toStdString()));
    return policy.error().detail.mid(beginning.size()).toStdString();
}

TEST(APolicy, SaysToWhomWhatIsAllowed)
{
    const test::PolicyFile file{R"({
        // Comments are welcome.
        "rules": [
            {"executable": "/usr/bin/*", "sandbox": "flatpak:*", "uid": 7, "gid": 8,
             "service": "Lab*", "topic": "b?nch", "item": "volts", "allow": ["poke", "request"]},
            {"deny": "all"}
        ]
    })"};

    const Result<Policy> policy = loaded(file);

    ASSERT_TRUE(policy) << policy.error().detail.toStdString();
    EXPECT_EQ(policy->file, file.path());
    ASSERT_EQ(policy->rules.size(), 2U);
    const PolicyRule &first = policy->rules.front();
    EXPECT_EQ(first.executable, QStringLiteral("/usr/bin/*"));
    EXPECT_EQ(first.sandbox, QStringLiteral("flatpak:*"));
    EXPECT_EQ(first.uid, 7U);
    EXPECT_EQ(first.gid, 8U);
    EXPECT_EQ(first.service, QStringLiteral("Lab*"));
    EXPECT_EQ(first.topic, QStringLiteral("b?nch"));
    EXPECT_EQ(first.item, QStringLiteral("volts"));
    EXPECT_EQ(first.rights, Right::Poke | Right::Request);
    EXPECT_TRUE(first.isAllowed);
    EXPECT_EQ(policy->rules.back().rights, allRights);
    EXPECT_FALSE(policy->rules.back().isAllowed);
}

TEST(APolicy, IsAboutWhatItemsHaveIfItIsAboutAnItem)
{
    const test::PolicyFile file{R"({"rules": [{"item": "volts", "deny": "all"}]})"};

    const Result<Policy> policy = loaded(file);

    ASSERT_TRUE(policy);
    EXPECT_EQ(policy->rules.front().rights, rightsToItems);
}

TEST(APolicy, NeedNotExist)
{
    const QTemporaryDir home;
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());

    const Result<Policy> policy = Policy::load(environment);

    ASSERT_TRUE(policy);
    EXPECT_TRUE(policy->file.isEmpty());
    EXPECT_TRUE(policy->rules.empty());
}

TEST(APolicy, LiesBesideTheConfiguration)
{
    const QTemporaryDir home;
    ASSERT_TRUE(QDir{home.path()}.mkdir(QStringLiteral("tellwire")));
    const QString name = home.filePath(QStringLiteral("tellwire/policy.json"));
    QFile file{name};
    ASSERT_TRUE(file.open(QIODevice::WriteOnly) && file.write(R"({"rules": []})") > 0 && file.flush());
    ASSERT_EQ(::chmod(name.toUtf8().constData(), 0600), 0);
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());

    const Result<Policy> policy = Policy::load(environment);

    ASSERT_TRUE(policy);
    EXPECT_EQ(policy->file, name);
}

TEST(APolicy, MustExistIfItIsNamed)
{
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("TELLWIRE_POLICY"), QStringLiteral("/nowhere/policy.json"));

    const Result<Policy> policy = Policy::load(environment);

    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, ErrorCode::BadData);
    EXPECT_THAT(policy.error().detail.toStdString(), HasSubstr("/nowhere/policy.json"));
}

TEST(APolicy, SaysWhereItIsNotJson)
{
    EXPECT_EQ(complaintAbout("{\n  \"rules\": [\n    {\"deny\": \"all\",}\n  ]\n}"),
              "line 3, column 20: this is not JSON");
    EXPECT_EQ(complaintAbout(""), "line 1, column 1: this is not JSON");
    EXPECT_EQ(complaintAbout(QByteArray::fromRawData("{\"rules\": []}\n\0[", 16)),
              "line 2, column 1: this is not JSON");
}

TEST(APolicy, IgnoresNothing)
{
    const auto about = [](const char *rule) {
        return complaintAbout(QByteArray{R"({"rules": [{"allow": "all"}, )"} + rule + "]}");
    };

    EXPECT_THAT(complaintAbout("[]"), HasSubstr("an object with a list of \"rules\", and nothing else"));
    EXPECT_THAT(complaintAbout(R"({"rules": [], "rule": []})"), HasSubstr("nothing else"));
    EXPECT_EQ(complaintAbout(R"({"rules": [{"deny": ["poke"], "deny": ["execute"]}]})"),
              "\"deny\" is there twice in one place");
    EXPECT_EQ(about(R"({"deny": "all", "verb": "poke"})"),
              "rule 2: \"verb\" is no key of a rule; docs/rights.md lists them");
    EXPECT_EQ(about(R"({"deny": ["paint"]})"),
              "rule 2: \"deny\" has \"paint\", which is none of connect, request, advise, poke, execute");
    EXPECT_EQ(about(R"({"deny": []})"), "rule 2: \"deny\" must be \"all\", or a list of some of connect, "
                                        "request, advise, poke, execute");
    EXPECT_EQ(about(R"({"service": "Lab"})"), "rule 2: says neither \"allow\" nor \"deny\"");
    EXPECT_EQ(about(R"({"allow": ["poke"], "deny": ["execute"]})"),
              "rule 2: \"deny\" is there beside the other one; make two rules of it");
    EXPECT_EQ(about(R"({"item": "volts", "deny": ["execute"]})"),
              "rule 2: is about an item, and connect and execute are not");
    EXPECT_EQ(about(R"({"service": "", "deny": "all"})"),
              "rule 2: \"service\" must be a text of 1 to 4096 characters");
    EXPECT_EQ(about(R"({"uid": -1, "deny": "all"})"),
              "rule 2: \"uid\" must be the number of a user or a group");
    EXPECT_EQ(about("7"), "rule 2: is not an object");
    EXPECT_EQ(complaintAbout(QByteArray(70'000, ' ')), "it is longer than 65536 bytes");
}

TEST(APolicy, IsNotTakenFromOthers)
{
    const test::PolicyFile file{R"({"rules": []})"};
    ASSERT_EQ(::chmod(file.path().toUtf8().constData(), 0622), 0);

    const Result<Policy> policy = loaded(file);

    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, ErrorCode::AccessDenied);
    EXPECT_THAT(policy.error().detail.toStdString(),
                HasSubstr("other users may change it; make it yours, and run: chmod go-w "));
}

TEST(APolicy, IsNoPipe)
{
    const test::PolicyFile file{""};
    ASSERT_EQ(::unlink(file.path().toUtf8().constData()), 0);
    ASSERT_EQ(::mkfifo(file.path().toUtf8().constData(), 0600), 0);

    const Result<Policy> policy = loaded(file);

    ASSERT_FALSE(policy);
    EXPECT_THAT(policy.error().detail.toStdString(), HasSubstr("it is not a file"));
}

TEST(ASession, IsNotJoinedWithAPolicyThatIsWrong)
{
    const test::FreshSession fresh;
    const test::PolicyFile file{"{"};

    const auto seat = Seat::join(QStringLiteral("test"));

    ASSERT_FALSE(seat);
    EXPECT_EQ(seat.error().code, ErrorCode::BadData);
    EXPECT_THAT(seat.error().detail.toStdString(), HasSubstr(file.path().toStdString()));
}

} // namespace
} // namespace tellwire::transport
