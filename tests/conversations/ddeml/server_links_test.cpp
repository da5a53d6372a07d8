// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/server_program.h"

namespace tellwire::test {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A server that numbers the values it is asked for.
struct CountingServer : TalkingServer
{
    int last = 0;

    CountingServer()
    {
        react = [this](const ServerCall &call) {
            return call.type == XTYP_ADVREQ ? program.data(QByteArray::number(++last), call.item, call.format)
                                            : nullptr;
        };
        open();
    }
};

} // namespace

TEST(ALinkOfDdeml, IsStartedByItsServer)
{
    const TalkingServer server;
    server.open();

    server.link(3, "ZAXX"_item, CF_TEXT, LinkKind::Warm);

    const ServerCall call = server.program.callsOf(XTYP_ADVSTART).front();
    EXPECT_EQ(call.type, UINT{XTYP_ADVSTART});
    EXPECT_EQ(call.format, UINT{CF_TEXT});
    EXPECT_EQ(call.string1, QStringLiteral("NYSE"));
    EXPECT_EQ(call.string2, QStringLiteral("ZAXX"));
    EXPECT_EQ(call.word1, 0U);
    EXPECT_THAT(server.counts(), IsEmpty());
}

TEST(ALinkOfDdeml, MayBeRefused)
{
    TalkingServer server;
    server.open();
    server.program.react = [](const ServerCall &) { return HDDEDATA{}; };

    server.client->say(
        protocol::Advise{.link = 3, .conversation = 1, .item = "ZAXX"_item, .formats = {CF_TEXT}});

    EXPECT_EQ(server.client->hear<protocol::LinkEnded>()->link, 3U);
    EXPECT_TRUE(server.post(nullptr, nullptr));
    EXPECT_THAT(server.counts(), IsEmpty());
}

TEST(PostAdvise, AsksForTheValueAndSendsIt)
{
    const CountingServer server;
    server.link(3);

    EXPECT_TRUE(server.post("NYSE", "zaxx"));
    EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    const std::vector<protocol::Value> values = server.client->heard<protocol::Value>();
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(values[0].value, "1");
    EXPECT_EQ(values[0].sequence, 1U);
    EXPECT_EQ(values[1].sequence, 2U);
    const ServerCall call = server.program.callsOf(XTYP_ADVREQ).front();
    EXPECT_EQ(call.conversation, server.conversation());
    EXPECT_EQ(call.string1, QStringLiteral("NYSE"));
    EXPECT_EQ(call.string2, QStringLiteral("ZAXX"));
}

TEST(PostAdvise, SendsOnlyTheNewsOnWarmLinks)
{
    const CountingServer server;
    server.link(3, "ZAXX"_item, CF_TEXT, LinkKind::Warm);

    EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    EXPECT_EQ(server.client->hear<protocol::Changed>()->sequence, 1U);
    EXPECT_THAT(server.counts(), ElementsAre(0U));
}

TEST(PostAdvise, SendsNothingIfThereIsNoValue)
{
    TalkingServer server;
    server.react = [](const ServerCall &call) { return call.type == XTYP_ADVREQ ? CBR_BLOCK : nullptr; };
    server.open();
    server.link(3);

    EXPECT_TRUE(server.post("NYSE", "ZAXX"));
    server.react = [](const ServerCall &) { return HDDEDATA{}; };
    EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    EXPECT_THAT(server.values(), IsEmpty());
    EXPECT_THAT(server.counts(), ElementsAre(0U, 0U));
}

TEST(PostAdvise, CountsDownForEachTriple)
{
    const CountingServer server;
    server.open(2);
    server.open(3);
    server.link(1, "ZAXX"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 1);
    server.link(2, "ZAXX"_item, CF_DIB, LinkKind::Hot, LinkPace::EveryUpdate, 1);
    server.link(3, "ZAXX"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 2);
    server.link(4, "ZAXX"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 3);

    EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    EXPECT_THAT(server.counts(), ElementsAre(2U, 0U, 1U, 0U));
    EXPECT_EQ(server.values(), (QByteArrayList{"1", "2", "3", "4"}));
}

