// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

#include <thread>

// Cases 1 to 17: instances and initialisation (ddeml-semantics.md A1).

namespace tellwire::test {

using ::testing::Contains;
using ::testing::UnorderedElementsAre;

namespace {

HDDEDATA CALLBACK answerNothing(UINT, UINT, HCONV, HSZ, HSZ, HDDEDATA, ULONG_PTR, ULONG_PTR)
{
    return nullptr;
}

} // namespace

TEST(Initialising, Case1_WritesAnInstanceIntoTheCell)
{
    const FreshSession fresh;
    DWORD id = 0;

    EXPECT_EQ(DdeInitializeA(&id, answerNothing, APPCMD_CLIENTONLY, 0), DMLERR_NO_ERROR);

    EXPECT_NE(id, 0U);
    EXPECT_TRUE(DdeUninitialize(id));
}

TEST(Initialising, Case2_AnInstanceThatIsNoneFails)
{
    const FreshSession fresh;
    DWORD id = 0xDEAD'BEEF;

    EXPECT_EQ(DdeInitializeA(&id, answerNothing, APPCMD_CLIENTONLY, 0), DMLERR_INVALIDPARAMETER);

    EXPECT_EQ(DdeGetLastError(id), DMLERR_INVALIDPARAMETER);
}

TEST(Initialising, Case5_EndsWithUninitialise)
{
    const FreshSession fresh;
    DWORD id = 0;
    ASSERT_EQ(DdeInitializeA(&id, answerNothing, 0, 0), DMLERR_NO_ERROR);

    EXPECT_TRUE(DdeUninitialize(id));

    EXPECT_FALSE(DdeUninitialize(id));
}

TEST(Initialising, Case7_AnInstanceIsThatOfItsThread)
{
    const FreshSession fresh;
    const DdeProgram program;
    HSZ made = nullptr;
    UINT error = 0;

    std::thread{[&] {
        made = DdeCreateStringHandleA(program.id, "Alpha", CP_WINANSI);
        error = DdeGetLastError(program.id);
    }}.join();

    EXPECT_EQ(made, nullptr);
    EXPECT_EQ(error, DMLERR_INVALIDPARAMETER);
}

TEST(Initialising, Case8_AStringForNoInstanceIsAnErrorOfAll)
{
    const FreshSession fresh;
    const DdeProgram first;
    const DdeProgram second;

    EXPECT_EQ(DdeCreateStringHandleA(0, "Alpha", CP_WINANSI), nullptr);

    EXPECT_EQ(first.lastError(), DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(second.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST(Initialising, Case9_ADataHandleForNoInstanceIsAnErrorOfAll)
{
    const FreshSession fresh;
    const DdeProgram first;
    const DdeProgram second;
    (void)DdeCreateStringHandleA(0, "Alpha", CP_WINANSI);
    (void)first.lastError();
    (void)second.lastError();

    EXPECT_EQ(DdeCreateDataHandle(0, nullptr, 4, 0, nullptr, CF_TEXT, 0), nullptr);

    EXPECT_EQ(first.lastError(), DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(second.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST(Initialising, Case11_TheReservedWordMustBeZero)
{
    const FreshSession fresh;
    DWORD id = 0;

    EXPECT_EQ(DdeInitializeA(&id, answerNothing, 0, 1), DMLERR_INVALIDPARAMETER);

    EXPECT_EQ(id, 0U);
}

TEST(Initialising, Case12_AClientOnlyInstanceRegistersNothing)
{
    const FreshSession fresh;
    DdeProgram client{APPCMD_CLIENTONLY};

    EXPECT_FALSE(client.registerService("Bank"));

    EXPECT_EQ(client.lastError(), DMLERR_DLL_USAGE);
}

TEST(Initialising, Case13_AClientOnlyInstanceStaysOne)
{
    const FreshSession fresh;
    DdeProgram client{APPCMD_CLIENTONLY};

    (void)DdeInitializeA(&client.id, answerNothing, 0, 0);

    EXPECT_FALSE(client.registerService("Bank"));
    EXPECT_EQ(client.lastError(), DMLERR_DLL_USAGE);
}

TEST(Uninitialising, Case16_EndsAndUnregistersEverything)
{
    const FreshSession fresh;
    DdeProcess server{{"service=Bank", "service=Shop"}};
    DdeProgram client;
    DdeProgram witness;
    const HCONV first = client.connect("Bank", "Rates");
    const HCONV second = client.connect("Shop", "Goods");
    ASSERT_EQ(client.advise(first, "USD").result, 1U);

    EXPECT_EQ(server.run("uninitialise"), "yes");

    EXPECT_TRUE(client.hears(XTYP_DISCONNECT, 2));
    EXPECT_THAT((std::vector{client.callsOf(XTYP_DISCONNECT)[0].conversation,
                             client.callsOf(XTYP_DISCONNECT)[1].conversation}),
                UnorderedElementsAre(first, second));
    EXPECT_TRUE(witness.hears(XTYP_UNREGISTER, 2));
    EXPECT_THAT(witness.told("UNREGISTER"),
                UnorderedElementsAre("UNREGISTER Bank Bank(..)", "UNREGISTER Shop Shop(..)"));
}

/// Has an instance in a thread that ends when it is told, without uninitialising.
TELLWIRE_PEER(ThreadThatJustEnds)
{
    std::thread thread{[] {
        static DWORD id = 0;
        const PFNCALLBACK accept = [](UINT type, UINT, HCONV, HSZ, HSZ, HDDEDATA, ULONG_PTR,
                                      ULONG_PTR) -> HDDEDATA { return resultOf(type == XTYP_CONNECT); };
        DdeInitializeA(&id, accept, 0, 0);
        HSZ name = DdeCreateStringHandleA(id, "Bank", CP_WINANSI);
        DdeNameService(id, name, nullptr, DNS_REGISTER);
        peerIsReady();
        while (!hearFromTest(0ms))
            DdeDispatch(id, 10);
    }};
    thread.join();
    sayToTest("ended");
    (void)hearFromTest();
    return 0;
}

TEST(Uninitialising, Case17_IsDoneByTheEndOfTheThread)
{
    const FreshSession fresh;
    Peer server{"ThreadThatJustEnds"};
    DdeProgram client;
    ASSERT_NE(client.connect("Bank", "Rates"), nullptr);

    server.say("end");

    EXPECT_EQ(server.hear(), "ended");
    EXPECT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_TRUE(client.hears(XTYP_UNREGISTER));
    EXPECT_EQ(client.connect("Bank", "Rates"), nullptr);
}

} // namespace tellwire::test
