// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"
#include "conversations/topic.h"
#include "tests/conversations/ddeml/program.h"
#include "tests/support/peer.h"

#include <QTimer>

#include <atomic>
#include <thread>

using namespace tellwire;
using namespace tellwire::test;

namespace {

/// A service of the Qt face and a client of the exact face, in one thread.
struct QtServiceAndClient
{
    FreshSession fresh;
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    Program client;
    HCONV talk = nullptr;

    QtServiceAndClient()
    {
        EXPECT_TRUE(quotes.publish());
        nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
        talk = client.connect("Quotes", "NYSE");
        EXPECT_NE(talk, nullptr);
    }

    HDDEDATA later(UINT type, const char *item, DWORD *id) const
    {
        return DdeClientTransaction(nullptr, 0, talk, client.string(item), CF_TEXT, type, TIMEOUT_ASYNC, id);
    }
};

HDDEDATA CALLBACK silent(UINT, UINT, HCONV, HSZ, HSZ, HDDEDATA, ULONG_PTR, ULONG_PTR) { return nullptr; }

TELLWIRE_PEER(QtQuotes)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    nyse.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        nyse.setItem(item, value);
        return {};
    });
    nyse.onExecute([&](const QString &command) -> Result<void> {
        nyse.setItem("Command"_item, command);
        return {};
    });
    const ReplyPromise<Payload> never;
    nyse.provideItem("Never"_item, {Format::text()}, [&](const Format &) { return never.reply(); });
    (void)quotes.publish();
    peerIsReady();
    while (true)
        session.wait(std::chrono::milliseconds{-1});
}

} // namespace

TEST(AnExactClient, FindsNobodyWhereNobodyIs)
{
    const FreshSession fresh;
    const Program client;

    const HCONV talk = client.connect("Quotes", "NYSE");

    EXPECT_EQ(talk, nullptr);
    EXPECT_EQ(client.lastError(), UINT{DMLERR_NO_CONV_ESTABLISHED});
}

TEST(AnExactClient, TellsAboutAConversationWithAQtService)
{
    const QtServiceAndClient both;

    const CONVINFO info = both.client.info(both.talk);

    EXPECT_EQ(info.wStatus, UINT{ST_CONNECTED | ST_CLIENT});
    EXPECT_EQ(info.wConvst, UINT{XST_CONNECTED});
    EXPECT_EQ(info.hConvPartner, nullptr);
    EXPECT_EQ(both.client.text(info.hszSvcPartner), QStringLiteral("Quotes"));
    EXPECT_EQ(both.client.text(info.hszTopic), QStringLiteral("NYSE"));
    EXPECT_EQ(info.ConvCtxt.iCodePage, CP_WINANSI);
}

TEST(AnExactClient, RequestsFromAQtService)
{
    const QtServiceAndClient both;
    DWORD status = 77;

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_REQUEST, "ZAXX", CF_TEXT, nullptr, &status);

    EXPECT_EQ(Program::take(answer), QByteArray("12.50\0", 6));
    EXPECT_EQ(status, 0U);
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_NO_ERROR});
}

TEST(AnExactClient, RequestsWideTextFromAQtService)
{
    const QtServiceAndClient both;

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_REQUEST, "ZAXX", CF_UNICODETEXT);

    EXPECT_EQ(Program::take(answer), QByteArray("1\0002\0.\0005\0000\0\0\0", 12));
}

TEST(AnExactClient, IsRefusedWhatThereIsNot)
{
    const QtServiceAndClient both;
    DWORD status = 77;

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_REQUEST, "None", CF_TEXT, nullptr, &status);

    EXPECT_EQ(answer, nullptr);
    EXPECT_EQ(status, 0U);
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_NOTPROCESSED});
    EXPECT_EQ(both.client.info(both.talk).wConvst, UINT{XST_INCOMPLETE});
}