TEST(PostAdvise, IsAboutOneTopicOrItemOrAll)
{
    const CountingServer server;
    server.open(2, "TSE"_topic);
    server.link(1, "A"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 1);
    server.link(2, "B"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 1);
    server.link(3, "A"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 2);
    const auto linksFedBy = [&](const char *topic, const char *item) {
        EXPECT_TRUE(server.post(topic, item));
        std::vector<protocol::LinkId> links;
        for (const protocol::Value &value : server.client->heard<protocol::Value>())
            links.push_back(value.link);
        return links;
    };

    EXPECT_THAT(linksFedBy("NYSE", nullptr), ElementsAre(1U, 2U));
    EXPECT_THAT(linksFedBy(nullptr, "A"), ElementsAre(1U, 3U));
    EXPECT_THAT(linksFedBy(nullptr, nullptr), ElementsAre(1U, 2U, 3U));
    EXPECT_THAT(linksFedBy("TSE", "B"), IsEmpty());
}

TEST(PostAdvise, IsRefusedWhileItsOwnTripleIsAskedFor)
{
    CountingServer server;
    server.link(1, "A"_item);
    server.link(2, "B"_item);
    std::vector<bool> posted;
    server.react = [&](const ServerCall &call) {
        if (call.type == XTYP_ADVREQ && call.string2 == QStringLiteral("A"))
            posted = {server.post("NYSE", "A"), server.post(nullptr, nullptr), server.post("NYSE", "B")};
        return HDDEDATA{};
    };

    EXPECT_TRUE(server.post("NYSE", "A"));

    EXPECT_THAT(posted, ElementsAre(false, false, true));
    EXPECT_EQ(server.program.lastError(), UINT{DMLERR_REENTRANCY});
    EXPECT_EQ(server.program.callsOf(XTYP_ADVREQ).size(), 2U);
}

TEST(PostAdvise, SurvivesWhateverTheProgramDoesMeanwhile)
{
    CountingServer server;
    server.open(2);
    server.link(1, "A"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 1);
    server.link(2, "A"_item, CF_TEXT, LinkKind::Hot, LinkPace::EveryUpdate, 2);
    const std::vector<ServerCall> confirmed = server.program.callsOf(XTYP_CONNECT_CONFIRM);
    server.react = [&](const ServerCall &call) {
        for (const ServerCall &one : confirmed)
            DdeDisconnect(one.conversation);
        return server.program.data("1", call.item, call.format);
    };

    EXPECT_TRUE(server.post("NYSE", "A"));

    EXPECT_EQ(server.program.callsOf(XTYP_ADVREQ).size(), 1U);
    EXPECT_THAT(server.values(), IsEmpty());
}

TEST(PostAdvise, MayEndTheInstance)
{
    CountingServer server;
    server.link(1, "A"_item);
    server.link(2, "B"_item);
    server.react = [&](const ServerCall &) {
        DdeUninitialize(server.program.id());
        return HDDEDATA{};
    };

    EXPECT_TRUE(server.post(nullptr, nullptr));

    EXPECT_EQ(server.program.callsOf(XTYP_ADVREQ).size(), 1U);
}

TEST(AnAcknowledgedLink, SkipsWhatItsClientIsTooSlowFor)
{
    const CountingServer server;
    server.link(3, "ZAXX"_item, CF_TEXT, LinkKind::Hot, LinkPace::Acknowledged);
    for (int times = 0; times < 5; ++times)
        EXPECT_TRUE(server.post("NYSE", "ZAXX"));
    EXPECT_EQ(server.values(), QByteArrayList{"1"});

    server.client->say(protocol::Received{3, 1});
    EXPECT_EQ(server.values(), QByteArrayList{"2"});
    server.client->say(protocol::Received{3, 2});
    server.client->settle();

    EXPECT_THAT(server.values(), IsEmpty());
    EXPECT_THAT(server.counts(), ElementsAre(0U, UINT{CADV_LATEACK}));
    EXPECT_TRUE(server.post("NYSE", "ZAXX"));
    EXPECT_EQ(server.values(), QByteArrayList{"3"});
}

TEST(ALinkOfDdeml, IsReplacedByAnotherStartOfTheSame)
{
    CountingServer server;
    server.link(3);
    server.link(4, "ZAXX"_item, CF_TEXT, LinkKind::Warm);

    EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    EXPECT_THAT(server.values(), IsEmpty());
    EXPECT_EQ(server.client->hear<protocol::Changed>()->link, 4U);
    EXPECT_THAT(server.counts(), ElementsAre(0U));
    EXPECT_EQ(server.program.callsOf(XTYP_ADVSTART).size(), 2U);
}

