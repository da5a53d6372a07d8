// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"
#include "tests/conformance/ddeml/raw_partners.h"

#include <csignal>

// Cases 94 to 110: disconnect and reconnect (ddeml-semantics.md A6).

namespace tellwire::test {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

struct Disconnecting : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");
};

} // namespace

TEST_F(Disconnecting, Case94_TellsThePartnerOnly)
{
    EXPECT_TRUE(DdeDisconnect(conversation));

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    ASSERT_TRUE(server.hears("DISCONNECT"));
    EXPECT_THAT(server.toldInFull("DISCONNECT"),
                ElementsAre("DISCONNECT - - format=0 conversation words=0,0"));
    EXPECT_THAT(client.told("DISCONNECT"), IsEmpty());
}

TEST_F(Disconnecting, Case96_WhatHasEndedFails)
{
    ASSERT_TRUE(DdeDisconnect(conversation));

    EXPECT_FALSE(DdeDisconnect(conversation));

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
}

TEST_F(Disconnecting, Case97_LeavesNothingToAskAbout)
{
    ASSERT_TRUE(DdeDisconnect(conversation));

    EXPECT_FALSE(client.info(conversation));

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Disconnecting, Case98_MayBeDoneByTheServer)
{
    std::optional<CONVINFO> seen;
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_DISCONNECT)
            seen = client.info(call.conversation);
        return std::nullopt;
    };

    ASSERT_EQ(server.run("disconnect"), "yes");

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_EQ(client.callsOf(XTYP_DISCONNECT)[0].conversation, conversation);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->wStatus & ST_TERMINATED);
    EXPECT_FALSE(seen->wStatus & ST_CONNECTED);
    EXPECT_FALSE(client.info(conversation));
}

TEST(TheEndOfARawClient, Case99_IsADisconnect)
{
    const FreshSession fresh;
    DdeProgram server{{"Quotes"}};
    RawClient client{programOf("Quotes"_service)};
    client.open();
    ASSERT_TRUE(server.hears(XTYP_CONNECT_CONFIRM));

    client.hangUp();

    ASSERT_TRUE(server.hears(XTYP_DISCONNECT));
    EXPECT_EQ(server.callsOf(XTYP_CONNECT)[0].word1, 0U); // A partner without context.
    EXPECT_EQ(server.callsOf(XTYP_DISCONNECT)[0].conversation, server.lastServed);
}

/// Serves Bank, and kills itself as soon as it is asked for something.
TELLWIRE_PEER(DiesWhenItIsAsked)
{
    DdeProgram server{{"Bank"}};
    server.decide = [](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_REQUEST)
            (void)raise(SIGKILL);
        return std::nullopt;
    };
    peerIsReady();
    while (true)
        DdeDispatch(server.id, INFINITE);
}

TEST(TheDeathOfAServer, Case102_EndsTheCallThatWaitsForIt)
{
    const FreshSession fresh;
    Peer server{"DiesWhenItIsAsked"};
    DdeProgram client;
    const HCONV conversation = client.connect("Bank", "Rates");

    const Outcome outcome = client.request(conversation, "USD", CF_TEXT, 3'600'000);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_SERVER_DIED);
}

TEST(TheEndOfAServer, Case104_IsNotToldIfItIsSkipped)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client{CBF_SKIP_DISCONNECTS};
    const HCONV conversation = client.connect("Bank", "Rates");
    ASSERT_EQ(server.run("disconnect"), "yes");

    const Outcome outcome = client.request(conversation, "USD");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_THAT(outcome.error, AnyOf(DMLERR_NO_CONV_ESTABLISHED, DMLERR_SERVER_DIED));
    EXPECT_THAT(client.told("DISCONNECT"), IsEmpty());
}

TEST_F(Disconnecting, Case106_ReconnectFailsIfTheServerRefuses)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_EQ(client.advise(conversation, "EUR", XTYPF_NODATA).result, 1U);
    ASSERT_EQ(server.run("answer CONNECT 0"), "yes");
    HCONV again = conversation;
    UINT error = 0;
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type != XTYP_DISCONNECT)
            return std::nullopt;
        again = DdeReconnect(call.conversation);
        error = client.lastError();
        return nullptr;
    };

    ASSERT_EQ(server.run("disconnect"), "yes");

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_EQ(again, nullptr);
    EXPECT_EQ(error, DMLERR_NO_CONV_ESTABLISHED);
}

TEST_F(Disconnecting, ReconnectStartsTheLinksAgain)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    HCONV again = nullptr;
    client.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_DISCONNECT)
            again = DdeReconnect(call.conversation);
        return std::nullopt;
    };

    ASSERT_EQ(server.run("disconnect"), "yes");

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    ASSERT_NE(again, nullptr);
    EXPECT_NE(again, conversation);
    EXPECT_TRUE(server.hears("ADVSTART", 2));
    EXPECT_EQ(server.run("post Rates USD"), "yes");
    ASSERT_TRUE(client.hears(XTYP_ADVDATA));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[0].conversation, again);
}

TEST(Reconnecting, Case107_IsNotForServers)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");
    HCONV again = nullptr;
    UINT error = 0;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type != XTYP_DISCONNECT)
            return std::nullopt;
        again = DdeReconnect(call.conversation);
        error = server.lastError();
        return nullptr;
    };

    ASSERT_EQ(client.run("disconnect"), "yes");

    ASSERT_TRUE(server.hears(XTYP_DISCONNECT));
    EXPECT_EQ(again, nullptr);
    EXPECT_EQ(error, DMLERR_INVALIDPARAMETER);
}

TEST_F(Disconnecting, Case108_OnesOwnEndIsForGood)
{
    ASSERT_TRUE(DdeDisconnect(conversation));

    EXPECT_EQ(DdeReconnect(conversation), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(Disconnecting, Case110_StopsUpdatesThatAreUnderWay)
{
    const HCONV marker = client.connect("Bank", "Marker");
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    server.say("post * USD");
    ASSERT_EQ(server.hear(), "yes"); // Nothing was dispatched here meanwhile.

    ASSERT_TRUE(DdeDisconnect(conversation));

    EXPECT_EQ(client.request(marker, "USD").value, "USD");
    EXPECT_THAT(client.told("ADVDATA"), IsEmpty());
}

} // namespace tellwire::test
