// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "tests/support/fresh_session.h"
#include "tests/support/peer.h"
#include "tests/support/policy_file.h"
#include "tests/tools/tool_process.h"

#include <gmock/gmock.h>

#include <QCoreApplication>

namespace tellwire::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const QString volts = QStringLiteral("Lab|bench!volts");

TEST(APoke, SetsTheItemAndIsToldToThePublisher)
{
    const FreshSession session;
    Bench bench{"volts=1\n", {QStringLiteral("--poke")}};

    const Finished poked = run({QStringLiteral("poke"), volts, QStringLiteral("-5")});

    EXPECT_EQ(poked.exitCode, 0) << poked.errors.constData();
    EXPECT_EQ(poked.output, "");
    EXPECT_EQ(bench.publisher().hearLine(), "volts=-5");
    EXPECT_EQ(run({QStringLiteral("request"), volts}).output, "-5");
}

TEST(APoke, TakesBytesFromStandardInputAsTheyAre)
{
    const FreshSession session;
    Bench bench{"volts=1\n", {QStringLiteral("--poke")}};
    const QByteArray bytes{"a\0b\n\xff", 5};
    const QString format = QStringLiteral("application/octet-stream");

    const Finished poked =
        run({QStringLiteral("poke"), volts, QStringLiteral("-"), QStringLiteral("--format"), format}, bytes);

    EXPECT_EQ(poked.exitCode, 0) << poked.errors.constData();
    EXPECT_EQ(run({QStringLiteral("request"), volts, QStringLiteral("--format"), format}).output, bytes);
    const QByteArray told = bench.publisher().hearLine();
    EXPECT_EQ(nlohmann::json::parse(told.begin(), told.end(), nullptr, false).value("base64", ""),
              bytes.toBase64().toStdString());
}

TEST(APoke, IsRefusedUnlessThePublisherAllowsIt)
{
    const FreshSession session;
    Bench bench{"volts=1\n"};

    const Finished poked = run({QStringLiteral("poke"), volts, QStringLiteral("2")});

    EXPECT_EQ(poked.exitCode, 14);
    EXPECT_THAT(poked.errors.toStdString(), HasSubstr("tellwire: poke Lab|bench!volts: "));
    EXPECT_EQ(run({QStringLiteral("request"), volts}).output, "1");
}

TEST(APoke, MayDependOnTheUpdateThatWasSeen)
{
    const FreshSession session;
    Bench bench{"volts=1\n", {QStringLiteral("--poke")}};
    const auto pokeIf = [](const char *sequence, const char *value) {
        return run({QStringLiteral("poke"), volts, QString::fromUtf8(value), QStringLiteral("--if-sequence"),
                    QString::fromUtf8(sequence)});
    };

    const Finished inTime = pokeIf("1", "2");
    const Finished tooLate = pokeIf("1", "3");

    EXPECT_EQ(inTime.exitCode, 0) << inTime.errors.constData();
    EXPECT_EQ(tooLate.exitCode, 24);
    EXPECT_EQ(tooLate.errors.toStdString(),
              "tellwire: poke Lab|bench!volts: it is at update 2, not at 1 any more; "
              "request it again, and decide anew\n");
    EXPECT_EQ(run({QStringLiteral("request"), volts}).output, "2");
}

TELLWIRE_PEER(BusyBench)
{
    const Result<Session> session = Session::join();
    Service service{*session, "Lab"_service};
    service.topic("bench"_topic).onPoke([](const ItemName &, const Payload &) -> Result<void> {
        return Error{.code = ErrorCode::Busy, .detail = QStringLiteral("warming up"), .retryAfter = 1500ms};
    });
    (void)service.publish();
    peerIsReady();
    return QCoreApplication::exec();
}

TEST(APoke, OfABusyServiceIsToldWhenToTryAgain)
{
    const FreshSession session;
    const Peer bench{"BusyBench"};

    const Finished poked = run({QStringLiteral("poke"), volts, QStringLiteral("2")});

    EXPECT_EQ(poked.exitCode, 75);
    EXPECT_EQ(poked.errors, "tellwire: poke Lab|bench!volts: warming up; try again in 1.5 s\n");
}

TEST(APoke, ThatThePolicyOfTheServiceForbidsIsDenied)
{
    const FreshSession session;
    const PolicyFile policy{
        R"({"rules": [{"executable": "*/tellwire", "item": "volts", "deny": ["poke"]}]})"};
    Bench bench{"volts=1\namps=1\n", {QStringLiteral("--poke")}};

    const Finished denied = run({QStringLiteral("poke"), volts, QStringLiteral("2")});
    const Finished allowed =
        run({QStringLiteral("poke"), QStringLiteral("Lab|bench!amps"), QStringLiteral("2")});

    EXPECT_EQ(denied.exitCode, 77);
    EXPECT_EQ(denied.errors,
              "tellwire: poke Lab|bench!volts: the policy of the program that serves it forbids "
              "this; `tellwire doctor` shows which directory and which policy hold\n");
    EXPECT_EQ(run({QStringLiteral("request"), volts}).output, "1");
    EXPECT_EQ(allowed.exitCode, 0) << allowed.errors.constData();
    EXPECT_THAT(bench.publisher().hearError().toStdString(), HasSubstr("denied poke Lab|bench!volts to "));
}

TEST(APoke, OfTextMustBeText)
{
    const FreshSession session;

    const Finished poked = run({QStringLiteral("poke"), volts, QStringLiteral("-")}, "\xff");

    EXPECT_EQ(poked.exitCode, 65);
    EXPECT_THAT(poked.errors.toStdString(), HasSubstr("not UTF-8 text"));
}

TEST(APoke, OverTheLimitIsRefusedBeforeItIsSent)
{
    const FreshSession session;
    qputenv("TELLWIRE_PAYLOAD_LIMIT", "100");

    const Finished poked = run({QStringLiteral("poke"), volts, QStringLiteral("-")}, QByteArray(101, '1'));

    qunsetenv("TELLWIRE_PAYLOAD_LIMIT");
    EXPECT_EQ(poked.exitCode, 20);
    EXPECT_THAT(poked.errors.toStdString(), HasSubstr("longer than the 100 bytes"));
}

} // namespace
} // namespace tellwire::test