TEST(ALinkOfDdeml, StaysIfAnotherStartIsRefused)
{
    CountingServer server;
    server.link(3);
    server.program.react = [&](const ServerCall &call) {
        return call.type == XTYP_ADVSTART ? nullptr : server.react(call);
    };

    server.client->say(
        protocol::Advise{.link = 4, .conversation = 1, .item = "ZAXX"_item, .formats = {CF_TEXT}});

    EXPECT_EQ(server.client->hear<protocol::LinkEnded>()->link, 4U);
    EXPECT_TRUE(server.post("NYSE", "ZAXX"));
    EXPECT_EQ(server.values(), QByteArrayList{"1"});
}

TEST(ALinkOfDdeml, IsStopped)
{
    const CountingServer server;
    server.link(3);

    server.client->say(protocol::Unadvise{3, 8});
    server.client->say(protocol::Unadvise{3, 9});

    EXPECT_EQ(server.client->hear<protocol::Accepted>()->transaction, 8U);
    EXPECT_EQ(server.client->hear<protocol::Declined>()->transaction, 9U);
    const std::vector<ServerCall> calls = server.program.callsOf(XTYP_ADVSTOP);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].format, UINT{CF_TEXT});
    EXPECT_EQ(calls[0].string2, QStringLiteral("ZAXX"));
    EXPECT_TRUE(server.post(nullptr, nullptr));
    EXPECT_THAT(server.counts(), IsEmpty());
}

TEST(ALinkOfDdeml, EndsWithItsConversation)
{
    const CountingServer server;
    server.link(3);

    server.client->say(protocol::Terminate{.conversation = 1, .reason = {}});
    ASSERT_TRUE(server.program.wasCalled(XTYP_DISCONNECT));

    EXPECT_TRUE(server.post(nullptr, nullptr));
    EXPECT_THAT(server.counts(), IsEmpty());
    EXPECT_TRUE(server.program.callsOf(XTYP_ADVSTOP).empty());
}

TEST(ABlockedServer, StartsAndStopsLinksInOrder)
{
    const CountingServer server;
    DdeEnableCallback(server.program.id(), server.conversation(), EC_DISABLE);
    server.client->say(
        protocol::Advise{.link = 3, .conversation = 1, .item = "ZAXX"_item, .formats = {CF_TEXT}});
    server.client->say(protocol::Unadvise{3, 8});
    server.client->settle();
    EXPECT_TRUE(server.program.callsOf(XTYP_ADVSTART).empty());

    DdeEnableCallback(server.program.id(), server.conversation(), EC_ENABLEALL);

    EXPECT_TRUE(server.client->hear<protocol::Accepted>());
    EXPECT_EQ(server.program.callsOf(XTYP_ADVSTOP).front().string2, QStringLiteral("ZAXX"));
}

TEST(AServerOfDdeml, IsToldOnceThatAClientIsTooFarBehind)
{
    const CountingServer server;
    server.link(3);

    for (int times = 0; times < 6000; ++times)
        EXPECT_TRUE(server.post("NYSE", "ZAXX"));

    const std::vector<ServerCall> errors = server.program.callsOf(XTYP_ERROR);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].conversation, server.conversation());
    EXPECT_EQ(LOWORD(errors[0].word1), DMLERR_LOW_MEMORY);
    EXPECT_LT(server.client->heardInOrder().size(), 6000U);
    EXPECT_TRUE(server.post("NYSE", "ZAXX"));
    EXPECT_EQ(server.client->hear<protocol::Value>()->sequence, 6001U);
}

// Others fail at some thousand.
TEST(AConversationOfDdeml, HasAHundredThousandLinks)
{
    constexpr protocol::LinkId count = 100'000;
    CountingServer server;
    std::size_t started = 0;
    for (protocol::LinkId id = 1; id <= count; ++id) {
        const ItemName item{QStringLiteral("item %1").arg(id)};
        server.client->say(
            protocol::Advise{.link = id, .conversation = 1, .item = item, .formats = {CF_TEXT}});
        if (id % 1000 == 0)
            started += server.client->heardInOrder().size();
    }
    server.program.forgetCalls();

    EXPECT_TRUE(server.post("NYSE", "item 99999"));
    const std::size_t fedByOne = server.client->heardInOrder().size();
    EXPECT_TRUE(server.post(nullptr, nullptr));
    const std::size_t fedByAll = server.client->heardInOrder().size();

    EXPECT_EQ(started, count);
    EXPECT_EQ(fedByOne, 1U);
    EXPECT_EQ(fedByAll, count);
    EXPECT_EQ(server.program.callsOf(XTYP_ADVREQ).size(), count + 1);
}

} // namespace tellwire::test