TEST(AnExactClient, PokesText)
{
    QtServiceAndClient both;
    QByteArray poked;
    both.nyse.onPoke([&](const ItemName &, const Payload &value) -> Result<void> {
        poked = value.bytes();
        return {};
    });
    DWORD status = 0;

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_POKE, "ZAXX", CF_TEXT, "13\xFC", &status);

    EXPECT_EQ(answer, ddeResult(TRUE));
    EXPECT_EQ(status, DWORD{DDE_FACK});
    EXPECT_EQ(poked, QByteArray("13\xC3\xBC"));
}

TEST(AnExactClient, IsToldThatAServiceIsBusy)
{
    QtServiceAndClient both;
    both.nyse.onPoke([&](const ItemName &, const Payload &) -> Result<void> {
        return Error{.code = ErrorCode::Busy, .detail = {}, .applicationCode = 0x2A};
    });
    DWORD status = 0;

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_POKE, "ZAXX", CF_TEXT, "13", &status);

    EXPECT_EQ(answer, nullptr);
    EXPECT_EQ(status, DWORD{DDE_FBUSY | 0x2A});
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_BUSY});
}

TEST(AnExactClient, ExecutesCommands)
{
    QtServiceAndClient both;
    QString command;
    both.nyse.onExecute([&](const QString &given) -> Result<void> {
        command = given;
        return {};
    });

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_EXECUTE, nullptr, 0, "[Refresh(Now)]");

    EXPECT_EQ(answer, ddeResult(TRUE));
    EXPECT_EQ(command, QStringLiteral("[Refresh(Now)]"));
}

TEST(AnExactClient, WatchesAnItemHot)
{
    QtServiceAndClient both;

    const HDDEDATA started = both.client.transact(both.talk, XTYP_ADVSTART, "ZAXX");
    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    both.nyse.setItem("ZAXX"_item, QStringLiteral("14"));

    EXPECT_EQ(started, ddeResult(TRUE));
    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA, 2));
    const std::vector<Called> news = both.client.callsOf(XTYP_ADVDATA);
    EXPECT_EQ(news.at(0).bytes, QByteArray("13\0", 3));
    EXPECT_EQ(news.at(1).bytes, QByteArray("14\0", 3));
    EXPECT_EQ(news.at(1).string1, QStringLiteral("NYSE"));
    EXPECT_EQ(news.at(1).string2, QStringLiteral("ZAXX"));
    EXPECT_EQ(DdeGetData(news.at(1).data, nullptr, 0, 0), 0U);
    EXPECT_TRUE(both.client.info(both.talk).wStatus & ST_ADVISE);
}

TEST(AnExactClient, WatchesAnItemWarm)
{
    QtServiceAndClient both;

    both.client.transact(both.talk, XTYP_ADVSTART | XTYPF_NODATA, "ZAXX");
    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));

    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).front().data, nullptr);
    EXPECT_EQ(Program::take(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX")), QByteArray("13\0", 3));
}

TEST(AnExactClient, AcknowledgesUpdates)
{
    QtServiceAndClient both;

    both.client.transact(both.talk, XTYP_ADVSTART | XTYPF_ACKREQ, "ZAXX");
    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA, 1));
    both.nyse.setItem("ZAXX"_item, QStringLiteral("14"));

    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA, 2));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).back().bytes, QByteArray("14\0", 3));
}

TEST(AnExactClient, TurnsAHotLinkIntoAWarmOne)
{
    QtServiceAndClient both;
    both.client.transact(both.talk, XTYP_ADVSTART, "ZAXX");

    both.client.transact(both.talk, XTYP_ADVSTART | XTYPF_NODATA, "ZAXX");
    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    Program::take(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX"));

    ASSERT_EQ(both.client.callsOf(XTYP_ADVDATA).size(), 1U);
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).front().data, nullptr);
}

