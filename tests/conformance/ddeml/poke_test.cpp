// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 140 to 150: pokes (ddeml-semantics.md B2, B5, B10).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

struct Poking : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");

    Outcome pokeHandle(HDDEDATA handle, const std::string &item, UINT format = CF_TEXT)
    {
        Outcome outcome;
        outcome.result =
            numberOf(DdeClientTransaction(reinterpret_cast<LPBYTE>(handle), 0xFFFF'FFFF, conversation,
                                          client.string(item), format, XTYP_POKE, 20'000, &outcome.status));
        outcome.error = client.lastError();
        return outcome;
    }
};

} // namespace

TEST_F(Poking, Case140_ByHandleNeedsAnItem)
{
    const Outcome outcome = pokeHandle(client.data("1.08"), "*");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(outcome.status, untouched);
}

TEST_F(Poking, Case141_OfNothingNeedsAnItem)
{
    const Outcome outcome = client.transact(conversation, XTYP_POKE, "*");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(outcome.status, untouched);
}

TEST_F(Poking, Case143_MayNotBeProcessed)
{
    const Outcome outcome = client.poke(conversation, "Nothing", "1.08");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.status, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
}

TEST_F(Poking, Case144_MayFindTheServerBusy)
{
    ASSERT_EQ(server.run("answer POKE " + std::to_string(DDE_FBUSY)), "yes");

    const Outcome outcome = client.poke(conversation, "USD", "1.08");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.status, 0x4000U);
    EXPECT_EQ(outcome.error, DMLERR_BUSY);
}

TEST_F(Poking, Case145_BringsTheCodeOfTheApplication)
{
    ASSERT_EQ(server.run("answer POKE " + std::to_string(DDE_FACK | 0x2A)), "yes");

    const Outcome outcome = client.poke(conversation, "USD", "1.08");

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_EQ(outcome.status, 0x802AU);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
}

TEST_F(Poking, Case147_ByHandleNeedsTheFormatOfTheHandle)
{
    const Outcome outcome = pokeHandle(client.data("1.08", "USD", CF_TEXT), "USD", CF_DIB);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
    EXPECT_THAT(server.told("POKE"), IsEmpty());
}

TEST(PokingAServerThatFrees, Case148_DoesNoHarm)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    BOOL isFreed = TRUE;
    UINT error = 0;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_POKE) {
            isFreed = DdeFreeDataHandle(call.handle);
            error = server.lastError();
        }
        return std::nullopt;
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");

    EXPECT_EQ(client.run("poke USD 1.08"), "1 0");

    EXPECT_FALSE(isFreed);
    EXPECT_EQ(error, DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(client.run("request USD"), "1.08");
}

TEST_F(Poking, Case149_EndsWithItsTime)
{
    server.process().stop();

    const Outcome outcome = client.poke(conversation, "USD", "1.08", 100);

    server.process().resume();
    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_POKEACKTIMEOUT);
}

TEST_F(Poking, Case150_TakesLargeValues)
{
    std::string large(64U << 20U, 'x');
    for (std::size_t place = 0; place < large.size(); place += 4096)
        large[place] = static_cast<char>('a' + place / 4096 % 26);

    ASSERT_EQ(client.poke(conversation, "USD", large).result, 1U);

    EXPECT_TRUE(client.request(conversation, "USD").value == large);
}

} // namespace tellwire::test
