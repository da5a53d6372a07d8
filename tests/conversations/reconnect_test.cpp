// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <csignal>

namespace tellwire::test {

namespace {

constexpr ConversationOptions reconnecting{.reconnect = true};

/// All that a link that comes back says, in order.
struct Story
{
    QByteArrayList told;
    std::optional<Staleness> staleness;
    QList<Update> updates;

    explicit Story(AdviseLink &link)
    {
        QObject::connect(&link, &AdviseLink::updated, [this](const Update &update) {
            told.append(update.value.bytes());
            updates.append(update);
        });
        QObject::connect(&link, &AdviseLink::changed, [this](const Update &news) {
            told.append("changed");
            updates.append(news);
        });
        QObject::connect(&link, &AdviseLink::wentStale, [this](const Staleness &why) {
            told.append("stale");
            staleness = why;
        });
        QObject::connect(&link, &AdviseLink::ended,
                         [this](const Error &reason) { told.append(errorName(reason.code).toUtf8()); });
    }
    Story(const Story &) = delete;
    Story &operator=(const Story &) = delete;

    [[nodiscard]] bool becomes(const QByteArrayList &expected) const
    {
        return eventually([&] { return told == expected; }, serveSessions);
    }
};

} // namespace

// Publishes Quotes|NYSE with ZAXX at the price it is given. A poke to DIE kills it before it answers.
TELLWIRE_PEER(ReturningServer)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QString::fromStdString(peerArguments().at(0)));
    int pokes = 0;
    nyse.onPoke([&](const ItemName &item, const Payload &) -> Result<void> {
        if (item == "DIE"_item)
            std::raise(SIGKILL);
        sayToTest("poke " + std::to_string(++pokes));
        return {};
    });
    if (!quotes.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AReconnectingLink, KeepsItsLastValueMarkedStaleWhenItsServerIsKilled)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_TRUE(story.becomes({"12.50"}));
    const SourceTime before = SourceTime::clock::now();

    server.killHard();

    ASSERT_TRUE(story.becomes({"12.50", "stale"}));
    EXPECT_EQ(link.state(), AdviseLink::State::Stale);
    EXPECT_EQ(link.latest()->value.bytes(), "12.50");
    EXPECT_EQ(link.latest()->quality, Quality::Stale);
    EXPECT_EQ(link.staleness(), story.staleness);
    EXPECT_EQ(story.staleness->reason.code, ErrorCode::PeerGone);
    EXPECT_GE(story.staleness->since, before);
    EXPECT_EQ(talk.state(), Conversation::State::Opening);
}

TEST(AReconnectingLink, ComesBackWithTheServiceAndFlagsTheGap)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_TRUE(story.becomes({"12.50"}));
    server.killHard();
    ASSERT_TRUE(story.becomes({"12.50", "stale"}));

    Peer returned{"ReturningServer", {"13"}};

    ASSERT_TRUE(story.becomes({"12.50", "stale", "13"}));
    EXPECT_FALSE(story.updates[0].afterGap);
    EXPECT_TRUE(story.updates[1].afterGap);
    EXPECT_EQ(story.updates[1].missed, 0U);
    EXPECT_EQ(link.latest()->quality, Quality::Good);
    EXPECT_EQ(link.staleness(), std::nullopt);
    EXPECT_EQ(link.state(), AdviseLink::State::Active);
}

