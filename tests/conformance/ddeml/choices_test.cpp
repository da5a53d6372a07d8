// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// What Win32 leaves open (docs/compatibility.md, "Where it chose"; ddeml-semantics.md F).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

struct Choices : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");
};

} // namespace

TEST_F(Choices, TheEndOfThePartnerCompletesNothing)
{
    ASSERT_EQ(server.run("answer REQUEST " + std::to_string(~0ULL)), "yes"); // CBR_BLOCK
    const Outcome pending = client.transact(conversation, XTYP_REQUEST, "USD", CF_TEXT, TIMEOUT_ASYNC);
    ASSERT_TRUE(server.hears("REQUEST"));

    ASSERT_EQ(server.run("disconnect"), "yes");

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_THAT(client.told("XACT_COMPLETE"), IsEmpty());
    EXPECT_FALSE(client.info(conversation, pending.status));
}

TEST_F(Choices, OnesOwnEndOfAConversationEndsTheCallThatWaits)
{
    DdeProcess other{{"service=Shop"}};
    const HCONV news = client.connect("Shop", "Goods");
    ASSERT_EQ(client.advise(news, "Tea").result, 1U);
    ASSERT_EQ(server.run("answer REQUEST " + std::to_string(~0ULL)), "yes"); // CBR_BLOCK
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_ADVDATA) {
            EXPECT_TRUE(DdeDisconnect(conversation));
        }
        return std::nullopt;
    };
    other.say("post Goods Tea");

    const Outcome outcome = client.request(conversation, "USD", CF_TEXT, 3'600'000);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NO_CONV_ESTABLISHED);
}

TEST_F(Choices, LinksAreServedInTheOrderOfTheirStart)
{
    for (const char *item : {"Zloty", "Euro", "Pound", "Aureus"})
        ASSERT_EQ(client.advise(conversation, item).result, 1U);

    ASSERT_EQ(server.run("post * *"), "yes");

    EXPECT_THAT(server.told("ADVREQ"), ElementsAre("ADVREQ Rates Zloty", "ADVREQ Rates Euro",
                                                   "ADVREQ Rates Pound", "ADVREQ Rates Aureus"));
}

TEST_F(Choices, ARefusedRestartLeavesTheLink)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_EQ(server.run("answer ADVSTART 0"), "yes");

    const Outcome again = client.advise(conversation, "USD", XTYPF_NODATA);

    EXPECT_EQ(again.result, 0U);
    EXPECT_EQ(again.error, DMLERR_NOTPROCESSED);
    ASSERT_EQ(server.run("post Rates USD"), "yes");
    ASSERT_TRUE(client.hears(XTYP_ADVDATA));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[0].data, "USD");
}

TEST_F(Choices, TheFirstOfTwoServersIsAskedFirst)
{
    DdeProcess second{{"service=Bank"}};

    ASSERT_NE(client.connect("Bank", "Weather"), nullptr);

    EXPECT_TRUE(server.hears("CONNECT_CONFIRM", 2));
    EXPECT_THAT(second.told("CONNECT"), IsEmpty());
}

TEST_F(Choices, ACallbackMayAskWhetherSomethingWaits)
{
    std::vector<UINT> errors;
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_ADVDATA) {
            EXPECT_FALSE(DdeEnableCallback(client.id, conversation, EC_QUERYWAITING));
            errors.push_back(client.lastError());
        }
        return std::nullopt;
    };

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    ASSERT_TRUE(client.hears(XTYP_ADVDATA));
    EXPECT_THAT(errors, ElementsAre(DMLERR_NO_ERROR));
}

TEST_F(Choices, AnUnknownTransactionIsNotAbandoned)
{
    EXPECT_FALSE(DdeAbandonTransaction(client.id, conversation, 4711));

    EXPECT_EQ(client.lastError(), DMLERR_UNFOUND_QUEUE_ID);
}

} // namespace tellwire::test
