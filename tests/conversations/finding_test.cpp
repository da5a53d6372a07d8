// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

namespace tellwire::test {

namespace {

/// "Service|topic" of each.
QByteArrayList namesOf(const FoundTopics &found)
{
    QByteArrayList names;
    for (const FoundTopic &topic : found.topics)
        names.append((topic.service.name.text() + u'|' + topic.topic.text()).toUtf8());
    return names;
}

} // namespace

// Publishes a service of the name it is given, with the topics that follow.
TELLWIRE_PEER(NamedServer)
{
    Session session = Session::join().value();
    Service service{session, ServiceName{QString::fromStdString(peerArguments().at(0))}};
    for (std::size_t index = 1; index < peerArguments().size(); ++index)
        service.topic(TopicName{QString::fromStdString(peerArguments()[index])})
            .setItem("who"_item, QString::number(getpid()));
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AWildcard, FindsEveryTopicOfEveryService)
{
    FreshSession fresh;
    const Peer quotes{"NamedServer", {"Quotes", "NYSE", "LSE"}};
    const Peer lab{"NamedServer", {"Lab", "bench"}};
    ServiceBrowser browser{Session::join().value()};

    const Result<FoundTopics> all = waitFor(browser.find(), 5s);
    const Result<FoundTopics> ofQuotes = waitFor(browser.find("quotes"_service), 5s);
    const Result<FoundTopics> benches = waitFor(browser.find({}, "BENCH"_topic), 5s);
    const Result<FoundTopics> systems = waitFor(browser.find({}, "System"_topic), 5s);

    EXPECT_EQ(namesOf(*all),
              (QByteArrayList{"Quotes|LSE", "Quotes|NYSE", "Quotes|System", "Lab|bench", "Lab|System"}));
    EXPECT_EQ(namesOf(*ofQuotes), (QByteArrayList{"Quotes|LSE", "Quotes|NYSE", "Quotes|System"}));
    EXPECT_EQ(namesOf(*benches), QByteArrayList{"Lab|bench"});
    EXPECT_EQ(namesOf(*systems), (QByteArrayList{"Quotes|System", "Lab|System"}));
    EXPECT_TRUE(all->isComplete);
    EXPECT_TRUE(all->silent.isEmpty());
}

TEST(AWildcard, FindsNothingWhereThereIsNothing)
{
    FreshSession fresh;
    ServiceBrowser browser{Session::join().value()};

    const Result<FoundTopics> found = waitFor(browser.find(), 5s);

    ASSERT_TRUE(found);
    EXPECT_TRUE(found->topics.isEmpty());
}

TEST(AWildcard, NamesThoseThatDoNotAnswerAndFindsTheOthers)
{
    FreshSession fresh;
    Peer hung{"NamedServer", {"Hung", "bench"}};
    const Peer lab{"NamedServer", {"Lab", "bench"}};
    hung.stop();
    ServiceBrowser browser{Session::join().value()};

    const Result<FoundTopics> found = waitFor(browser.find({}, "bench"_topic), 10s);

    EXPECT_EQ(namesOf(*found), QByteArrayList{"Lab|bench"});
    ASSERT_EQ(found->silent.size(), 1);
    EXPECT_EQ(found->silent[0].name, "Hung"_service);
}

TEST(AWildcardConversation, IsNotKeptWaitingByAServerThatHangs)
{
    FreshSession fresh;
    Peer hung{"NamedServer", {"Hung", "bench"}};
    const Peer lab{"NamedServer", {"Lab", "bench"}};
    hung.stop();
    const Session session = Session::join().value();
    Conversation talk{session, {}, "bench"_topic};

    const Result<Update> who = waitFor(talk.request("who"_item), 5s);

    ASSERT_TRUE(who) << qPrintable(who.error().detail);
    EXPECT_EQ(who->value.bytes(), QByteArray::number(lab.processId()));
    EXPECT_EQ(talk.service(), "Lab"_service);
    EXPECT_EQ(talk.topic(), "bench"_topic);
}

TEST(AWildcardConversation, MayLeaveTheTopicOpenOrBoth)
{
    FreshSession fresh;
    const Peer lab{"NamedServer", {"Lab", "bench"}};
    const Session session = Session::join().value();
    Conversation anyTopic{session, "Lab"_service, {}};
    Conversation anything{session, {}, {}};

    ASSERT_TRUE(eventually(
        [&] {
            return anyTopic.state() == Conversation::State::Open &&
                   anything.state() == Conversation::State::Open;
        },
        serveSessions));

    EXPECT_EQ(anyTopic.service(), "Lab"_service);
    EXPECT_EQ(anyTopic.topic(), "bench"_topic) << "System is the last resort";
    EXPECT_EQ(anything.service(), "Lab"_service);
    EXPECT_EQ(anything.topic(), "bench"_topic);
}

TEST(AWildcardConversation, NoticesWhatIsPublishedWhileAProgramThatHangsIsAsked)
{
    FreshSession fresh;
    Peer hung{"NamedServer", {"Hung", "bench"}};
    hung.stop();
    const Session session = Session::join().value();
    Conversation talk{session, {}, "NYSE"_topic, {.reconnect = true}};
    ASSERT_EQ(codeOf(talk.request("who"_item, Format::text(), 20ms)), ErrorCode::TimedOut);

    const Peer quotes{"NamedServer", {"Quotes", "NYSE"}};

    EXPECT_TRUE(waitFor(talk.request("who"_item, Format::text(), 20s), 20s));
}

TEST(AWildcardConversation, SaysWhenThereIsNoMatch)
{
    FreshSession fresh;
    const Peer lab{"NamedServer", {"Lab", "bench"}};
    const Session session = Session::join().value();
    Conversation talk{session, {}, "NYSE"_topic};

    EXPECT_EQ(codeOf(talk.request("who"_item)), ErrorCode::NoSuchTopic);
}

TEST(ServersOfOneName, AreToldApartByTheNamesOfTheirInstances)
{
    FreshSession fresh;
    const Peer first{"NamedServer", {"Lab", "bench"}};
    const Peer second{"NamedServer", {"Lab", "bench"}};
    const Session session = Session::join().value();
    ServiceBrowser browser{session};
    const QList<PublishedService> services = browser.services();
    ASSERT_EQ(services.size(), 2);

    QByteArrayList asked;
    for (const PublishedService &service : services) {
        Conversation talk{session, service.instance, "bench"_topic};
        asked.append(waitFor(talk.request("who"_item), 5s)->value.bytes());
    }
    Conversation any{session, "Lab"_service, "bench"_topic};

    EXPECT_EQ(asked, (QByteArrayList{QByteArray::number(first.processId()),
                                     QByteArray::number(second.processId())}));
    EXPECT_EQ(waitFor(any.request("who"_item), 5s)->value.bytes(), asked[0])
        << "who came first is asked first";
}

TEST(AServiceBrowser, NoticesTheDeathOfAProgramThatNobodyTalksTo)
{
    FreshSession fresh;
    Peer lab{"NamedServer", {"Lab", "bench"}};
    Peer other{"NamedServer", {"Lab", "bench"}};
    ServiceBrowser browser{Session::join().value()};
    QList<PublishedService> gone;
    QObject::connect(&browser, &ServiceBrowser::withdrawn,
                     [&](const PublishedService &service) { gone.append(service); });

    lab.killHard();

    ASSERT_TRUE(eventually([&] { return gone.size() == 1; }, serveSessions));
    EXPECT_EQ(gone[0].pid, lab.processId());
}

TEST(AServiceBrowser, TellsOfEachPublicationAndOfTheFirstAndLastOfAName)
{
    FreshSession fresh;
    const Session session = Session::join().value();
    ServiceBrowser browser{Session::join().value()};
    QByteArrayList heard;
    const auto hear = [&](const char *what) { return [&heard, what] { heard.append(what); }; };
    QObject::connect(&browser, &ServiceBrowser::published, hear("published"));
    QObject::connect(&browser, &ServiceBrowser::withdrawn, hear("withdrawn"));
    QObject::connect(&browser, &ServiceBrowser::serviceAppeared, hear("appeared"));
    QObject::connect(&browser, &ServiceBrowser::serviceVanished, hear("vanished"));
    auto first = std::make_unique<Service>(session, "Quotes"_service);
    auto second = std::make_unique<Service>(session, "Quotes"_service);
    const auto hasHeard = [&](qsizetype count) {
        return eventually([&] { return heard.size() == count; }, serveSessions);
    };

    ASSERT_TRUE(first->publish() && hasHeard(2));
    ASSERT_TRUE(second->publish() && hasHeard(3));
    first.reset();
    ASSERT_TRUE(hasHeard(4));
    second.reset();
    ASSERT_TRUE(hasHeard(6));

    EXPECT_EQ(heard,
              (QByteArrayList{"published", "appeared", "published", "withdrawn", "withdrawn", "vanished"}));
}

} // namespace tellwire::test
