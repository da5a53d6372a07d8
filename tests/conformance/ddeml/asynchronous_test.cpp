// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

#include <set>

// Cases 211 to 222: asynchronous transactions and abandoning (ddeml-semantics.md B2).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

struct Asynchronous : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");

    Outcome start(UINT type, const std::string &item, std::optional<std::string> value = {},
                  HCONV with = nullptr)
    {
        return client.transact(with ? with : conversation, type, item, CF_TEXT, TIMEOUT_ASYNC, value);
    }
    /// What was started before this and answered at all has come by now.
    void settle()
    {
        start(XTYP_REQUEST, "Marker");
        ASSERT_TRUE(eventually([&] { return !completionsOf("Marker").empty(); }));
    }
    std::vector<Call> completionsOf(const std::string &item)
    {
        std::vector<Call> all;
        for (const Call &call : client.callsOf(XTYP_XACT_COMPLETE))
            if (call.string2 == item)
                all.push_back(call);
        return all;
    }
};

} // namespace

TEST_F(Asynchronous, Case211_ARequestCompletesOnce)
{
    const Outcome outcome = start(XTYP_REQUEST, "USD");

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_NE(outcome.status, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    settle();
    ASSERT_THAT(completionsOf("USD"), SizeIs(1));
    EXPECT_EQ(completionsOf("USD")[0].data, "USD");
    EXPECT_EQ(completionsOf("USD")[0].word1, outcome.status);
    EXPECT_EQ(completionsOf("USD")[0].string1, "Rates");
}

TEST_F(Asynchronous, Case212_APokeCompletesWithOneAndItsStatus)
{
    start(XTYP_POKE, "USD", "1.08");

    settle();

    ASSERT_THAT(completionsOf("USD"), SizeIs(1));
    EXPECT_EQ(numberOf(completionsOf("USD")[0].handle), 1U);
    EXPECT_EQ(LOWORD(completionsOf("USD")[0].word2), DDE_FACK);
}

TEST_F(Asynchronous, Case214_ALinkStarts)
{
    start(XTYP_ADVSTART, "USD");
    settle();
    ASSERT_THAT(completionsOf("USD"), SizeIs(1));
    EXPECT_EQ(numberOf(completionsOf("USD")[0].handle), 1U);

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_TRUE(client.hears(XTYP_ADVDATA));
}

TEST_F(Asynchronous, Case215_ManyCompleteInTheirOrder)
{
    std::vector<ULONG_PTR> started;
    for (int count = 0; count < 10; ++count)
        started.push_back(start(XTYP_REQUEST, "USD").status);

    settle();

    std::vector<ULONG_PTR> completed;
    for (const Call &call : completionsOf("USD"))
        completed.push_back(call.word1);
    EXPECT_EQ(completed, started);
    EXPECT_EQ(std::set<ULONG_PTR>(started.begin(), started.end()).size(), 10U);
}

TEST_F(Asynchronous, Case217_OneIsAbandoned)
{
    server.process().stop();
    const Outcome pending = start(XTYP_REQUEST, "USD");

    EXPECT_TRUE(DdeAbandonTransaction(client.id, conversation, pending.status));

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    server.process().resume();
    settle();
    EXPECT_THAT(completionsOf("USD"), IsEmpty());
}

TEST_F(Asynchronous, Case218_AllOfAConversationAreAbandoned)
{
    server.process().stop();
    for (int count = 0; count < 3; ++count)
        start(XTYP_REQUEST, "USD");

    EXPECT_TRUE(DdeAbandonTransaction(client.id, conversation, 0));

    server.process().resume();
    settle();
    EXPECT_THAT(completionsOf("USD"), IsEmpty());
}

TEST_F(Asynchronous, Case219_AllOfTheInstanceAreAbandoned)
{
    const HCONV second = client.connect("Bank", "Weather");
    server.process().stop();
    start(XTYP_REQUEST, "USD");
    start(XTYP_REQUEST, "USD", {}, second);

    EXPECT_TRUE(DdeAbandonTransaction(client.id, nullptr, 0));

    server.process().resume();
    settle();
    EXPECT_THAT(completionsOf("USD"), IsEmpty());
}

TEST_F(Asynchronous, Case220_OneWhoseAnswerIsQueuedIsAbandonedToo)
{
    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_DISABLE));
    const Outcome pending = start(XTYP_REQUEST, "USD");
    ASSERT_TRUE(
        eventually([&] { return DdeEnableCallback(client.id, conversation, EC_QUERYWAITING) != FALSE; }));

    EXPECT_TRUE(DdeAbandonTransaction(client.id, conversation, pending.status));

    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_ENABLEALL));
    settle();
    EXPECT_THAT(completionsOf("USD"), IsEmpty());
}

TEST_F(Asynchronous, Case222_TheHandleIsLentForTheCallback)
{
    start(XTYP_REQUEST, "USD");
    ASSERT_TRUE(client.hears(XTYP_XACT_COMPLETE));

    EXPECT_EQ(DdeAccessData(client.callsOf(XTYP_XACT_COMPLETE)[0].handle, nullptr), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

} // namespace tellwire::test