TEST(AnExactClient, HearsLaterHowATransactionWent)
{
    const QtServiceAndClient both;
    DWORD good = 0;
    DWORD bad = 0;

    const HDDEDATA started = both.later(XTYP_REQUEST, "ZAXX", &good);
    both.later(XTYP_REQUEST, "None", &bad);

    EXPECT_EQ(started, ddeResult(TRUE));
    EXPECT_EQ(both.client.info(both.talk, good).wType, UINT{XTYP_REQUEST});
    ASSERT_TRUE(both.client.hears(XTYP_XACT_COMPLETE, 2));
    const std::vector<Called> completions = both.client.callsOf(XTYP_XACT_COMPLETE);
    EXPECT_EQ(completions.at(0).word1, good);
    EXPECT_EQ(completions.at(0).bytes, QByteArray("12.50\0", 6));
    EXPECT_EQ(completions.at(0).string2, QStringLiteral("ZAXX"));
    EXPECT_EQ(completions.at(1).word1, bad);
    EXPECT_EQ(completions.at(1).data, nullptr);
    CONVINFO info{};
    info.cb = sizeof(info);
    EXPECT_EQ(DdeQueryConvInfo(both.talk, good, &info), 0U);
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_UNFOUND_QUEUE_ID});
}

TEST(AnExactClient, HearsNothingOfWhatItAbandons)
{
    const QtServiceAndClient both;
    DWORD id = 0;
    both.later(XTYP_REQUEST, "ZAXX", &id);

    const BOOL abandoned = DdeAbandonTransaction(both.client.id, both.talk, id);
    Program::take(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX"));

    EXPECT_TRUE(abandoned);
    EXPECT_TRUE(both.client.callsOf(XTYP_XACT_COMPLETE).empty());
    EXPECT_FALSE(DdeAbandonTransaction(both.client.id, both.talk, id));
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_UNFOUND_QUEUE_ID});
}

TEST(AnExactClient, GetsWhatItBlockedInOrder)
{
    QtServiceAndClient both;
    both.client.transact(both.talk, XTYP_ADVSTART, "ZAXX");
    DdeEnableCallback(both.client.id, both.talk, EC_DISABLE);
    for (const char *price : {"1", "2", "3"})
        both.nyse.setItem("ZAXX"_item, QString::fromLatin1(price));
    Program::take(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX"));
    EXPECT_TRUE(both.client.callsOf(XTYP_ADVDATA).empty());
    EXPECT_TRUE(both.client.info(both.talk).wStatus & ST_BLOCKED);
    EXPECT_TRUE(DdeEnableCallback(both.client.id, both.talk, EC_QUERYWAITING));

    DdeEnableCallback(both.client.id, both.talk, EC_ENABLEONE);
    EXPECT_TRUE(both.client.hears(XTYP_ADVDATA));
    EXPECT_TRUE(both.client.info(both.talk).wStatus & ST_BLOCKED);
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).size(), 1U);
    DdeEnableCallback(both.client.id, both.talk, EC_ENABLEALL);

    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA, 3));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).at(0).bytes, QByteArray("1\0", 2));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).at(2).bytes, QByteArray("3\0", 2));
}

TEST(AnExactClient, GetsTheSameAgainWhenItHasBlockedIt)
{
    QtServiceAndClient both;
    both.client.answer = [&](const Called &) {
        return both.client.callsOf(XTYP_ADVDATA).size() == 1 ? CBR_BLOCK : ddeResult(DDE_FACK);
    };
    both.client.transact(both.talk, XTYP_ADVSTART, "ZAXX");
    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    EXPECT_TRUE(both.client.hears(XTYP_ADVDATA));

    DdeEnableCallback(both.client.id, both.talk, EC_ENABLEALL);

    ASSERT_TRUE(both.client.hears(XTYP_ADVDATA, 2));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).at(1).bytes, QByteArray("13\0", 3));
    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).at(1).data, both.client.callsOf(XTYP_ADVDATA).at(0).data);
}

