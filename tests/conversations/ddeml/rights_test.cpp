// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "conversations/topic.h"
#include "tests/conversations/ddeml/program.h"
#include "tests/conversations/ddeml/server_program.h"
#include "tests/support/policy_file.h"

// A policy between programs of the exact face: a client is told what DDEML has for a no, a server is not
// asked.

namespace tellwire::test {
namespace {

/// Keeps the warnings out of the output of the test.
struct Quiet
{
    Quiet() { testing::internal::CaptureStderr(); }
    ~Quiet() { testing::internal::GetCapturedStderr(); }
    Quiet(const Quiet &) = delete;
    Quiet &operator=(const Quiet &) = delete;
};

QByteArray policyOf(const char *rules) { return QByteArray{"{\"rules\": ["} + rules + "]}"; }

/// A service of the Qt face that knows no mercy, and a client of the exact face.
struct ExactClient
{
    explicit ExactClient(const char *rules) : policy(policyOf(rules))
    {
        session = std::make_unique<Session>(Session::join().value());
        quotes = std::make_unique<Service>(*session, "Quotes"_service);
        quotes->topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("12.50"));
        EXPECT_TRUE(quotes->publish());
        client = std::make_unique<Program>();
    }

    FreshSession fresh;
    PolicyFile policy;
    Quiet quiet;
    std::unique_ptr<Session> session;
    std::unique_ptr<Service> quotes;
    std::unique_ptr<Program> client;
};

TEST(AnExactClient, HearsThatNobodyWantsToTalkIfItMayNotConnect)
{
    const ExactClient under{R"({"deny": ["connect"]})"};

    const HCONV talk = under.client->connect("Quotes", "NYSE");

    EXPECT_EQ(talk, nullptr);
    EXPECT_EQ(under.client->lastError(), UINT{DMLERR_NO_CONV_ESTABLISHED});
}

TEST(AnExactClient, HearsThatNothingWasProcessedIfItMayNot)
{
    const ExactClient under{R"({"deny": ["request", "advise", "poke", "execute"]})"};
    const HCONV talk = under.client->connect("Quotes", "NYSE");
    ASSERT_NE(talk, nullptr);

    for (const UINT type : {UINT{XTYP_REQUEST}, UINT{XTYP_ADVSTART}, UINT{XTYP_POKE}, UINT{XTYP_EXECUTE}}) {
        const bool carriesData = type == XTYP_POKE || type == XTYP_EXECUTE;
        const HDDEDATA result =
            under.client->transact(talk, type, type == XTYP_EXECUTE ? nullptr : "ZAXX",
                                   type == XTYP_EXECUTE ? 0 : CF_TEXT, carriesData ? "[x]" : nullptr);

        EXPECT_EQ(result, nullptr) << type;
        EXPECT_EQ(under.client->lastError(), UINT{DMLERR_NOTPROCESSED}) << type;
    }
}

TEST(AnExactServer, IsNotAskedForWhatIsForbidden)
{
    const PolicyFile policy{
        policyOf(R"({"service": "quotes", "deny": ["request", "advise", "poke", "execute"]})")};
    const Quiet quiet;
    const TalkingServer server;
    server.open();

    server.client->say(server.client->request(1, "ZAXX"_item));
    server.client->say(server.client->poke(2, "13"));
    server.client->say(protocol::Execute{.transaction = 3, .conversation = 1, .command = "[x]"});
    server.client->say(server.client->advise(1));
    const auto declined = server.client->heard<protocol::Declined>();
    const auto ended = server.client->heard<protocol::LinkEnded>();

    ASSERT_EQ(declined.size(), 3U);
    for (const protocol::Declined &each : declined)
        EXPECT_EQ(each.reason.code, ErrorCode::AccessDenied);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended.front().reason.code, ErrorCode::AccessDenied);
    for (const UINT type : {UINT{XTYP_REQUEST}, UINT{XTYP_ADVSTART}, UINT{XTYP_POKE}, UINT{XTYP_EXECUTE}})
        EXPECT_TRUE(server.program.callsOf(type).empty()) << type;
}

TEST(AnExactServer, IsNotAskedWhetherItTalksToWhomItMayNot)
{
    const PolicyFile policy{policyOf(R"({"topic": "NYSE", "deny": ["connect"]})")};
    const Quiet quiet;
    const TalkingServer server;

    server.client->say(TalkingServer::initiation(1));
    const auto refused = server.client->hear<protocol::Refused>();

    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->reason.code, ErrorCode::AccessDenied);
    EXPECT_TRUE(server.program.callsOf(XTYP_CONNECT).empty());
}

TEST(AnExactServer, IsAskedForTheOthersOfManyItems)
{
    const PolicyFile policy{policyOf(R"({"item": "ZAXX", "deny": ["request"]})")};
    const Quiet quiet;
    TalkingServer server;
    server.react = [&](const ServerCall &call) {
        return call.type == XTYP_REQUEST ? server.program.data("7", call.item, call.format) : HDDEDATA{};
    };
    server.open();

    server.client->say(protocol::RequestMany{.transaction = 1,
                                             .conversation = 1,
                                             .formats = {CF_TEXT},
                                             .items = {"ZAXX"_item, "ABC"_item, "zaxx"_item}});
    const auto answers = server.client->hear<protocol::AnswerMany>();

    ASSERT_TRUE(answers);
    ASSERT_EQ(answers->parts.size(), 3);
    EXPECT_EQ(answers->parts.at(0).refusal.value().code, ErrorCode::AccessDenied);
    EXPECT_FALSE(answers->parts.at(1).refusal);
    EXPECT_EQ(answers->parts.at(2).refusal.value().code, ErrorCode::AccessDenied);
    EXPECT_EQ(server.program.callsOf(XTYP_REQUEST).size(), 1U);
}

} // namespace
} // namespace tellwire::test
