// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 224 to 239: blocking and queueing (ddeml-semantics.md B8).

namespace tellwire::test {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

const std::string block = std::to_string(~0ULL); // CBR_BLOCK

struct Blocking : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");

    Outcome startRequest(HCONV with = nullptr)
    {
        return client.transact(with ? with : conversation, XTYP_REQUEST, "USD", CF_TEXT, TIMEOUT_ASYNC);
    }
    void startPokes(int count)
    {
        for (int number = 1; number <= count; ++number)
            client.transact(conversation, XTYP_POKE, "USD", CF_TEXT, TIMEOUT_ASYNC, std::to_string(number));
    }
    void waitForQueue()
    {
        ASSERT_TRUE(eventually([&] { return server.run("waiting") == "yes"; }));
    }
    bool isWaiting() const { return DdeEnableCallback(client.id, conversation, EC_QUERYWAITING) != FALSE; }
    std::vector<std::string> pokes()
    {
        std::vector<std::string> all;
        for (const std::string &line : server.toldInFull("POKE"))
            all.push_back(line.substr(line.find("data=") + 5, 3));
        return all;
    }
};

} // namespace

TEST_F(Blocking, Case224_TheSameTransactionComesAgain)
{
    ASSERT_EQ(server.run("answer REQUEST " + block), "yes");
    startRequest();
    ASSERT_TRUE(server.hears("REQUEST"));
    EXPECT_THAT(client.told("XACT_COMPLETE"), IsEmpty());
    ASSERT_EQ(server.run("forget REQUEST"), "yes");

    ASSERT_EQ(server.run("enable all"), "yes");

    ASSERT_TRUE(client.hears(XTYP_XACT_COMPLETE));
    EXPECT_EQ(client.callsOf(XTYP_XACT_COMPLETE)[0].data, "USD");
    EXPECT_THAT(server.toldInFull("REQUEST"), SizeIs(2));
    EXPECT_THAT(server.toldInFull("REQUEST"), Each("REQUEST Rates USD format=1 conversation words=0,0"));
}

TEST_F(Blocking, Case225_TheTimeOfTheClientRuns)
{
    ASSERT_EQ(server.run("answer REQUEST " + block), "yes");

    const Outcome outcome = client.request(conversation, "USD", CF_TEXT, 100);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_DATAACKTIMEOUT);
}

TEST_F(Blocking, Case227_WhatWaitedComesInOrder)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));
    ASSERT_EQ(server.run("disable"), "yes");
    startPokes(5);
    waitForQueue();
    EXPECT_THAT(pokes(), IsEmpty());

    ASSERT_EQ(server.run("enable all"), "yes");

    ASSERT_TRUE(client.hears(XTYP_XACT_COMPLETE, 5));
    EXPECT_THAT(pokes(), ElementsAre("1:1", "1:2", "1:3", "1:4", "1:5"));
}

TEST_F(Blocking, Case228_OneIsLetThrough)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));
    ASSERT_EQ(server.run("disable"), "yes");
    startPokes(5);
    waitForQueue();

    ASSERT_EQ(server.run("enable one"), "yes");

    ASSERT_TRUE(client.hears(XTYP_XACT_COMPLETE));
    EXPECT_THAT(pokes(), ElementsAre("1:1"));
    EXPECT_TRUE(std::stoul(server.run("info status")) & ST_BLOCKED);
}

TEST_F(Blocking, Case230_AskingWhetherSomethingWaitsDeliversNothing)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));
    ASSERT_EQ(server.run("disable"), "yes");
    startPokes(1);
    waitForQueue();

    EXPECT_EQ(server.run("waiting"), "yes");

    EXPECT_THAT(pokes(), IsEmpty());
}

TEST_F(Blocking, Case231_NothingMayWait)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));
    ASSERT_EQ(server.run("disable"), "yes");

    EXPECT_EQ(server.run("waiting"), "no");
}

TEST_F(Blocking, Case232_AllConversationsAreBlockedAtOnce)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));
    ASSERT_EQ(server.run("disable-all"), "yes");
    const HCONV later = client.connect("Bank", "Weather");
    startRequest();
    startRequest(later);
    waitForQueue();
    EXPECT_THAT(server.told("REQUEST"), IsEmpty());

    ASSERT_EQ(server.run("enable-all"), "yes");

    EXPECT_TRUE(client.hears(XTYP_XACT_COMPLETE, 2));
}

TEST_F(Blocking, Case235_UpdatesWaitForTheClient)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_DISABLE));
    ASSERT_EQ(server.run("burst 3 USD"), "yes");
    ASSERT_TRUE(eventually([&] { return isWaiting(); }));
    EXPECT_THAT(client.told("ADVDATA"), IsEmpty());

    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_ENABLEALL));

    ASSERT_TRUE(client.hears(XTYP_ADVDATA, 3));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[0].data, "1");
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[1].data, "2");
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[2].data, "3");
}

TEST_F(Blocking, Case236_CompletionsWaitForTheClient)
{
    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_DISABLE));
    startRequest();
    ASSERT_TRUE(eventually([&] { return isWaiting(); }));
    EXPECT_THAT(client.told("XACT_COMPLETE"), IsEmpty());

    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_ENABLEALL));

    EXPECT_TRUE(client.hears(XTYP_XACT_COMPLETE));
}

TEST(BlockingFromACallback, Case238_IsRefused)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    BOOL isDone = TRUE;
    UINT error = 0;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_POKE) {
            isDone = DdeEnableCallback(server.id, call.conversation, EC_DISABLE);
            error = server.lastError();
        }
        return std::nullopt;
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");

    ASSERT_EQ(client.run("poke USD 1.08"), "1 0");

    EXPECT_FALSE(isDone);
    EXPECT_EQ(error, DMLERR_REENTRANCY);
}

TEST_F(Blocking, Case239_NeedsAConversation)
{
    EXPECT_FALSE(DdeEnableCallback(client.id, reinterpret_cast<HCONV>(0xDEAD), EC_DISABLE));

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

} // namespace tellwire::test