TEST(AnExactClient, DoesNotSendWhatMakesNoSense)
{
    const QtServiceAndClient both;
    DWORD result = 77;
    const auto isRefused = [&](HDDEDATA answer, UINT error) {
        EXPECT_EQ(answer, nullptr);
        EXPECT_EQ(both.client.lastError(), error);
    };

    isRefused(both.client.transact(both.talk, XTYP_REQUEST, nullptr, CF_TEXT, nullptr, &result),
              DMLERR_INVALIDPARAMETER);
    isRefused(both.client.transact(nullptr, XTYP_REQUEST, "ZAXX", CF_TEXT, nullptr, &result),
              DMLERR_INVALIDPARAMETER);
    isRefused(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX", CF_TEXT, "data", &result),
              DMLERR_INVALIDPARAMETER);
    isRefused(both.client.transact(both.talk, XTYP_CONNECT, "ZAXX", CF_TEXT, nullptr, &result),
              DMLERR_INVALIDPARAMETER);
    isRefused(both.client.transact(both.talk, XTYP_EXECUTE, nullptr, 0, nullptr, &result),
              DMLERR_MEMORY_ERROR);
    isRefused(DdeClientTransaction(nullptr, 0xFFFFFFFF, both.talk, nullptr, 0, XTYP_EXECUTE, 1000, &result),
              DMLERR_INVALIDPARAMETER);
    EXPECT_EQ(result, 77U);
}

TEST(AnExactClient, HasOneSynchronousTransactionAtATime)
{
    const QtServiceAndClient both;
    HDDEDATA nested = ddeResult(TRUE);
    UINT error = 0;
    QTimer::singleShot(0, [&] {
        nested = both.client.transact(both.talk, XTYP_REQUEST, "ZAXX");
        error = both.client.lastError();
    });

    const HDDEDATA answer = both.client.transact(both.talk, XTYP_REQUEST, "ZAXX");

    EXPECT_EQ(Program::take(answer), QByteArray("12.50\0", 6));
    EXPECT_EQ(nested, nullptr);
    EXPECT_EQ(error, UINT{DMLERR_REENTRANCY});
}

TEST(AnExactClient, EndsAConversation)
{
    const QtServiceAndClient both;

    const BOOL ended = DdeDisconnect(both.talk);

    EXPECT_TRUE(ended);
    EXPECT_FALSE(DdeDisconnect(both.talk));
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_NO_CONV_ESTABLISHED});
    CONVINFO info{};
    info.cb = sizeof(info);
    EXPECT_EQ(DdeQueryConvInfo(both.talk, QID_SYNC, &info), 0U);
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(both.client.transact(both.talk, XTYP_REQUEST, "ZAXX"), nullptr);
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_NO_CONV_ESTABLISHED});
    EXPECT_TRUE(both.client.callsOf(XTYP_DISCONNECT).empty());
}

TEST(AnExactClient, MayLookAtAConversationThatTheServerHasEnded)
{
    const FreshSession fresh;
    Peer server{"QtQuotes"};
    Program client;
    const HCONV talk = client.connect("Quotes", "NYSE");
    UINT status = 0;
    client.answer = [&](const Called &call) {
        status = client.info(call.conversation).wStatus;
        return nullptr;
    };

    server.killHard();

    ASSERT_TRUE(client.hears(XTYP_DISCONNECT));
    EXPECT_EQ(client.calls.back().conversation, talk);
    EXPECT_EQ(status, UINT{ST_CLIENT | ST_TERMINATED});
    EXPECT_EQ(client.info(talk).wStatus, 0U);
}

TEST(AnExactClient, WaitsNoLongerForAServerThatHasDied)
{
    const FreshSession fresh;
    Peer server{"QtQuotes"};
    const Program client;
    const HCONV talk = client.connect("Quotes", "NYSE");
    QTimer::singleShot(0, [&] { server.killHard(); });

    const HDDEDATA answer = client.transact(talk, XTYP_REQUEST, "Never");

    EXPECT_EQ(answer, nullptr);
    EXPECT_EQ(client.lastError(), UINT{DMLERR_SERVER_DIED});
}

TEST(AnExactClient, WaitsNoLongerThanItSays)
{
    const FreshSession fresh;
    const Peer server{"QtQuotes"};
    const Program client;
    const HCONV talk = client.connect("Quotes", "NYSE");

    const HDDEDATA answer = client.transact(talk, XTYP_REQUEST, "Never", CF_TEXT, nullptr, nullptr, 10);

    EXPECT_EQ(answer, nullptr);
    EXPECT_EQ(client.lastError(), UINT{DMLERR_DATAACKTIMEOUT});
    EXPECT_EQ(Program::take(client.transact(talk, XTYP_REQUEST, "ZAXX")), QByteArray("12.50\0", 6));
}

