// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 56 to 81: connecting (ddeml-semantics.md A4).

namespace tellwire::test {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

std::string number(DWORD flags) { return "flags=" + std::to_string(flags); }

} // namespace

TEST(Connecting, Case56_NeedsAServer)
{
    const FreshSession fresh;
    DdeProgram client;

    EXPECT_EQ(client.connect("Bank", "Rates"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
}

TEST(Connecting, Case57_AServerSeesConnectThenConfirm)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;

    EXPECT_NE(client.connect("Bank", "Rates"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    EXPECT_TRUE(server.hears("CONNECT_CONFIRM"));
    EXPECT_THAT(server.told(),
                ElementsAre("REGISTER Bank Bank(..)", "CONNECT Rates Bank", "CONNECT_CONFIRM Rates Bank"));
    EXPECT_EQ(server.toldInFull("CONNECT_CONFIRM")[0],
              "CONNECT_CONFIRM Rates Bank format=0 conversation words=0,0");
}

TEST(Connecting, Case59_TellsTheContextOfTheClient)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;

    ASSERT_NE(client.connect("Bank", "Rates"), nullptr);

    EXPECT_THAT(server.toldInFull("CONNECT"),
                ElementsAre("CONNECT Rates Bank format=0 words=context(0,1004,0),0"));
}

TEST(Connecting, Case62_ToOneselfIsMarkedEverywhere)
{
    const FreshSession fresh;
    DdeProgram self{{"Bank"}};

    const HCONV conversation = self.connect("Bank", "Rates");
    const HCONV served = self.lastServed;

    ASSERT_NE(conversation, nullptr);
    ASSERT_TRUE(self.hears(XTYP_CONNECT_CONFIRM));
    EXPECT_EQ(self.callsOf(XTYP_CONNECT).at(0).word2, 1U);
    EXPECT_EQ(self.callsOf(XTYP_CONNECT_CONFIRM).at(0).word2, 1U);
    EXPECT_TRUE(self.info(conversation)->wStatus & ST_ISSELF);
    EXPECT_TRUE(self.info(self.lastServed)->wStatus & ST_ISSELF);
    EXPECT_EQ(self.request(conversation, "USD").value, "USD");
    ASSERT_TRUE(DdeDisconnect(conversation));
    ASSERT_TRUE(self.hears(XTYP_DISCONNECT));
    EXPECT_EQ(self.callsOf(XTYP_DISCONNECT).at(0).word2, 1U);
    EXPECT_EQ(self.callsOf(XTYP_DISCONNECT).at(0).conversation, served);
}

TEST(Connecting, Case63_ToOneselfMayBeRefused)
{
    const FreshSession fresh;
    DdeProgram self{CBF_FAIL_SELFCONNECTIONS};
    ASSERT_TRUE(self.registerService("Bank"));

    EXPECT_EQ(self.connect("Bank", "Rates"), nullptr);

    EXPECT_EQ(self.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(self.told("CONNECT"), IsEmpty());
}

TEST(Connecting, Case64_IsRefusedByFalse)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", "topic=Rates"}};
    DdeProgram client;

    EXPECT_EQ(client.connect("Bank", "Weather"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(server.told("CONNECT"), ElementsAre("CONNECT Weather Bank"));
    EXPECT_THAT(server.told("CONNECT_CONFIRM"), IsEmpty());
}

TEST(Connecting, Case65_IsRefusedByAFlag)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", number(CBF_FAIL_CONNECTIONS)}};
    DdeProgram client;

    EXPECT_EQ(client.connect("Bank", "Rates"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(server.told("CONNECT"), IsEmpty());
}

TEST(Connecting, Case66_MayGoWithoutConfirmation)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", number(CBF_SKIP_CONNECT_CONFIRMS)}};
    DdeProgram client;

    const HCONV conversation = client.connect("Bank", "Rates");

    EXPECT_EQ(client.request(conversation, "USD").value, "USD");
    EXPECT_THAT(server.told("CONNECT_CONFIRM"), IsEmpty());
    EXPECT_THAT(server.toldInFull("REQUEST"),
                ElementsAre("REQUEST Rates USD format=1 conversation words=0,0"));
}

TEST(Connecting, Case68_DoesNotMindTheCase)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;

    EXPECT_NE(client.connect("bANK", "Rates"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
}

TEST(Connecting, Case69_TwiceGivesTwoConversations)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    const HCONV first = client.connect("Bank", "Rates");

    const HCONV second = client.connect("Bank", "Rates");

    ASSERT_NE(second, nullptr);
    EXPECT_NE(first, second);
    ASSERT_TRUE(DdeDisconnect(first));
    EXPECT_EQ(client.request(second, "USD").value, "USD");
}

TEST(Connecting, Case71_HandsOverTheContext)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    CONVCONTEXT context{};
    context.cb = sizeof context;
    context.iCodePage = CP_WINANSI;
    context.wCountryID = 49;
    context.dwSecurity = 7;

    ASSERT_NE(client.connect("Bank", "Rates", &context), nullptr);

    EXPECT_TRUE(server.hears("CONNECT_CONFIRM"));
    EXPECT_THAT(server.toldInFull("CONNECT"),
                ElementsAre("CONNECT Rates Bank format=0 words=context(49,1004,7),0"));
    EXPECT_EQ(server.run("info country"), "49");
    EXPECT_EQ(server.run("info security"), "7");
}

TEST(Connecting, Case72_HasAContextOfItsOwn)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client{0, Flavour::Wide};

    const HCONV conversation = client.connect("Bank", "Rates");

    ASSERT_NE(conversation, nullptr);
    EXPECT_THAT(server.toldInFull("CONNECT"),
                ElementsAre("CONNECT Rates Bank format=0 words=context(0,1200,0),0"));
    const CONVCONTEXT context = client.info(conversation)->ConvCtxt;
    EXPECT_EQ(context.cb, sizeof context);
    EXPECT_EQ(context.wFlags, 0U);
    EXPECT_EQ(context.iCodePage, CP_WINUNICODE);
}

TEST(Connecting, Case74_IsNotForMonitors)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram monitor{APPCLASS_MONITOR | MF_ERRORS};

    EXPECT_EQ(monitor.connect("Bank", "Rates"), nullptr);

    EXPECT_EQ(monitor.lastError(), DMLERR_DLL_USAGE);
}

TEST(Connecting, Case76_ToAnyTopicAsksForAll)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", "topic=T1", "topic=T2"}};
    DdeProgram client;

    const HCONV conversation = client.connect("Bank", "*");

    ASSERT_NE(conversation, nullptr);
    EXPECT_TRUE(server.hears("CONNECT_CONFIRM"));
    EXPECT_THAT(server.told("WILDCONNECT"), ElementsAre("WILDCONNECT - Bank"));
    EXPECT_THAT(server.told("CONNECT_CONFIRM"),
                AnyOf(ElementsAre("CONNECT_CONFIRM T1 Bank"), ElementsAre("CONNECT_CONFIRM T2 Bank")));
    EXPECT_THAT(client.text(client.info(conversation)->hszTopic), AnyOf("T1", "T2"));
}

