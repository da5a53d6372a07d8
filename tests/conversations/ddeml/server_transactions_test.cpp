// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/server_program.h"

namespace tellwire::test {

namespace {

using testing::ElementsAre;

/// A server that has one value for everything, in whatever format it is asked for.
struct AnsweringServer : TalkingServer
{
    explicit AnsweringServer(DWORD flags = 0, bool isWide = false) : TalkingServer(flags, isWide)
    {
        react = [this](const ServerCall &call) {
            return call.type == XTYP_REQUEST ? program.data("42.5", call.item, call.format) : nullptr;
        };
        open();
    }
    std::optional<protocol::Answer> request(FormatNumber format, const ItemName &item = "ZAXX"_item) const
    {
        client->say(protocol::Request{5, 1, item, {format}});
        return client->hear<protocol::Answer>();
    }
};

/// What the callback of a server gets of a command.
QByteArray executed(bool isWide, FormatNumber client, const QByteArray &command)
{
    TalkingServer server{0, isWide};
    server.react = [](const ServerCall &) { return statusWord(DDE_FACK); };
    server.open();
    server.client->say(protocol::Execute{5, 1, client, command});
    EXPECT_TRUE(server.client->hear<protocol::Accepted>());
    const ServerCall call = server.program.callsOf(XTYP_EXECUTE).front();
    EXPECT_EQ(call.string1, QStringLiteral("NYSE"));
    EXPECT_EQ(call.string2, QString{});
    EXPECT_EQ(call.format, 0U);
    return call.data;
}

QByteArray wide(const char16_t *text)
{
    const std::u16string_view characters{text};
    return {reinterpret_cast<const char *>(text), static_cast<qsizetype>(2 * (characters.size() + 1))};
}

QByteArray narrow(const char *text) { return {text, static_cast<qsizetype>(qstrlen(text)) + 1}; }

} // namespace

TEST(ARequestToDdeml, IsAnsweredInAnyFormat)
{
    const AnsweringServer server;

    const auto answer = server.request(0xBEEF);

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value, "42.5");
    EXPECT_EQ(answer->format, 0xBEEF);
    const ServerCall call = server.program.callsOf(XTYP_REQUEST).front();
    EXPECT_EQ(call.format, 0xBEEFU);
    EXPECT_EQ(call.string1, QStringLiteral("NYSE"));
    EXPECT_EQ(call.string2, QStringLiteral("ZAXX"));
    EXPECT_EQ(call.word1, 0U);
    EXPECT_EQ(call.word2, 0U);
}

TEST(ARequestToDdeml, IsRefusedIfTheValueIsOfSomethingElse)
{
    AnsweringServer server;
    server.react = [&](const ServerCall &call) {
        return server.program.data("1", server.program.string("OTHER"), call.format);
    };

    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});

    EXPECT_EQ(server.client->hear<protocol::Declined>()->reason.code, ErrorCode::Refused);
    EXPECT_EQ(server.program.lastError(), UINT{DMLERR_INVALIDPARAMETER});
}

TEST(ARequestToDdeml, IsNotPutToAProgramThatFailsThem)
{
    const TalkingServer server{CBF_FAIL_ALLSVRXACTIONS & ~CBF_FAIL_CONNECTIONS};
    server.open();

    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});
    server.client->say(protocol::Poke{6, 1, "ZAXX"_item, CF_TEXT, "1"});
    server.client->say(protocol::Execute{7, 1, CF_TEXT, "[x]"});
    server.client->say(
        protocol::Advise{.link = 8, .conversation = 1, .item = "ZAXX"_item, .formats = {CF_TEXT}});

    EXPECT_EQ(server.client->heard<protocol::Declined>().size(), 3U);
    EXPECT_TRUE(server.client->hear<protocol::LinkEnded>());
    EXPECT_TRUE(server.program.callsOf(XTYP_REQUEST).empty());
    EXPECT_TRUE(server.program.callsOf(XTYP_ADVSTART).empty());
}

