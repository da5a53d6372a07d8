// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 41 to 55: service registration (ddeml-semantics.md A3).

namespace tellwire::test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Registering, Case41_IsToldWithBothNamesAndNothingElse)
{
    const FreshSession fresh;
    DdeProgram server;

    ASSERT_TRUE(server.registerService("QuoteServer"));

    ASSERT_TRUE(server.hears(XTYP_REGISTER));
    EXPECT_EQ(server.calls[0].full(), "REGISTER QuoteServer QuoteServer(..) format=0 words=0,0");
    EXPECT_EQ(server.calls[0].string2->size(), std::string{"QuoteServer"}.size() + 4 + 2 * sizeof(void *));
}

TEST(Registering, Case43_IsToldToOtherProcesses)
{
    const FreshSession fresh;
    DdeProcess other{{}};
    DdeProgram server;

    ASSERT_TRUE(server.registerService("QuoteServer"));

    EXPECT_TRUE(other.hears("REGISTER"));
    EXPECT_THAT(other.told(), ElementsAre("REGISTER QuoteServer QuoteServer(..)"));
}

TEST(Registering, Case46_MayBeSkippedWithoutItsEnd)
{
    const FreshSession fresh;
    DdeProgram server{CBF_SKIP_REGISTRATIONS};
    DdeProgram witness;
    ASSERT_TRUE(server.registerService("QuoteServer"));
    ASSERT_TRUE(witness.hears(XTYP_REGISTER));

    ASSERT_TRUE(server.unregisterService("QuoteServer"));

    EXPECT_TRUE(server.hears(XTYP_UNREGISTER));
    EXPECT_THAT(server.told(), ElementsAre("UNREGISTER QuoteServer QuoteServer(..)"));
}

TEST(Registering, Case48_TakesNoSecondName)
{
    const FreshSession fresh;
    DdeProgram server;

    EXPECT_EQ(DdeNameService(server.id, server.string("Bank"), server.string("Shop"), DNS_REGISTER), nullptr);

    EXPECT_EQ(server.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST(Registering, Case49_NeedsAName)
{
    const FreshSession fresh;
    DdeProgram server;

    EXPECT_EQ(DdeNameService(server.id, nullptr, nullptr, DNS_REGISTER), nullptr);

    EXPECT_EQ(server.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST(Registering, Case50_HappensOnce)
{
    const FreshSession fresh;
    DdeProgram server;
    ASSERT_TRUE(server.registerService("Bank"));

    EXPECT_FALSE(server.registerService("BANK"));

    EXPECT_EQ(server.lastError(), DMLERR_DLL_USAGE);
}

TEST(Registering, Case51_ByTwoProcessesGivesOneConversation)
{
    const FreshSession fresh;
    DdeProcess first{{"service=Bank"}};
    DdeProcess second{{"service=Bank"}};
    DdeProgram client;

    const HCONV conversation = client.connect("Bank", "Rates");

    ASSERT_NE(conversation, nullptr);
    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    EXPECT_EQ(client.request(conversation, "USD").value, "USD");
    EXPECT_EQ(first.told("REQUEST").size() + second.told("REQUEST").size(), 1U);
    EXPECT_EQ(first.told("CONNECT_CONFIRM").size() + second.told("CONNECT_CONFIRM").size(), 1U);
}

TEST(Registering, Case52_MakesANameThatMeansOneInstance)
{
    const FreshSession fresh;
    DdeProcess first{{"service=Bank"}};
    DdeProcess second{{"service=Bank", "flags=0"}};
    DdeProcess third{{"service=Bank"}};
    const std::string name = second.run("specific");
    DdeProgram client;

    ASSERT_THAT(name, StartsWith("Bank(0x"));
    const HCONV conversation = client.connect(name, "Rates");

    ASSERT_NE(conversation, nullptr);
    EXPECT_THAT(client.told("CONNECT"), IsEmpty());
    EXPECT_EQ(client.request(conversation, "USD").value, "USD");
    EXPECT_THAT(first.told("REQUEST"), IsEmpty());
    EXPECT_THAT(third.told("REQUEST"), IsEmpty());
}

TEST(TheFilter, Case53_SwitchedOffLetsAnyNameThrough)
{
    const FreshSession fresh;
    DdeProcess server{{"service=A"}};
    ASSERT_EQ(server.run("filter off"), "yes");
    DdeProgram client;

    EXPECT_NE(client.connect("Z", "Rates"), nullptr);

    EXPECT_THAT(server.told("CONNECT"), ElementsAre("CONNECT Rates Z"));
}

TEST(TheFilter, Case54_SwitchedOnAgainLetsNoneThrough)
{
    const FreshSession fresh;
    DdeProcess server{{"service=A"}};
    ASSERT_EQ(server.run("filter off"), "yes");
    ASSERT_EQ(server.run("filter on"), "yes");
    DdeProgram client;

    EXPECT_EQ(client.connect("Z", "Rates"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(server.told("CONNECT"), IsEmpty());
}

TEST(Unregistering, Case55_EndsTheConversationsOfTheName)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", "service=Shop"}};
    DdeProgram client;
    const HCONV bank = client.connect("Bank", "Rates");
    const HCONV shop = client.connect("Shop", "Goods");

    ASSERT_EQ(server.run("unregister Bank"), "yes");

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_EQ(client.callsOf(XTYP_DISCONNECT)[0].conversation, bank);
    EXPECT_EQ(client.request(shop, "Tea").value, "Tea");
}

} // namespace tellwire::test
