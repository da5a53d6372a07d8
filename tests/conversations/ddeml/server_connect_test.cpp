// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/server_program.h"

namespace tellwire::test {

namespace {

using testing::ElementsAre;

protocol::Find wildcard(const ServiceName &service, const TopicName &topic)
{
    return {.transaction = 9,
            .service = service,
            .topic = topic,
            .context = protocol::ConversationContext{.instance = 42}};
}

} // namespace

TEST(AServerOfDdeml, IsAskedAndThenToldOfAConversation)
{
    TalkingServer server;
    CONVCONTEXT context{};
    server.program.react = [&](const ServerCall &call) {
        if (call.type == XTYP_CONNECT)
            context = *reinterpret_cast<const CONVCONTEXT *>(call.word1);
        return accepted();
    };
    server.program.forgetCalls();

    protocol::Initiate initiation = TalkingServer::initiation(1);
    initiation.context->country = 49;
    initiation.context->security = 7;
    server.client->say(initiation);

    EXPECT_NE(server.client->hear<protocol::Opened>()->exactPartner, 0U);
    const ServerCall asked = server.program.callsOf(XTYP_CONNECT).front();
    EXPECT_EQ(asked.string1, QStringLiteral("NYSE"));
    EXPECT_EQ(asked.string2, QStringLiteral("Quotes"));
    EXPECT_EQ(asked.conversation, nullptr);
    EXPECT_EQ(asked.word2, 0U);
    EXPECT_EQ(context.wCountryID, 49U);
    EXPECT_EQ(context.dwSecurity, 7U);
    CONVINFO info{};
    info.cb = sizeof info;
    EXPECT_NE(DdeQueryConvInfo(server.conversation(), QID_SYNC, &info), 0U);
    EXPECT_EQ(info.ConvCtxt.wCountryID, 49U);
    EXPECT_EQ(info.wStatus & (ST_CLIENT | ST_CONNECTED | ST_ISLOCAL), UINT{ST_CONNECTED | ST_ISLOCAL});
}

TEST(AServerOfDdeml, SeesNoContextOfTheOtherFace)
{
    const TalkingServer server;

    server.client->open();

    EXPECT_EQ(server.program.callsOf(XTYP_CONNECT).front().word1, 0U);
    CONVINFO info{};
    info.cb = sizeof info;
    EXPECT_NE(DdeQueryConvInfo(server.conversation(), QID_SYNC, &info), 0U);
    EXPECT_EQ(info.hConvPartner, nullptr);
}

TEST(AServerOfDdeml, MayRefuse)
{
    TalkingServer server;
    server.program.react = [](const ServerCall &) { return HDDEDATA{}; };

    server.client->say(TalkingServer::initiation(1));

    EXPECT_TRUE(server.client->hear<protocol::Refused>());
    EXPECT_TRUE(server.program.callsOf(XTYP_CONNECT_CONFIRM).empty());
}

TEST(AServerOfDdeml, IsNotAskedIfItTakesNoConversations)
{
    const TalkingServer server{CBF_FAIL_CONNECTIONS};

    server.client->say(TalkingServer::initiation(1));
    server.client->say(TalkingServer::initiation(2, "System"_topic));
    server.client->say(wildcard({}, {}));

    EXPECT_EQ(server.client->heard<protocol::Refused>().size(), 2U);
    EXPECT_TRUE(server.program.callsOf(XTYP_CONNECT).empty());
    EXPECT_TRUE(server.program.callsOf(XTYP_WILDCONNECT).empty());
}

TEST(AServerOfDdeml, NeedNotBeToldOfConversations)
{
    TalkingServer server{CBF_SKIP_CONNECT_CONFIRMS};
    server.open();

    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});

    EXPECT_TRUE(server.client->hear<protocol::Declined>());
    EXPECT_TRUE(server.program.callsOf(XTYP_CONNECT_CONFIRM).empty());
    EXPECT_NE(server.program.callsOf(XTYP_REQUEST).front().conversation, nullptr);
}

TEST(AWildConnect, IsAnsweredWithPairs)
{
    TalkingServer server;
    HDDEDATA array = nullptr;
    server.react = [&](const ServerCall &call) {
        if (call.type != XTYP_WILDCONNECT)
            return HDDEDATA{};
        const HSZ quotes = server.program.string("Quotes");
        const std::array<HSZPAIR, 5> pairs{{{quotes, server.program.string("NYSE")},
                                            {quotes, server.program.string("TSE")},
                                            {server.program.string("Other"), server.program.string("NYSE")},
                                            {nullptr, nullptr},
                                            {quotes, server.program.string("Hidden")}}};
        return array = server.program.data(
                   QByteArray{reinterpret_cast<const char *>(pairs.data()), sizeof pairs}, nullptr, 0);
    };

    server.client->say(wildcard("Quotes"_service, {}));

    const auto found = server.client->hear<protocol::Found>();
    ASSERT_TRUE(found);
    ASSERT_EQ(found->topics.size(), 2);
    const ServerCall asked = server.program.callsOf(XTYP_WILDCONNECT).front();
    EXPECT_EQ(asked.string1, QString{});
    EXPECT_EQ(asked.string2, QStringLiteral("Quotes"));
    EXPECT_FALSE(DdeFreeDataHandle(array));
    server.client->say(protocol::Initiate{.conversation = 1,
                                          .instance = found->topics[1].instance,
                                          .service = "Quotes"_service,
                                          .topic = "TSE"_topic,
                                          .found = 9,
                                          .context = protocol::ConversationContext{.instance = 42}});
    EXPECT_TRUE(server.client->hear<protocol::Opened>());
    EXPECT_TRUE(server.program.callsOf(XTYP_CONNECT).empty());
    EXPECT_EQ(server.program.callsOf(XTYP_CONNECT_CONFIRM).front().string1, QStringLiteral("TSE"));
}