TEST(Connecting, Case79_DoesNotReachWhoHasNoName)
{
    const FreshSession fresh;
    DdeProcess server{{"topic=T1"}};
    DdeProgram client;

    EXPECT_EQ(client.connect("*", "*"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(server.told("WILDCONNECT"), IsEmpty());
}

TEST(Connecting, Case80_ToAnyTopicMayFindNone)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;

    EXPECT_EQ(client.connect("Bank", "*"), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    EXPECT_THAT(server.told("WILDCONNECT"), ElementsAre("WILDCONNECT - Bank"));
}

TEST(Connecting, Case81_FreesTheListOfTheServer)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    HDDEDATA list = nullptr;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type != XTYP_WILDCONNECT)
            return std::nullopt;
        std::array<HSZPAIR, 2> pairs{HSZPAIR{server.string("Bank"), server.string("Rates")}, HSZPAIR{}};
        return list = DdeCreateDataHandle(server.id, reinterpret_cast<LPBYTE>(pairs.data()), sizeof pairs, 0,
                                          nullptr, 0, 0);
    };
    DdeProcess client{{}};

    ASSERT_EQ(client.run("connect Bank *"), "yes");

    EXPECT_NE(list, nullptr);
    EXPECT_EQ(DdeAccessData(list, nullptr), nullptr);
    EXPECT_EQ(server.lastError(), DMLERR_INVALIDPARAMETER);
}

} // namespace tellwire::test
