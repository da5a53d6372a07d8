// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QCoreApplication>

#include <csignal>
#include <thread>

namespace tellwire::test {

// Publishes Quotes|NYSE with ZAXX. "[tell …]" sets the item, "[die]" kills the server in the middle of the
// command.
TELLWIRE_PEER(QuoteServer)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    nyse.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        nyse.setItem(item, value);
        return {};
    });
    nyse.onExecute([&](const QString &) -> Result<void> {
        std::raise(SIGKILL);
        return {};
    });
    QObject::connect(&quotes, &Service::clientDisconnected, [] { sayToTest("disconnected"); });
    if (!quotes.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TELLWIRE_PEER(QuoteReader)
{
    Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink link{talk, "ZAXX"_item};
    if (!waitFor(link.next(), 5s))
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(TwoProcesses, TalkToEachOther)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink link{talk, "ZAXX"_item};
    const Heard heard{link};

    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);
    const Result<void> poked = waitFor(talk.poke("ZAXX"_item, QStringLiteral("13")), 5s);

    ASSERT_TRUE(price);
    EXPECT_EQ(price->value.bytes(), "12.50");
    EXPECT_TRUE(poked);
    EXPECT_TRUE(eventually([&] { return heard.hasHeard("13"); }, serveSessions));
}

TEST(TwoProcesses, EndTheirTransactionsAndLinksWhenTheServerIsKilled)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    AdviseLink link{talk, "ZAXX"_item};
    const Heard heard{link};

    const Result<void> command = waitFor(talk.execute(QStringLiteral("[die]")), 4s);

    EXPECT_EQ(codeOf(command), ErrorCode::PeerGone);
    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    EXPECT_EQ(heard.end->code, ErrorCode::PeerGone);
    EXPECT_EQ(talk.state(), Conversation::State::Closed);
}

TEST(TwoProcesses, TellTheServiceWhenItsClientIsKilled)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};
    Peer reader{"QuoteReader"};

    reader.killHard();

    EXPECT_EQ(server.hear(), "disconnected");
}

TEST(TwoProcesses, TimeOutWhileTheServerIsStopped)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    ASSERT_TRUE(waitFor(talk.request("ZAXX"_item), 5s));

    server.stop();
    talk.setTimeout(50ms);
    const Result<Update> stopped = waitFor(talk.request("ZAXX"_item), 5s);
    server.resume();
    talk.setTimeout(5s);
    const Result<Update> resumed = waitFor(talk.request("ZAXX"_item), 5s);

    EXPECT_EQ(codeOf(stopped), ErrorCode::TimedOut);
    EXPECT_TRUE(resumed);
}

TEST(TwoProcesses, SkipADeadPublisher)
{
    FreshSession fresh;
    Peer dead{"QuoteServer"};
    dead.killHard();
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("14"));
    ASSERT_TRUE(quotes.publish());
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};

    const Result<Update> price = waitFor(talk.request("ZAXX"_item), 5s);

    ASSERT_TRUE(price) << qPrintable(price.error().detail);
    EXPECT_EQ(price->value.bytes(), "14");
}

TEST(AThread, WithoutEventLoopDoesEverythingByWaiting)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};
    QByteArrayList heard;

    std::jthread{[&] {
        Session session = Session::join().value();
        Conversation talk{session, "Quotes"_service, "NYSE"_topic};
        AdviseLink link{talk, "ZAXX"_item};
        QObject::connect(&link, &AdviseLink::updated,
                         [&](const Update &price) { heard.append(price.value.bytes()); });
        (void)talk.poke("ZAXX"_item, QStringLiteral("13"));
        (void)eventually([&] { return heard.contains("13"); }, [&](auto atMost) { session.wait(atMost); });
    }}.join();

    EXPECT_TRUE(heard.contains("13"));
}

// Runs nothing but the event loop.
TELLWIRE_PEER(EventLoopClient)
{
    Conversation nyse{Session::join().value(), "Quotes"_service, "NYSE"_topic};
    AdviseLink zaxx{nyse, "ZAXX"_item};
    QObject::connect(&zaxx, &AdviseLink::updated, [&](const Update &price) {
        if (price.value.bytes() == "13")
            QCoreApplication::exit(13);
    });
    QObject::connect(&zaxx, &AdviseLink::ended, [] { QCoreApplication::exit(1); });
    nyse.poke("ZAXX"_item, QStringLiteral("13"));
    peerIsReady();
    return QCoreApplication::exec();
}

TEST(AnEventLoop, DoesEverythingByItself)
{
    FreshSession fresh;
    Peer server{"QuoteServer"};

    Peer client{"EventLoopClient"};

    EXPECT_EQ(client.waitForExit(), 13);
}

} // namespace tellwire::test