TEST(AnExactClient, TalksToAQtServiceOfAnotherProcess)
{
    const FreshSession fresh;
    const Peer server{"QtQuotes"};
    const Program client;
    const HCONV talk = client.connect("Quotes", "NYSE");

    client.transact(talk, XTYP_ADVSTART, "ZAXX");
    client.transact(talk, XTYP_ADVSTART | XTYPF_NODATA, "ZAXX", CF_UNICODETEXT);
    const HDDEDATA poked = client.transact(talk, XTYP_POKE, "ZAXX", CF_TEXT, "13");
    const HDDEDATA executed = client.transact(talk, XTYP_EXECUTE, nullptr, 0, "[Open]");

    EXPECT_EQ(poked, ddeResult(TRUE));
    EXPECT_EQ(executed, ddeResult(TRUE));
    EXPECT_EQ(Program::take(client.transact(talk, XTYP_REQUEST, "Command")), QByteArray("[Open]\0", 7));
    ASSERT_TRUE(client.hears(XTYP_ADVDATA, 2));
    const std::vector<Called> news = client.callsOf(XTYP_ADVDATA);
    const auto hot = std::ranges::find(news, UINT{CF_TEXT}, &Called::format);
    const auto warm = std::ranges::find(news, UINT{CF_UNICODETEXT}, &Called::format);
    EXPECT_EQ(hot->bytes, QByteArray("13\0", 3));
    EXPECT_EQ(warm->data, nullptr);
}

TEST(AnExactClient, FindsATopicByWildcard)
{
    const QtServiceAndClient both;

    const HCONV talk = both.client.connect("Quotes", nullptr);

    EXPECT_EQ(both.client.text(both.client.info(talk).hszTopic), QStringLiteral("NYSE"));
}

TEST(AnExactClient, OpensEverythingThatThereIsAsAList)
{
    QtServiceAndClient both;
    both.quotes.topic("LSE"_topic);

    const HCONVLIST list =
        DdeConnectList(both.client.id, both.client.string("Quotes"), nullptr, nullptr, nullptr);

    std::vector<QString> topics;
    for (HCONV next = DdeQueryNextServer(list, nullptr); next != nullptr;
         next = DdeQueryNextServer(list, next)) {
        topics.push_back(both.client.text(both.client.info(next).hszTopic));
        EXPECT_EQ(both.client.info(next).hConvList, list);
    }
    std::ranges::sort(topics);
    EXPECT_EQ(topics, (std::vector<QString>{QStringLiteral("LSE"), QStringLiteral("NYSE"),
                                            QStringLiteral("System")}));
    EXPECT_TRUE(DdeDisconnectList(list));
    EXPECT_FALSE(DdeDisconnectList(list));
}

TEST(AnExactClient, AddsToAListOnlyWhatIsNew)
{
    QtServiceAndClient both;
    const HSZ service = both.client.string("Quotes");
    const HCONVLIST before =
        DdeConnectList(both.client.id, service, both.client.string("NYSE"), nullptr, nullptr);
    const HCONV first = DdeQueryNextServer(before, nullptr);

    const HCONVLIST after =
        DdeConnectList(both.client.id, service, both.client.string("NYSE"), before, nullptr);

    EXPECT_NE(after, before);
    EXPECT_EQ(DdeQueryNextServer(after, nullptr), first);
    EXPECT_EQ(DdeQueryNextServer(after, first), nullptr);
    EXPECT_EQ(DdeQueryNextServer(before, nullptr), nullptr);
}