TEST(AReconnectingLink, MovesToAnotherProgramThatPublishesTheSame)
{
    FreshSession fresh;
    Peer first{"ReturningServer", {"1"}};
    Peer second{"ReturningServer", {"2"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_TRUE(story.becomes({"1"}));

    first.killHard();

    EXPECT_TRUE(story.becomes({"1", "stale", "2"}));
    EXPECT_EQ(talk.partner()->pid, second.processId());
}

TEST(AReconnectingConversation, WaitsForAServiceThatIsNotThereYet)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    const Reply<Update> price = talk.request("ZAXX"_item);

    Peer server{"ReturningServer", {"12.50"}};

    EXPECT_TRUE(story.becomes({"12.50"}));
    EXPECT_TRUE(waitFor(price, 5s));
}

TEST(AReconnectingConversation, WaitsForATopicThatItsServiceHasNotYet)
{
    FreshSession fresh;
    const Session serverSession = Session::join().value();
    const Session clientSession = Session::join().value();
    Service quotes{serverSession, "Quotes"_service};
    ASSERT_TRUE(quotes.publish());
    Conversation talk{clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    ASSERT_EQ(codeOf(talk.request("ZAXX"_item, Format::text(), 50ms)), ErrorCode::TimedOut);

    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("12.50"));

    EXPECT_TRUE(waitFor(talk.request("ZAXX"_item), 5s));
}

TEST(AReconnectingLink, WaitsForAnItemThatIsNotThereYet)
{
    TwoPrograms programs;
    Conversation talk{programs.clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_EQ(codeOf(talk.request("ZAXX"_item)), ErrorCode::NoSuchItem);

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));

    EXPECT_TRUE(story.becomes({"1"}));
}

TEST(AReconnectingLink, GoesStaleWithAnItemThatIsRemovedAndReturnsWithIt)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    Conversation talk{programs.clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_TRUE(story.becomes({"1"}));

    programs.nyse.removeItem("ZAXX"_item);
    ASSERT_TRUE(story.becomes({"1", "stale"}));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));

    EXPECT_TRUE(story.becomes({"1", "stale", "2"}));
    EXPECT_EQ(story.staleness->reason.code, ErrorCode::NoSuchItem);
}

TEST(AReconnectingWarmLink, IsToldThatThereMayBeNewsAfterAGap)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    const Story story{link};
    ASSERT_TRUE(eventually([&] { return link.state() == AdviseLink::State::Active; }, serveSessions));
    server.killHard();
    ASSERT_TRUE(story.becomes({"stale"}));

    Peer returned{"ReturningServer", {"13"}};

    ASSERT_TRUE(story.becomes({"stale", "changed"}));
    EXPECT_TRUE(story.updates[0].afterGap);
    EXPECT_EQ(waitFor(link.request(), 5s)->value.bytes(), "13");
}

TEST(AReconnectingConversation, NeverSendsAPokeTwice)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    ASSERT_TRUE(waitFor(talk.request("ZAXX"_item), 5s));

    const Reply<void> deadly = talk.poke("DIE"_item, QStringLiteral("now"));
    const Reply<void> behind = talk.poke("ZAXX"_item, QStringLiteral("13"));
    EXPECT_EQ(codeOf(deadly), ErrorCode::PeerGone);
    EXPECT_EQ(codeOf(behind), ErrorCode::PeerGone) << "it was on its way";
    Peer returned{"ReturningServer", {"12.50"}};
    const Result<void> fresh13 = waitFor(talk.poke("ZAXX"_item, QStringLiteral("13")), 5s);

    EXPECT_TRUE(fresh13);
    EXPECT_EQ(returned.hear(), "poke 1") << "the first and only one that reached it";
}

TEST(AReconnectingConversation, HoldsWhatIsStartedMeanwhileUntilTheReturn)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    ASSERT_TRUE(waitFor(talk.request("ZAXX"_item), 5s));
    bool isLost = false;
    QObject::connect(&talk, &Conversation::lost, [&] { isLost = true; });
    server.killHard();
    ASSERT_TRUE(eventually([&] { return isLost; }, serveSessions));

    const Reply<void> waiting = talk.poke("ZAXX"_item, QStringLiteral("13"));
    const Reply<void> impatient = talk.poke("ZAXX"_item, QStringLiteral("14"), {.timeout = 20ms});
    EXPECT_EQ(codeOf(impatient), ErrorCode::TimedOut);
    Peer returned{"ReturningServer", {"12.50"}};

    EXPECT_TRUE(waitFor(waiting, 5s));
    EXPECT_EQ(returned.hear(), "poke 1") << "the impatient one is never sent";
}