TEST(ARequestToDdeml, ForTheItemsOfAProgramThatListsNoneNamesItself)
{
    const TalkingServer server;
    server.open();

    server.client->say(protocol::Request{5, 1, "TopicItemList"_item, {CF_TEXT}});

    EXPECT_EQ(server.client->hear<protocol::Answer>()->value, narrow("TopicItemList"));
    EXPECT_EQ(server.program.callsOf(XTYP_REQUEST).size(), 1U);
}

TEST(ABlockedServer, GetsTheSameRequestAgain)
{
    AnsweringServer server;
    bool isReady = false;
    server.react = [&](const ServerCall &call) {
        return isReady ? server.program.data("1", call.item, call.format) : CBR_BLOCK;
    };
    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});
    server.client->say(protocol::Request{6, 1, "TOP"_item, {CF_TEXT}});
    server.client->settle();
    EXPECT_EQ(server.program.callsOf(XTYP_REQUEST).size(), 1U);

    isReady = true;
    DdeEnableCallback(server.program.id(), server.conversation(), EC_ENABLEALL);

    EXPECT_EQ(server.client->hear<protocol::Answer>()->transaction, 5U);
    EXPECT_EQ(server.client->hear<protocol::Answer>()->transaction, 6U);
    const std::vector<ServerCall> calls = server.program.callsOf(XTYP_REQUEST);
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[1].string2, QStringLiteral("ZAXX"));
}

TEST(ARequestToDdeml, MayEndAnything)
{
    AnsweringServer server;
    server.open(2);
    HDDEDATA unwanted = nullptr;
    server.react = [&](const ServerCall &call) {
        DdeDisconnect(call.conversation);
        if (server.program.callsOf(XTYP_REQUEST).size() == 2)
            DdeUninitialize(server.program.id());
        return unwanted = server.program.data("1", call.item, call.format);
    };

    server.client->say(protocol::Request{5, 1, "ZAXX"_item, {CF_TEXT}});
    EXPECT_TRUE(server.client->hear<protocol::Terminate>());
    EXPECT_FALSE(DdeFreeDataHandle(unwanted));
    server.client->say(protocol::Request{6, 2, "ZAXX"_item, {server.client->number(Format::text())}});

    EXPECT_TRUE(eventually([&] { return server.client->hasLostItsServer(); }, serveSessions));
}

TEST(APokeToDdeml, IsAnsweredByTheCallback)
{
    TalkingServer server;
    UINT answer = DDE_FACK | 0x2A;
    server.react = [&](const ServerCall &) { return statusWord(answer); };
    server.open();
    const auto poke = [&](protocol::TransactionId id, UINT result) {
        answer = result;
        server.client->say(protocol::Poke{id, 1, "ZAXX"_item, 0xBEEF, "12"});
        server.client->settle();
    };

    poke(5, DDE_FACK | 0x2A);
    poke(6, DDE_FBUSY);
    poke(7, 0x05);

    EXPECT_EQ(server.client->hear<protocol::Accepted>()->applicationCode, 0x2A);
    EXPECT_EQ(server.client->hear<protocol::Declined>()->reason.code, ErrorCode::Busy);
    const Error refusal = server.client->hear<protocol::Declined>()->reason;
    EXPECT_EQ(refusal.code, ErrorCode::Refused);
    EXPECT_EQ(refusal.applicationCode, 5);
    const ServerCall call = server.program.callsOf(XTYP_POKE).front();
    EXPECT_EQ(call.data, "12");
    EXPECT_EQ(call.format, 0xBEEFU);
    EXPECT_EQ(call.string2, QStringLiteral("ZAXX"));
}

TEST(ACommandToDdeml, HasTheTextFlavourOfItsServer)
{
    const QByteArray narrowText = narrow("[Refresh(Now)]");
    const QByteArray wideText = wide(u"[Refresh(Now)]");
    const QByteArray chinese = wide(u"[Öffne(中文)]");

    EXPECT_EQ(executed(false, CF_TEXT, narrowText), narrowText);
    EXPECT_EQ(executed(false, CF_TEXT, wideText), narrowText);
    EXPECT_EQ(executed(true, CF_UNICODETEXT, wideText), wideText);
    EXPECT_EQ(executed(true, CF_UNICODETEXT, chinese), chinese);
    EXPECT_EQ(executed(true, CF_UNICODETEXT, narrowText), wideText);
    EXPECT_EQ(executed(true, CF_TEXT, narrowText), wideText);
    EXPECT_EQ(executed(true, CF_TEXT, wideText), wideText);
    EXPECT_EQ(executed(false, CF_UNICODETEXT, wideText), narrowText);
}