TEST(AnExactClient, ConnectsAgainWithItsLinks)
{
    const FreshSession fresh;
    Peer server{"QtQuotes"};
    Program client;
    const HCONV talk = client.connect("Quotes", "NYSE");
    client.transact(talk, XTYP_ADVSTART, "ZAXX");
    HCONV again = nullptr;
    client.answer = [&](const Called &call) {
        if (call.type == XTYP_DISCONNECT)
            again = DdeReconnect(call.conversation);
        return nullptr;
    };
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    EXPECT_TRUE(quotes.publish());

    server.killHard();
    EXPECT_TRUE(eventually([&] { return nyse.watchers("ZAXX"_item) == 1; }));
    nyse.setItem("ZAXX"_item, QStringLiteral("14"));

    ASSERT_TRUE(client.hears(XTYP_ADVDATA));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA).front().conversation, again);
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA).front().bytes, QByteArray("14\0", 3));
}

TEST(AnExactClient, WorksInAThreadWithoutAnEventLoop)
{
    const FreshSession fresh;
    const Peer server{"QtQuotes"};
    QByteArray answer;

    std::thread{[&] {
        const Program client;
        const HCONV talk = client.connect("Quotes", "NYSE");
        answer = Program::take(client.transact(talk, XTYP_REQUEST, "ZAXX"));
    }}.join();

    EXPECT_EQ(answer, QByteArray("12.50\0", 6));
}

TEST(AnExactClient, EndsWithItsThread)
{
    QtServiceAndClient both;
    const auto leaveAnInstanceBehind = [] {
        DWORD id = 0;
        DdeInitializeA(&id, silent, APPCMD_CLIENTONLY, 0);
        const HSZ service = DdeCreateStringHandleA(id, "Quotes", CP_WINANSI);
        const HSZ topic = DdeCreateStringHandleA(id, "NYSE", CP_WINANSI);
        const HSZ item = DdeCreateStringHandleA(id, "ZAXX", CP_WINANSI);
        const HCONV talk = DdeConnect(id, service, topic, nullptr);
        DdeClientTransaction(nullptr, 0, talk, item, CF_TEXT, XTYP_ADVSTART, 20'000, nullptr);
    };

    std::atomic<bool> hasEnded = false;
    std::thread thread{[&] {
        leaveAnInstanceBehind();
        hasEnded = true;
    }};
    const bool hasWatched = eventually([&] { return hasEnded.load(); });
    thread.join();

    EXPECT_TRUE(hasWatched);
    EXPECT_TRUE(eventually([&] { return both.nyse.watchers("ZAXX"_item) == 0; }));
}

TEST(AnExactClient, KnowsThePartsOfATransactionByItsId)
{
    const QtServiceAndClient both;
    DWORD id = 0;
    both.later(XTYP_REQUEST, "ZAXX", &id);

    const BOOL stored = DdeSetUserHandle(both.talk, id, 42);

    EXPECT_TRUE(stored);
    EXPECT_EQ(both.client.info(both.talk, id).hUser, 42U);
    EXPECT_EQ(both.client.text(both.client.info(both.talk, id).hszItem), QStringLiteral("ZAXX"));
    EXPECT_EQ(both.client.info(both.talk).hUser, 0U);
    EXPECT_FALSE(DdeSetUserHandle(both.talk, id + 1, 42));
    EXPECT_EQ(both.client.lastError(), UINT{DMLERR_UNFOUND_QUEUE_ID});
}

TEST(AnExactClient, MayEndEverythingInsideACallback)
{
    QtServiceAndClient both;
    both.client.transact(both.talk, XTYP_ADVSTART, "ZAXX");
    both.client.calls.clear();
    both.client.answer = [&](const Called &) {
        DdeUninitialize(both.client.id);
        return nullptr;
    };

    both.nyse.setItem("ZAXX"_item, QStringLiteral("13"));
    both.nyse.setItem("ZAXX"_item, QStringLiteral("14"));
    EXPECT_TRUE(eventually(
        [&] { return !both.client.callsOf(XTYP_ADVDATA).empty() && both.nyse.watchers("ZAXX"_item) == 0; }));

    EXPECT_EQ(both.client.callsOf(XTYP_ADVDATA).size(), 1U);
}
