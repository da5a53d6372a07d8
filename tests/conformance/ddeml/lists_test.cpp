// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

// Cases 83 to 92: lists of conversations (ddeml-semantics.md A5).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

namespace {

std::vector<HCONV> membersOf(HCONVLIST list)
{
    std::vector<HCONV> members;
    for (HCONV next = DdeQueryNextServer(list, nullptr); next && members.size() < 100;
         next = DdeQueryNextServer(list, next))
        members.push_back(next);
    return members;
}

/// A client, and a server with three topics.
struct ConnectionLists : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=S1", "topic=T1", "topic=T2", "topic=T3"}};
    DdeProgram client;

    HCONVLIST list(const std::string &service, const std::string &topic, HCONVLIST old = nullptr)
    {
        return DdeConnectList(client.id, client.string(service), client.string(topic), old, nullptr);
    }
    std::vector<std::string> topicsOf(HCONVLIST connections)
    {
        std::vector<std::string> topics;
        for (HCONV member : membersOf(connections))
            topics.push_back(client.text(client.info(member)->hszTopic));
        return topics;
    }
};

} // namespace

TEST_F(ConnectionLists, Case83_HoldOneConversationForEachTopic)
{
    DdeProcess other{{"service=S2", "topic=T1"}};

    const HCONVLIST connections = list("S1", "*");

    ASSERT_NE(connections, nullptr);
    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    EXPECT_THAT(topicsOf(connections), UnorderedElementsAre("T1", "T2", "T3"));
    const std::optional<CONVINFO> info = client.info(membersOf(connections).at(0));
    EXPECT_TRUE(info->wStatus & ST_INLIST);
    EXPECT_EQ(info->hConvList, connections);
}

TEST_F(ConnectionLists, Case84_HoldOneConversationForEachProcess)
{
    DdeProcess twin{{"service=S1", "topic=T1"}};

    const HCONVLIST connections = list("S1", "T1");

    EXPECT_THAT(membersOf(connections), SizeIs(2));
    EXPECT_TRUE(server.hears("CONNECT_CONFIRM"));
    EXPECT_TRUE(twin.hears("CONNECT_CONFIRM"));
}

TEST_F(ConnectionLists, Case86_AreWalkedFromMemberToMember)
{
    const HCONVLIST connections = list("S1", "*");

    const HCONV first = DdeQueryNextServer(connections, nullptr);
    const HCONV second = DdeQueryNextServer(connections, first);
    const HCONV third = DdeQueryNextServer(connections, second);

    EXPECT_NE(first, nullptr);
    EXPECT_NE(second, first);
    EXPECT_NE(third, first);
    EXPECT_NE(third, second);
    EXPECT_EQ(DdeQueryNextServer(connections, third), nullptr);
}

TEST_F(ConnectionLists, Case87_LoseAMemberThatIsDisconnected)
{
    const HCONVLIST connections = list("S1", "*");
    const std::vector<HCONV> before = membersOf(connections);

    ASSERT_TRUE(DdeDisconnect(before.at(1)));

    EXPECT_THAT(membersOf(connections), ElementsAre(before.at(0), before.at(2)));
}

TEST_F(ConnectionLists, Case88_AreMadeAnewWithoutTheDead)
{
    auto twin = std::make_unique<DdeProcess>(std::vector<std::string>{"service=S1", "topic=T1"});
    const HCONVLIST old = list("S1", "T1");
    ASSERT_THAT(membersOf(old), SizeIs(2));
    twin.reset();
    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));

    const HCONVLIST connections = list("S1", "T1", old);

    ASSERT_NE(connections, nullptr);
    EXPECT_NE(connections, old);
    EXPECT_THAT(membersOf(connections), SizeIs(1));
    EXPECT_EQ(DdeQueryNextServer(old, nullptr), nullptr);
    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST_F(ConnectionLists, Case89_AreMadeAnewWithTheNew)
{
    const HCONVLIST old = list("S1", "T1");
    const std::vector<HCONV> before = membersOf(old);
    ASSERT_THAT(before, SizeIs(1));
    DdeProcess twin{{"service=S1", "topic=T1"}};

    const HCONVLIST connections = list("S1", "T1", old);

    EXPECT_THAT(membersOf(connections), SizeIs(2));
    EXPECT_THAT(membersOf(connections), ::testing::Contains(before.at(0)));
    EXPECT_THAT(server.told("CONNECT_CONFIRM"), SizeIs(1));
}

TEST_F(ConnectionLists, Case91_EndWithAllTheirConversations)
{
    const HCONVLIST connections = list("S1", "*");
    ASSERT_THAT(membersOf(connections), SizeIs(3));

    EXPECT_TRUE(DdeDisconnectList(connections));

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    EXPECT_TRUE(server.hears("DISCONNECT", 3));
    EXPECT_THAT(server.told("DISCONNECT"), SizeIs(3));
    EXPECT_EQ(DdeQueryNextServer(connections, nullptr), nullptr);
    EXPECT_FALSE(DdeDisconnectList(connections));
}

TEST_F(ConnectionLists, Case92_EndAlsoIfAllAreDead)
{
    const HCONVLIST connections = list("S1", "*");
    ASSERT_NE(connections, nullptr);
    server.process().killHard();
    ASSERT_TRUE(client.hears(XTYP_DISCONNECT, 3));

    EXPECT_TRUE(DdeDisconnectList(connections));
}

} // namespace tellwire::test