TEST(ACommandToDdeml, OfTheOtherFaceIsMadeTextOfItsServer)
{
    EXPECT_EQ(executed(false, protocol::anyFormat, "[\xc3\xa4]"), narrow("[\xe4]"));
    EXPECT_EQ(executed(true, protocol::anyFormat, "[\xc3\xa4]"), wide(u"[ä]"));
}

/// The Qt face talks to the exact one.
struct QtClient
{
    TalkingServer server;
    Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    QByteArray value;

    explicit QtClient(bool isWide = false) : server(0, isWide), value(narrow("42.5"))
    {
        server.react = [this](const ServerCall &call) {
            if (call.type == XTYP_POKE || call.type == XTYP_EXECUTE)
                return statusWord(DDE_FACK);
            const bool isAsked = call.type == XTYP_REQUEST || call.type == XTYP_ADVREQ;
            return isAsked && call.format == CF_TEXT ? server.program.data(value, call.item, call.format)
                                                     : nullptr;
        };
        EXPECT_TRUE(eventually([&] { return talk.state() == Conversation::State::Open; }, serveSessions));
    }
};

TEST(AQtClient, RequestsTextOfDdeml)
{
    QtClient program;

    const Result<Update> value = waitFor(program.talk.request("ZAXX"_item), 5s);

    ASSERT_TRUE(value);
    EXPECT_EQ(value->value.as<QString>().value_or(QString{}), QStringLiteral("42.5"));
}

TEST(AQtClient, RequestsTextOfAWideProgramInBothKinds)
{
    QtClient program{true};

    const Result<Update> value = waitFor(program.talk.request("ZAXX"_item), 5s);

    EXPECT_EQ(value->value.as<QString>().value_or(QString{}), QStringLiteral("42.5"));
    const std::vector<ServerCall> calls = program.server.program.callsOf(XTYP_REQUEST);
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].format, UINT{CF_UNICODETEXT});
    EXPECT_EQ(calls[1].format, UINT{CF_TEXT});
}

TEST(AQtClient, PokesAndExecutesAtDdeml)
{
    QtClient program;

    EXPECT_TRUE(waitFor(program.talk.poke("ZAXX"_item, QStringLiteral("ä")), 5s));
    EXPECT_TRUE(waitFor(program.talk.execute(QStringLiteral("[Refresh]")), 5s));

    EXPECT_EQ(program.server.program.callsOf(XTYP_POKE).front().data, narrow("\xe4"));
    EXPECT_EQ(program.server.program.callsOf(XTYP_POKE).front().format, UINT{CF_TEXT});
    EXPECT_EQ(program.server.program.callsOf(XTYP_EXECUTE).front().data, narrow("[Refresh]"));
}

TEST(AQtClient, HasLinksOfDdeml)
{
    QtClient program;
    AdviseLink link{program.talk, "ZAXX"_item};
    const Heard heard{link};
    EXPECT_TRUE(eventually([&] { return heard.hasHeard("42.5"); }, serveSessions));

    program.value = narrow("43");
    EXPECT_TRUE(program.server.post("NYSE", "ZAXX"));
    EXPECT_TRUE(eventually([&] { return heard.hasHeard("43"); }, serveSessions));
    link.end();
    EXPECT_TRUE(program.server.program.wasCalled(XTYP_ADVSTOP));

    EXPECT_EQ(program.server.program.callsOf(XTYP_ADVSTOP).front().string2, QStringLiteral("ZAXX"));
    EXPECT_THAT(program.server.counts(), ElementsAre(0U, 0U));
}

} // namespace tellwire::test