TEST(AWildConnect, MayBeRefused)
{
    const TalkingServer server;

    server.client->say(wildcard({}, {}));

    EXPECT_TRUE(server.client->hear<protocol::Found>()->topics.isEmpty());
    EXPECT_EQ(server.program.callsOf(XTYP_WILDCONNECT).size(), 1U);
}

TEST(AServerOfDdeml, IsToldThatItsClientDisconnects)
{
    const TalkingServer server;
    server.open();
    const HCONV conversation = server.conversation();

    server.client->say(protocol::Terminate{.conversation = 1, .reason = {}});

    ASSERT_TRUE(server.program.wasCalled(XTYP_DISCONNECT));
    const ServerCall call = server.program.callsOf(XTYP_DISCONNECT).front();
    EXPECT_EQ(call.conversation, conversation);
    EXPECT_EQ(call.string1, QString{});
    EXPECT_EQ(call.word2, 0U);
    EXPECT_FALSE(DdeDisconnect(conversation));
}

TEST(AServerOfDdeml, IsToldThatItsClientIsGone)
{
    const TalkingServer server;
    server.open();
    server.open(2);

    server.client->hangUp();

    EXPECT_TRUE(server.program.wasCalled(XTYP_DISCONNECT, 2));
}

TEST(AServerOfDdeml, MayDisconnect)
{
    const TalkingServer server;
    server.open();

    EXPECT_TRUE(DdeDisconnect(server.conversation()));

    EXPECT_TRUE(server.client->hear<protocol::Terminate>());
    EXPECT_TRUE(server.program.callsOf(XTYP_DISCONNECT).empty());
}

TEST(AServerOfDdeml, TellsAllPartnersWhenItEnds)
{
    const FreshSession fresh;
    auto program = std::make_unique<ServerProgram>();
    program->react = [](const ServerCall &) { return accepted(); };
    ASSERT_TRUE(program->enter());
    RawClient client{program->peer()};
    client.say(TalkingServer::initiation(1));
    ASSERT_TRUE(client.hear<protocol::Opened>());

    program.reset();

    EXPECT_TRUE(eventually(
        [&] { return client.take<protocol::Terminate>().has_value() || client.hasLostItsServer(); },
        serveSessions));
}

TEST(AServerOfDdeml, TalksToItself)
{
    const FreshSession fresh;
    ServerProgram program;
    program.react = [&](const ServerCall &call) {
        return call.type == XTYP_REQUEST ? program.data("42.5", call.item, call.format) : accepted();
    };
    ASSERT_TRUE(program.enter());
    const HCONV own = DdeConnect(program.id(), program.string("Quotes"), program.string("NYSE"), nullptr);
    ASSERT_NE(own, nullptr);

    const HDDEDATA value =
        DdeClientTransaction(nullptr, 0, own, program.string("ZAXX"), CF_TEXT, XTYP_REQUEST, 5000, nullptr);
    EXPECT_TRUE(DdeDisconnect(own));

    EXPECT_EQ(DdeGetData(value, nullptr, 0, 0), 4U);
    EXPECT_TRUE(DdeFreeDataHandle(value));
    ASSERT_TRUE(program.wasCalled(XTYP_DISCONNECT));
    for (const UINT type : {XTYP_CONNECT, XTYP_CONNECT_CONFIRM, XTYP_DISCONNECT})
        EXPECT_EQ(program.callsOf(type).front().word2, 1U) << type;
}

TEST(AServerOfDdeml, NeedNotTalkToItself)
{
    const FreshSession fresh;
    ServerProgram program{CBF_FAIL_SELFCONNECTIONS};
    program.react = [](const ServerCall &) { return accepted(); };
    ASSERT_TRUE(program.enter());

    EXPECT_EQ(DdeConnect(program.id(), program.string("Quotes"), program.string("NYSE"), nullptr), nullptr);

    EXPECT_EQ(program.lastError(), UINT{DMLERR_NO_CONV_ESTABLISHED});
    EXPECT_TRUE(program.callsOf(XTYP_CONNECT).empty());
}

TEST(TheSystemTopicOfDdeml, IsServedIfTheProgramDoesNotWantTo)
{
    TalkingServer server;
    server.program.react = [&](const ServerCall &call) {
        if (call.type == XTYP_REQUEST)
            return server.program.data("1", call.item, call.format);
        return call.type == XTYP_CONNECT && call.string1 != QStringLiteral("System") ? accepted() : nullptr;
    };
    server.open(1);
    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});
    ASSERT_TRUE(server.client->hear<protocol::Answer>());
    server.open(2, "System"_topic);
    protocol::TransactionId last = 10;
    const auto request = [&](const ItemName &item) {
        server.client->say(protocol::Request{++last, 2, item, {server.client->number()}});
        const auto answer = server.client->hear<protocol::Answer>();
        return answer ? answer->value : QByteArray{};
    };

    EXPECT_EQ(request("Topics"_item), "System\tNYSE");
    EXPECT_EQ(request("Formats"_item), "TEXT");
    EXPECT_EQ(request("Status"_item), "Ready");
    DdeEnableCallback(server.program.id(), server.conversation(), EC_DISABLE);
    EXPECT_EQ(request("Status"_item), "Busy");
}

} // namespace tellwire::test
