// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 123 to 135: requests (ddeml-semantics.md B2, B3).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

struct Requesting : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");
};

} // namespace

TEST_F(Requesting, Case123_BringsTheBytesAndNoStatus)
{
    server.run("value USD nineteen bytes here");

    const Outcome outcome = client.request(conversation, "USD");

    EXPECT_EQ(outcome.value, "nineteen bytes here");
    EXPECT_EQ(outcome.status, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
}

TEST(RequestingAServerThatFailsRequests, Case126_DoesNotReachIt)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", "flags=" + std::to_string(CBF_FAIL_REQUESTS)}};
    DdeProgram client;

    const Outcome outcome = client.request(client.connect("Bank", "Rates"), "USD");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
    EXPECT_THAT(server.told("REQUEST"), IsEmpty());
}

TEST_F(Requesting, Case127_NeedsAnItem)
{
    const Outcome outcome = client.request(conversation, "*");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(outcome.status, untouched);
}

TEST_F(Requesting, Case128_NeedsAConversation)
{
    const Outcome outcome = client.request(nullptr, "USD");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(outcome.status, untouched);
}

TEST_F(Requesting, Case129_TakesNoData)
{
    const Outcome outcome = client.transact(conversation, XTYP_REQUEST, "USD", CF_TEXT, 20'000, "data");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
}

TEST_F(Requesting, Case130_MayNameAnyFormat)
{
    ASSERT_EQ(server.run("answer REQUEST 0"), "yes");

    const Outcome outcome = client.request(conversation, "USD", 0xBEEF);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
    EXPECT_THAT(server.toldInFull("REQUEST"),
                ElementsAre("REQUEST Rates USD format=48879 conversation words=0,0"));
}

TEST_F(Requesting, Case131_EndsWithItsTime)
{
    server.process().stop();
    const Outcome late = client.request(conversation, "Late", CF_TEXT, 100);
    server.process().resume();

    const Outcome next = client.request(conversation, "USD");

    EXPECT_EQ(late.result, 0U);
    EXPECT_EQ(late.status, 0U);
    EXPECT_EQ(late.error, DMLERR_DATAACKTIMEOUT);
    EXPECT_EQ(next.value, "USD");
    EXPECT_THAT(client.told("XACT_COMPLETE"), IsEmpty());
}

TEST(RequestingFromAServerInError, Case132_IsRefusedIfTheAnswerIsOfAnotherItem)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        return call.type == XTYP_REQUEST ? std::optional{server.data("1.08", "EUR")} : std::nullopt;
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");
    (void)server.lastError();

    const std::string outcome = client.run("request USD");

    EXPECT_EQ(outcome, "0 " + std::to_string(DMLERR_NOTPROCESSED));
    EXPECT_EQ(server.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Requesting, Case135_ServesOthersMeanwhileButNoSecondOne)
{
    DdeProcess other{{"service=Shop"}};
    const HCONV news = client.connect("Shop", "Goods");
    ASSERT_EQ(client.advise(news, "Tea").result, 1U);
    ASSERT_EQ(server.run("answer REQUEST " + std::to_string(~0ULL)), "yes"); // CBR_BLOCK
    Outcome nested;
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_ADVDATA) {
            nested = client.request(news, "Tea");
            server.say("forget REQUEST");
            server.say("enable-all");
        }
        return std::nullopt;
    };
    other.say("post Goods Tea");

    const Outcome outcome = client.request(conversation, "USD");

    EXPECT_EQ(outcome.value, "USD");
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    EXPECT_EQ(nested.result, 0U);
    EXPECT_EQ(nested.error, DMLERR_REENTRANCY);
    EXPECT_EQ(nested.status, untouched);
}

} // namespace tellwire::test
