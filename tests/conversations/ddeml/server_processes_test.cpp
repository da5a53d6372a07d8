// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/server_program.h"
#include "tests/support/peer.h"

#include <chrono>

namespace tellwire::test {

namespace {

using testing::ElementsAre;

/// Says what it is called with to the test, but for questions.
void report(const ServerCall &call)
{
    switch (call.type) {
    case XTYP_CONNECT_CONFIRM:
        return sayToTest("confirm " + call.string1.toStdString());
    case XTYP_DISCONNECT:
        return sayToTest("disconnect");
    case XTYP_POKE:
        return sayToTest("poke " + call.data.toStdString());
    case XTYP_EXECUTE:
        return sayToTest("execute " + std::string{call.data.constData()});
    case XTYP_ADVSTART:
        return sayToTest("start " + call.string2.toStdString());
    case XTYP_ADVSTOP:
        return sayToTest("stop " + call.string2.toStdString());
    default:
        return;
    }
}

/// The service Quotes of <ddeml.h>. It takes everything; its values are what was poked last. "[Post]" has it
/// tell all links, "[Quit]" ends it.
TELLWIRE_PEER(DdemlServer)
{
    ServerProgram program;
    QByteArray value = "1";
    bool isToEnd = false;
    bool isToPost = false;
    program.react = [&](const ServerCall &call) {
        report(call);
        if (call.type == XTYP_REQUEST || call.type == XTYP_ADVREQ)
            return program.data(value, call.item, call.format);
        if (call.type == XTYP_POKE)
            value = call.data;
        isToPost = isToPost || call.data.startsWith("[Post]");
        isToEnd = isToEnd || call.data.startsWith("[Quit]");
        return call.type == XTYP_POKE || call.type == XTYP_EXECUTE ? statusWord(DDE_FACK) : accepted();
    };
    if (!program.enter())
        return 1;
    peerIsReady();
    while (!isToEnd) {
        DdeDispatch(program.id(), INFINITE);
        if (std::exchange(isToPost, false))
            DdePostAdvise(program.id(), nullptr, nullptr);
    }
    return 0;
}

/// A client of <ddeml.h> for the server in another process.
struct DdemlClient
{
    ServerProgram program{APPCMD_CLIENTONLY};
    HCONV conversation = DdeConnect(program.id(), program.string("Quotes"), program.string("NYSE"), nullptr);
    HSZ item = program.string("ZAXX");

    DdemlClient()
    {
        program.react = [](const ServerCall &) { return statusWord(DDE_FACK); };
    }
    HDDEDATA transact(UINT type, const QByteArray &data = {}, UINT format = CF_TEXT) const
    {
        QByteArray copy = data;
        const bool hasData = type == XTYP_POKE || type == XTYP_EXECUTE;
        return DdeClientTransaction(hasData ? reinterpret_cast<LPBYTE>(copy.data()) : nullptr,
                                    hasData ? static_cast<DWORD>(copy.size()) : 0, conversation,
                                    type == XTYP_EXECUTE ? nullptr : item, format, type, 5000, nullptr);
    }
    QByteArray request() const
    {
        const HDDEDATA data = transact(XTYP_REQUEST);
        QByteArray bytes(static_cast<qsizetype>(DdeGetData(data, nullptr, 0, 0)), '\0');
        DdeGetData(data, reinterpret_cast<LPBYTE>(bytes.data()), static_cast<DWORD>(bytes.size()), 0);
        DdeFreeDataHandle(data);
        return bytes;
    }
};

} // namespace

TEST(TwoProgramsOfDdeml, TalkInAllWays)
{
    const FreshSession fresh;
    const Peer server{"DdemlServer"};
    const DdemlClient client;
    ASSERT_NE(client.conversation, nullptr);

    EXPECT_EQ(client.request(), "1");
    EXPECT_NE(client.transact(XTYP_ADVSTART), nullptr);
    EXPECT_NE(client.transact(XTYP_POKE, "42"), nullptr);
    EXPECT_NE(client.transact(XTYP_EXECUTE, QByteArray{"[Post]", 7}), nullptr);
    ASSERT_TRUE(client.program.wasCalled(XTYP_ADVDATA));
    EXPECT_NE(client.transact(XTYP_ADVSTOP), nullptr);
    EXPECT_TRUE(DdeDisconnect(client.conversation));

    EXPECT_EQ(client.program.callsOf(XTYP_ADVDATA).front().data, "42");
    for (const char *said :
         {"confirm NYSE", "start ZAXX", "poke 42", "execute [Post]", "stop ZAXX", "disconnect"})
        EXPECT_EQ(server.hear(), said);
}

TEST(TwoProgramsOfDdeml, HearOfTheServersEnd)
{
    const FreshSession fresh;
    Peer server{"DdemlServer"};
    const DdemlClient client;

    EXPECT_NE(client.transact(XTYP_EXECUTE, QByteArray{"[Quit]", 7}), nullptr);

    EXPECT_TRUE(client.program.wasCalled(XTYP_DISCONNECT));
    EXPECT_EQ(server.waitForExit(), 0);
}

TEST(TwoProgramsOfDdeml, HearOfTheServersDeath)
{
    const FreshSession fresh;
    Peer server{"DdemlServer"};
    const DdemlClient client;

    server.killHard();

    EXPECT_TRUE(client.program.wasCalled(XTYP_DISCONNECT));
}

TEST(TwoProgramsOfDdeml, HearOfTheClientsEnd)
{
    const FreshSession fresh;
    const Peer server{"DdemlServer"};

    {
        const DdemlClient client;
        EXPECT_NE(client.conversation, nullptr);
    }

    EXPECT_EQ(server.hear(), "confirm NYSE");
    EXPECT_EQ(server.hear(), "disconnect");
}

TEST(AQtClient, TalksToAServerOfDdemlInAnotherProcess)
{
    const FreshSession fresh;
    const Peer server{"DdemlServer"};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink link{talk, "ZAXX"_item};
    const Heard heard{link};
    EXPECT_TRUE(eventually([&] { return heard.hasHeard("1"); }, serveSessions));

    EXPECT_TRUE(waitFor(talk.poke("ZAXX"_item, QStringLiteral("42")), 5s));
    EXPECT_TRUE(waitFor(talk.execute(QStringLiteral("[Post]")), 5s));

    EXPECT_TRUE(eventually([&] { return heard.hasHeard("42"); }, serveSessions));
    const Result<Update> value = waitFor(talk.request("ZAXX"_item), 5s);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->value.bytes(), "42");
}

} // namespace tellwire::test
