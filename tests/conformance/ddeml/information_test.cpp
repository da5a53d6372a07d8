// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"
#include "tests/conformance/ddeml/raw_partners.h"

// Cases 112 to 122: information about conversations (ddeml-semantics.md A7).

namespace tellwire::test {

namespace {

struct Information : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");
};

} // namespace

TEST(InformationAboutARawPartner, Case112_HasNoPartnerAndIsNotLocal)
{
    const FreshSession fresh;
    Peer server{"RawQuotes"};
    DdeProgram client;
    const HCONV conversation = client.connect("Quotes", "NYSE");
    ASSERT_NE(conversation, nullptr);

    const std::optional<CONVINFO> info = client.info(conversation);

    EXPECT_EQ(info->hConvPartner, nullptr);
    EXPECT_EQ(info->wStatus, ST_CONNECTED | ST_CLIENT);
}

TEST_F(Information, Case113_KnowsALocalPartner)
{
    const std::optional<CONVINFO> info = client.info(conversation);

    ASSERT_TRUE(info);
    EXPECT_NE(info->hConvPartner, nullptr);
    EXPECT_EQ(info->wStatus, ST_CONNECTED | ST_CLIENT | ST_ISLOCAL);
    EXPECT_EQ(client.text(info->hszSvcPartner), "Bank");
    EXPECT_EQ(client.text(info->hszTopic), "Rates");
    EXPECT_EQ(info->wConvst, static_cast<UINT>(XST_CONNECTED));
}

TEST_F(Information, Case114_OfTheServerSaysSo)
{
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));

    EXPECT_EQ(server.run("info status"), std::to_string(ST_CONNECTED | ST_ISLOCAL));
    EXPECT_EQ(server.run("info partner"), "yes");
}

TEST_F(Information, Case116_KnowsThatItIsBlocked)
{
    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_DISABLE));

    EXPECT_TRUE(client.info(conversation)->wStatus & ST_BLOCKED);

    ASSERT_TRUE(DdeEnableCallback(client.id, conversation, EC_ENABLEALL));
    EXPECT_FALSE(client.info(conversation)->wStatus & ST_BLOCKED);
}

TEST_F(Information, Case118_KnowsATransactionThatIsPending)
{
    server.process().stop();
    const Outcome pending = client.transact(conversation, XTYP_REQUEST, "USD", CF_TEXT, TIMEOUT_ASYNC);
    ASSERT_TRUE(DdeSetUserHandle(conversation, pending.status, 0x1234'5678));

    const std::optional<CONVINFO> info = client.info(conversation, pending.status);

    server.process().resume();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->hUser, 0x1234'5678U);
    EXPECT_EQ(client.text(info->hszItem), "USD");
    EXPECT_EQ(info->wFmt, static_cast<UINT>(CF_TEXT));
    EXPECT_EQ(info->wType, static_cast<UINT>(XTYP_REQUEST));
}

TEST_F(Information, Case119_ForgetsATransactionThatIsDone)
{
    const Outcome pending = client.transact(conversation, XTYP_REQUEST, "USD", CF_TEXT, TIMEOUT_ASYNC);
    ASSERT_TRUE(client.hears(XTYP_XACT_COMPLETE));

    EXPECT_FALSE(client.info(conversation, pending.status));

    EXPECT_EQ(client.lastError(), DMLERR_UNFOUND_QUEUE_ID);
}

TEST_F(Information, Case120_OfAnUnknownTransactionIsNotSet)
{
    EXPECT_FALSE(DdeSetUserHandle(conversation, 4711, 1));

    EXPECT_EQ(client.lastError(), DMLERR_UNFOUND_QUEUE_ID);
}

TEST_F(Information, Case122_KnowsThatTheLastTransactionWasRefused)
{
    ASSERT_EQ(client.request(conversation, "Nothing").error, DMLERR_NOTPROCESSED);

    const std::optional<CONVINFO> info = client.info(conversation);

    EXPECT_EQ(info->wConvst, static_cast<UINT>(XST_INCOMPLETE));
    EXPECT_EQ(info->wLastError, static_cast<UINT>(DMLERR_NOTPROCESSED));
}

} // namespace tellwire::test