TEST(AReconnectingLink, ComesBackManyTimes)
{
    FreshSession fresh;
    const Session serverSession = Session::join().value();
    const Session clientSession = Session::join().value();
    Conversation talk{clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    const Story story{link};

    QByteArrayList expected;
    for (int round = 0; round < 20; ++round) {
        Service quotes{serverSession, "Quotes"_service};
        quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QString::number(round));
        ASSERT_TRUE(quotes.publish());
        ASSERT_TRUE(story.becomes(expected += QByteArray::number(round)));
        quotes.topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("last"));
        ASSERT_TRUE(story.becomes(expected += "last"));
        expected += "stale";
    }

    EXPECT_TRUE(story.becomes(expected));
}

TEST(AReconnectingLink, EndsForGoodWhenItsConversationGoes)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    auto talk = std::make_unique<Conversation>(session, "Quotes"_service, "NYSE"_topic, reconnecting);
    AdviseLink link{*talk, "ZAXX"_item};
    const Story story{link};

    talk.reset();

    EXPECT_TRUE(story.becomes({"Closed"}));
}

TEST(AReconnectingLink, EndsWhenItIsRefused)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    Conversation talk{programs.clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item, {.formats = {Format::png()}}};
    const Story story{link};

    EXPECT_TRUE(story.becomes({"FormatNotOffered"}));
}

TEST(AReconnectingConversation, MayBeDeletedByEachOfItsHandlers)
{
    for (const int step : {0, 1, 2, 3}) {
        FreshSession fresh;
        Peer server{"ReturningServer", {"12.50"}};
        const Session session = Session::join().value();
        auto talk = std::make_unique<Conversation>(session, "Quotes"_service, "NYSE"_topic, reconnecting);
        AdviseLink link{*talk, "ZAXX"_item};
        const auto deleteAt = [&](int which) {
            return [&talk, step, which] {
                if (step == which)
                    talk.reset();
            };
        };
        QObject::connect(talk.get(), &Conversation::opened, deleteAt(0));
        QObject::connect(talk.get(), &Conversation::lost, deleteAt(1));
        QObject::connect(&link, &AdviseLink::wentStale, deleteAt(2));
        QObject::connect(&link, &AdviseLink::updated, deleteAt(3));
        (void)eventually([&] { return !talk || link.latest(); }, serveSessions);

        server.killHard();

        EXPECT_TRUE(eventually([&] { return !talk; }, serveSessions)) << "step " << step;
        EXPECT_TRUE(eventually([&] { return link.state() == AdviseLink::State::Ended; }, serveSessions));
    }
}

TEST(AReconnectingConversation, StaysEndedIfItIsDeletedWhileAnotherOneIsTold)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    auto first = std::make_unique<Conversation>(session, "Quotes"_service, "NYSE"_topic, reconnecting);
    auto second = std::make_unique<Conversation>(session, "Quotes"_service, "NYSE"_topic, reconnecting);
    ASSERT_TRUE(waitFor(first->request("ZAXX"_item), 5s) && waitFor(second->request("ZAXX"_item), 5s));
    QObject::connect(first.get(), &Conversation::lost, [&] { second.reset(); });
    QObject::connect(second.get(), &Conversation::lost, [&] { first.reset(); });

    server.killHard();
    ASSERT_TRUE(eventually([&] { return !first || !second; }, serveSessions));

    Conversation *left = first ? first.get() : second.get();
    Peer returned{"ReturningServer", {"13"}};
    EXPECT_EQ(waitFor(left->request("ZAXX"_item), 5s)->value.bytes(), "13");
}

