// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 151 to 166: executes (ddeml-semantics.md B2, B6).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

struct Executing : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");
};

const std::string narrowText("[go]\0", 5);
const std::string wideText("[\0g\0o\0]\0\0\0", 10);

/// What the server's callback sees of a command, by the flavours of the two.
std::string received(const std::string &command, Flavour of, Flavour by)
{
    const FreshSession fresh;
    std::vector<std::string> options{"service=Bank"};
    if (by == Flavour::Wide)
        options.emplace_back("wide");
    DdeProcess server{options};
    DdeProgram client{0, of};
    EXPECT_EQ(client.execute(client.connect("Bank", "Rates"), command).result, 1U);
    return server.toldInFull("EXECUTE").at(0);
}

std::string executed(const std::string &data)
{
    return "EXECUTE Rates - format=0 conversation data=" + data + " words=0,0";
}

} // namespace

TEST_F(Executing, Case151_HandsOverTheCommandAlone)
{
    const Outcome outcome = client.execute(conversation, std::string("[Refresh(Now)]\0", 15));

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_EQ(outcome.status, 0x8000U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    EXPECT_THAT(server.toldInFull("EXECUTE"), ElementsAre(executed("15:[Refresh(Now)]\\0")));
}

TEST_F(Executing, Case154_MayFindTheServerBusy)
{
    ASSERT_EQ(server.run("answer EXECUTE " + std::to_string(DDE_FBUSY)), "yes");

    const Outcome outcome = client.execute(conversation, narrowText);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.status, 0x4000U);
    EXPECT_EQ(outcome.error, DMLERR_BUSY);
}

TEST_F(Executing, Case155_OfNothingIsAMemoryError)
{
    DWORD status = untouched;

    EXPECT_EQ(DdeClientTransaction(nullptr, 0, conversation, nullptr, 0, XTYP_EXECUTE, 20'000, &status),
              nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_MEMORY_ERROR);
    EXPECT_EQ(status, untouched);
}

TEST_F(Executing, Case156_OfNoHandleIsInvalid)
{
    DWORD status = untouched;

    EXPECT_EQ(
        DdeClientTransaction(nullptr, 0xFFFF'FFFF, conversation, nullptr, 0, XTYP_EXECUTE, 20'000, &status),
        nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(status, untouched);
}

TEST_F(Executing, Case157_EndsWithItsTime)
{
    server.process().stop();

    const Outcome outcome = client.execute(conversation, narrowText, 100);

    server.process().resume();
    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_EXECACKTIMEOUT);
}

TEST_F(Executing, Case160_MayEndTheServerAfterItsAnswer)
{
    const Outcome outcome = client.execute(conversation, std::string("[quit]\0", 7));

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    EXPECT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_EQ(server.process().waitForExit(), 0);
}

TEST(TheTextOfCommands, Case161_StaysNarrowBetweenNarrowPrograms)
{
    EXPECT_EQ(received(narrowText, Flavour::Narrow, Flavour::Narrow), executed("5:[go]\\0"));
}

TEST(TheTextOfCommands, Case162_StaysWideBetweenWidePrograms)
{
    EXPECT_EQ(received(wideText, Flavour::Wide, Flavour::Wide), executed("10:[\\0g\\0o\\0]\\0\\0\\0"));
}

TEST(TheTextOfCommands, Case163_IsWidenedForAWideServer)
{
    EXPECT_EQ(received(narrowText, Flavour::Narrow, Flavour::Wide), executed("10:[\\0g\\0o\\0]\\0\\0\\0"));
}

TEST(TheTextOfCommands, Case164_IsNarrowedForANarrowServer)
{
    EXPECT_EQ(received(wideText, Flavour::Wide, Flavour::Narrow), executed("5:[go]\\0"));
}

TEST_F(Executing, Case166_OtherTypesAreNotForClients)
{
    for (const UINT type :
         {XTYP_ADVREQ, XTYP_CONNECT, XTYP_CONNECT_CONFIRM, XTYP_DISCONNECT, XTYP_ERROR, XTYP_MONITOR,
          XTYP_REGISTER, XTYP_UNREGISTER, XTYP_WILDCONNECT, XTYP_XACT_COMPLETE, XTYP_ADVDATA}) {
        const Outcome outcome = client.transact(conversation, type, "USD");

        EXPECT_EQ(outcome.result, 0U) << nameOfType(type);
        EXPECT_EQ(outcome.error, static_cast<UINT>(DMLERR_INVALIDPARAMETER)) << nameOfType(type);
        EXPECT_EQ(outcome.status, untouched) << nameOfType(type);
    }
}

} // namespace tellwire::test