TEST(AReconnectingLink, MayWaitInItsHandlerUntilTheServiceIsBack)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    AdviseLink other{talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    const Story story{other};
    ASSERT_TRUE(eventually([&] { return link.latest() && other.latest(); }, serveSessions));
    std::unique_ptr<Peer> returned;
    QByteArray heardInside;
    QObject::connect(&link, &AdviseLink::wentStale, [&] {
        returned = std::make_unique<Peer>("ReturningServer", std::vector<std::string>{"13"});
        heardInside = waitFor(talk.request("ZAXX"_item), 5s)->value.bytes();
    });

    server.killHard();

    ASSERT_TRUE(eventually([&] { return link.latest()->value.bytes() == "13"; }, serveSessions));
    EXPECT_EQ(heardInside, "13");
    EXPECT_TRUE(eventually([&] { return other.latest()->value.bytes() == "13"; }, serveSessions));
    EXPECT_EQ(talk.state(), Conversation::State::Open);
}

TEST(AReconnectingAcknowledgedLink, GoesOnAlthoughOldUpdatesAreStillTaken)
{
    FreshSession fresh;
    const Session serverSession = Session::join().value();
    const Session clientSession = Session::join().value();
    auto quotes = std::make_unique<Service>(serverSession, "Quotes"_service);
    for (int value = 1; value <= 9; ++value)
        quotes->topic("NYSE"_topic).setItem("ZAXX"_item, QString::number(value));
    ASSERT_TRUE(quotes->publish());
    Conversation talk{clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item, {.pace = LinkPace::Acknowledged, .window = 2}};
    ASSERT_EQ(waitFor(link.next(), 5s)->value.bytes(), "9");
    quotes->topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("10"));
    ASSERT_TRUE(eventually([&] { return link.latest()->value.bytes() == "10"; }, serveSessions));
    quotes = std::make_unique<Service>(serverSession, "Quotes"_service);
    Topic &nyse = quotes->topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("new"));
    ASSERT_TRUE(quotes->publish());
    ASSERT_TRUE(eventually([&] { return link.latest()->value.bytes() == "new"; }, serveSessions));

    QByteArray last;
    for (const char *value : {"a", "b", "c", "d"})
        nyse.setItem("ZAXX"_item, Payload{Format::text(), value});
    while (last != "d") {
        const Result<Update> update = waitFor(link.next(), 5s);
        ASSERT_TRUE(update);
        last = update->value.bytes();
    }
}

TEST(APokeOnACondition, IsNotKeptForAServiceThatCountsAnew)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    const Result<Update> seen = waitFor(talk.request("ZAXX"_item), 5s);
    bool isLost = false;
    QObject::connect(&talk, &Conversation::lost, [&] { isLost = true; });
    server.killHard();
    ASSERT_TRUE(eventually([&] { return isLost; }, serveSessions));

    const Reply<void> poke = talk.poke("ZAXX"_item, QStringLiteral("13"), {.ifSequence = seen->sequence});

    EXPECT_EQ(codeOf(poke), ErrorCode::Changed);
}

TEST(AReconnectingLink, OutlastsAStoppedServer)
{
    FreshSession fresh;
    Peer server{"ReturningServer", {"12.50"}};
    server.stop();
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_EQ(codeOf(talk.request("ZAXX"_item, Format::text(), 50ms)), ErrorCode::TimedOut);

    server.resume();

    EXPECT_TRUE(story.becomes({"12.50"}));
}

TEST(AReconnectingConversation, ComesBackWithATopicThatIsDeletedAndMadeAgain)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    Conversation talk{programs.clientSession, "Quotes"_service, "NYSE"_topic, reconnecting};
    AdviseLink link{talk, "ZAXX"_item};
    const Story story{link};
    ASSERT_TRUE(story.becomes({"1"}));

    delete &programs.nyse;
    ASSERT_TRUE(story.becomes({"1", "stale"}));
    ASSERT_EQ(codeOf(talk.request("ZAXX"_item, Format::text(), 50ms)), ErrorCode::TimedOut);
    programs.quotes->topic("NYSE"_topic).setItem("ZAXX"_item, QStringLiteral("2"));

    EXPECT_TRUE(story.becomes({"1", "stale", "2"}));
}

} // namespace tellwire::test
