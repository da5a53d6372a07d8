// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/direct_updates.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/system_topic.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/membership.h"
#include "tests/conversations/raw_client.h"

#include <gmock/gmock.h>

namespace tellwire::test {

namespace {

using engine::DirectConversation;
using engine::DirectOpening;
using engine::ServedClient;
using testing::ElementsAre;

/// A conversation that only notes what it is told.
class NotedConversation final : public DirectConversation
{
public:
    NotedConversation(std::shared_ptr<ServedClient> talkingTo, const protocol::Initiate &message)
        : client(std::move(talkingTo)),
          id(message.conversation),
          m_service(message.service),
          m_topic(message.topic)
    {}

    const ServiceName &serviceName() const override { return m_service; }
    const TopicName &topicName() const override { return m_topic; }
    void onMessage(const protocol::Request &message) override { note("request", message); }
    void onMessage(const protocol::RequestMany &message) override { note("request many", message); }
    void onMessage(const protocol::Browse &message) override { note("browse", message); }
    void onMessage(const protocol::Poke &message) override { note("poke", message); }
    void onMessage(const protocol::Execute &message) override { note("execute", message); }
    void onMessage(const protocol::Advise &message) override { note("advise", message); }
    void onMessage(const protocol::Unadvise &message) override { note("unadvise", message); }
    void onMessage(const protocol::Received &message) override { note("received", message); }
    void onMessage(const protocol::Cancel &message) override { note("cancel", message); }
    void onEnded() override { noted.emplace_back("ended"); }

    std::shared_ptr<ServedClient> client;
    protocol::ConversationId id;
    std::vector<std::string> noted;
    protocol::ClientMessage last;

private:
    template <typename M>
    void note(const char *what, const M &message)
    {
        noted.emplace_back(what);
        last = message;
    }

    ServiceName m_service;
    TopicName m_topic;
};

/// A service that takes every topic but "Secret" and System, and offers "NYSE" and "TSE" to who searches.
class NotedService final : public engine::DirectService
{
public:
    Result<DirectOpening> connect(const std::shared_ptr<ServedClient> &client,
                                  const protocol::Initiate &message, std::uint32_t, bool isOffered) override
    {
        wasOffered = isOffered;
        if (whileConnecting)
            whileConnecting();
        if (message.topic == "Secret"_topic || message.topic == engine::systemTopicName())
            return Error{ErrorCode::NoSuchTopic, QStringLiteral("no")};
        talk = std::make_shared<NotedConversation>(client, message);
        return DirectOpening{talk, 77};
    }
    void onOpened(DirectConversation &) override { ++opened; }
    QList<protocol::FoundTopic> find(const std::shared_ptr<ServedClient> &, const protocol::Find &) override
    {
        ++searches;
        return {{instance, "Quotes"_service, "NYSE"_topic}, {instance, "Quotes"_service, "TSE"_topic}};
    }
    bool isBusy() const override { return true; }
    QList<TopicName> knownTopics() const override { return {"NYSE"_topic}; }
    QList<Format> knownFormats() const override { return {standardFormat(StandardFormat::Text)}; }

    std::uint32_t instance = 0;
    std::shared_ptr<NotedConversation> talk;
    std::function<void()> whileConnecting;
    bool wasOffered = false;
    int opened = 0;
    int searches = 0;
};

/// The service Quotes, which decides itself, and a client that speaks the bare protocol.
struct DirectProgram
{
    FreshSession fresh;
    Session session = Session::join().value();
    engine::Server &server = session.seat().handler<engine::ConversationHandler>().server();
    std::shared_ptr<NotedService> service = std::make_shared<NotedService>();
    std::shared_ptr<engine::ServedService> named =
        std::make_shared<engine::ServedService>(server, "Quotes"_service, nullptr);
    std::unique_ptr<RawClient> client;

    DirectProgram()
    {
        named->addTopic(engine::systemTopicName());
        named->setDirect(service);
        EXPECT_TRUE(session.seat().listen());
        service->instance = server.add(named);
        client = std::make_unique<RawClient>(session.seat().id());
    }
    ~DirectProgram() { named->setDirect(nullptr); }
    DirectProgram(const DirectProgram &) = delete;
    DirectProgram &operator=(const DirectProgram &) = delete;

    ServedClient &served() const { return *service->talk->client; }
    template <typename M>
    M last() const
    {
        client->settle();
        return std::get<M>(service->talk->last);
    }
    /// A link that is up.
    void link(protocol::LinkId id) const
    {
        client->say(client->advise(id));
        client->settle();
        served().advised(id, 1);
        EXPECT_TRUE(client->hear<protocol::Advised>());
    }
};

QByteArrayList valuesIn(const std::vector<protocol::Value> &values)
{
    QByteArrayList bytes;
    for (const protocol::Value &value : values)
        bytes.append(value.value.array());
    return bytes;
}

} // namespace

TEST(ADirectConversation, OpensIfItsServiceWantsIt)
{
    const DirectProgram program;

    program.client->say(protocol::Initiate{
        .conversation = 1, .service = "QUOTES"_service, .topic = "Anything"_topic, .context = {}});

    const auto opened = program.client->hear<protocol::Opened>();
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->exactPartner, 77U);
    EXPECT_EQ(opened->topic, "Anything"_topic);
    EXPECT_EQ(program.service->opened, 1);
    EXPECT_FALSE(program.service->wasOffered);
}

TEST(ADirectConversation, IsRefusedIfItsServiceDoesNotWantIt)
{
    const DirectProgram program;

    program.client->say(protocol::Initiate{
        .conversation = 1, .service = "Quotes"_service, .topic = "Secret"_topic, .context = {}});

    EXPECT_EQ(program.client->hear<protocol::Refused>()->reason.code, ErrorCode::NoSuchTopic);
    EXPECT_EQ(program.service->opened, 0);
}

TEST(ADirectConversation, MayBeGivenUpWhileItsServiceIsAsked)
{
    const DirectProgram program;
    program.service->whileConnecting = [&] {
        program.client->say(protocol::Terminate{.conversation = 1, .reason = {}});
        program.client->settle();
    };

    program.client->say(protocol::Initiate{
        .conversation = 1, .service = "Quotes"_service, .topic = "NYSE"_topic, .context = {}});

    EXPECT_TRUE(program.client->heard<protocol::Opened>().empty());
    EXPECT_EQ(program.service->opened, 0);
}

TEST(ADirectConversation, AboutSystemIsTheLibrarysIfItsServiceDoesNotWantIt)
{
    const DirectProgram program;
    program.client->open(1, engine::systemTopicName());

    program.client->say(program.client->request(5, "Topics"_item));
    program.client->say(program.client->request(6, "Formats"_item));
    program.client->say(program.client->request(7, "Status"_item));

    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "System\tNYSE");
    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "TEXT");
    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "Busy");
}

TEST(ADirectConversation, IsToldThatItWasOffered)
{
    const DirectProgram program;
    program.client->say(protocol::Find{
        .transaction = 9, .service = {}, .topic = {}, .context = protocol::ConversationContext{}});
    const auto found = program.client->hear<protocol::Found>();
    ASSERT_TRUE(found);

    protocol::ConversationId conversation = 0;
    for (const protocol::FoundTopic &topic : found->topics)
        program.client->say(protocol::Initiate{.conversation = ++conversation,
                                               .instance = topic.instance,
                                               .service = topic.service,
                                               .topic = topic.topic,
                                               .found = 9,
                                               .context = {}});

    EXPECT_EQ(found->topics.size(), 2);
    EXPECT_EQ(program.service->searches, 1);
    EXPECT_EQ(program.client->heard<protocol::Opened>().size(), 2U);
    EXPECT_TRUE(program.service->wasOffered);
}

TEST(ADirectConversation, IsFoundWithoutAskingByWhoNamesItsTopic)
{
    const DirectProgram program;

    program.client->say(protocol::Find{
        .transaction = 9, .service = "Quotes"_service, .topic = "Anything"_topic, .context = {}});

    EXPECT_EQ(program.client->hear<protocol::Found>()->topics.size(), 1);
    EXPECT_EQ(program.service->searches, 0);
}

TEST(ADirectConversation, GetsEachTransactionAndAnswersIt)
{
    const DirectProgram program;
    program.client->open();

    program.client->say(protocol::Request{5, 1, "ZAXX"_item, {0xBEEF}});
    EXPECT_EQ(program.last<protocol::Request>().formats, QList<FormatNumber>{0xBEEF});
    program.served().answer(5, 0xBEEF, "42.5");
    program.client->say(protocol::Execute{6, 1, 1, "[Refresh]"});
    EXPECT_EQ(program.last<protocol::Execute>().command, "[Refresh]");
    program.served().accept(6, 0x2A);
    program.client->say(program.client->poke(7, "1"));
    EXPECT_EQ(program.last<protocol::Poke>().value, "1");
    program.served().refuse(7, {ErrorCode::Busy, {}});

    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "42.5");
    EXPECT_EQ(program.client->hear<protocol::Accepted>()->applicationCode, 0x2A);
    EXPECT_EQ(program.client->hear<protocol::Declined>()->reason.code, ErrorCode::Busy);
}

TEST(ADirectConversation, AnswersNothingThatNobodyWaitsFor)
{
    const DirectProgram program;
    program.client->open();
    program.client->say(program.client->request(5, "ZAXX"_item));
    program.client->say(protocol::Cancel{5});
    program.client->settle();

    program.served().answer(5, 1, "late");
    program.served().accept(6);

    EXPECT_TRUE(program.client->heardInOrder().empty());
    EXPECT_THAT(program.service->talk->noted, ElementsAre("request", "cancel"));
}

TEST(ADirectConversation, FeedsItsLinks)
{
    const DirectProgram program;
    program.client->open();
    program.link(3);
    program.link(4);
    const QByteArray large(5000, 'x');

    {
        engine::DirectUpdates updates{program.session.seat()};
        EXPECT_TRUE(program.served().sendValue(updates, 3, {.sequence = 1}, "small"));
        EXPECT_TRUE(program.served().sendValue(updates, 3, {.sequence = 2}, large));
        EXPECT_TRUE(program.served().sendValue(updates, 4, {.sequence = 1}, large));
        EXPECT_TRUE(program.served().sendChanged(4, {.sequence = 2}));
        EXPECT_FALSE(program.served().sendValue(updates, 5, {}, large));
    }

    EXPECT_EQ(valuesIn(program.client->heard<protocol::Value>()), (QByteArrayList{"small", large, large}));
    EXPECT_EQ(program.client->heard<protocol::Changed>().size(), 1U);
}

TEST(ADirectConversation, KeepsAValueInSharedMemoryOnce)
{
    const DirectProgram program;
    program.client->open();
    for (protocol::LinkId id = 1; id <= 100; ++id)
        program.link(id);
    const QByteArray large(100'000, 'x');
    const std::uint64_t before = program.session.seat().arena().usedBytes();

    {
        engine::DirectUpdates updates{program.session.seat()};
        for (protocol::LinkId id = 1; id <= 100; ++id)
            EXPECT_TRUE(program.served().sendValue(updates, id, {.sequence = 1}, large));
        EXPECT_LT(program.session.seat().arena().usedBytes() - before, 300'000U);
    }

    EXPECT_EQ(program.client->heard<protocol::Value>().size(), 100U);
}

TEST(ADirectConversation, EndsLinksWithAnAnswer)
{
    const DirectProgram program;
    program.client->open();
    program.link(3);

    program.client->say(protocol::Unadvise{3, 8});
    EXPECT_EQ(program.last<protocol::Unadvise>().transaction, 8U);
    program.served().dropLink(3);
    program.served().accept(8);
    program.client->say(protocol::Unadvise{3, 9});

    EXPECT_EQ(program.client->hear<protocol::Accepted>()->transaction, 8U);
    EXPECT_EQ(program.client->hear<protocol::Declined>()->transaction, 9U);
}

TEST(ADirectConversation, EndsLinksOfItsOwnAccord)
{
    const DirectProgram program;
    program.client->open();
    program.link(3);

    program.served().endLink(3, {ErrorCode::Refused, QStringLiteral("no more")});
    program.client->say(program.client->advise(4));

    EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->link, 3U);
    EXPECT_EQ(program.last<protocol::Advise>().link, 4U);
}

TEST(ADirectConversation, IsToldThatItsClientEndedIt)
{
    const DirectProgram program;
    program.client->open();
    const std::shared_ptr<NotedConversation> talk = program.service->talk;

    program.client->say(protocol::Terminate{.conversation = 1, .reason = {}});

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
    EXPECT_THAT(talk->noted, ElementsAre("ended"));
    talk->client->answer(5, 1, "nobody listens");
    talk->client->terminate(talk->id, std::nullopt);
    EXPECT_TRUE(program.client->heardInOrder().empty());
}

TEST(ADirectConversation, IsToldThatItsClientIsGone)
{
    const DirectProgram program;
    program.client->open();

    program.client->hangUp();

    EXPECT_TRUE(eventually([&] { return !program.service->talk->noted.empty(); }, serveSessions));
    EXPECT_THAT(program.service->talk->noted, ElementsAre("ended"));
}

TEST(ADirectConversation, IsEndedByItsService)
{
    const DirectProgram program;
    program.client->open();
    program.link(3);
    program.client->say(program.client->request(5, "ZAXX"_item));
    program.client->settle();

    program.served().terminate(1, Error{ErrorCode::PeerGone, QStringLiteral("enough")});

    EXPECT_EQ(program.client->hear<protocol::Terminate>()->reason->detail, QStringLiteral("enough"));
    program.client->say(program.client->request(6, "ZAXX"_item)); // It crossed the end.
    EXPECT_TRUE(program.client->heardInOrder().empty());
    EXPECT_THAT(program.service->talk->noted, ElementsAre("advise", "request"));
}

TEST(ADirectConversation, EndsTheChannelOfAClientThatUsesANumberTwice)
{
    const DirectProgram program;
    program.client->open();
    program.client->say(program.client->request(5, "ZAXX"_item));
    program.client->say(program.client->request(5, "ZAXX"_item));

    EXPECT_TRUE(eventually([&] { return program.service->talk->noted.size() == 2; }, serveSessions));
    EXPECT_THAT(program.service->talk->noted, ElementsAre("request", "ended"));
    EXPECT_TRUE(eventually([&] { return program.client->hasLostItsServer(); }, serveSessions));
}

TEST(AServiceForAnyName, IsAskedAboutTheNameItself)
{
    const DirectProgram program;
    const std::uint32_t instance = program.server.addForAnyName(program.service);

    program.client->say(protocol::Initiate{.conversation = 1,
                                           .instance = instance,
                                           .service = "Weather"_service,
                                           .topic = "NYSE"_topic,
                                           .context = {}});

    EXPECT_EQ(program.client->hear<protocol::Opened>()->service, "Weather"_service);
    program.server.remove(instance, {ErrorCode::PeerGone, {}});
}

TEST(AServiceForAnyName, IsFoundByOrdinaryPrograms)
{
    const DirectProgram program;
    const std::uint32_t instance = program.server.addForAnyName(program.service);
    protocol::ServiceOffer offer;
    offer.peer = program.session.seat().id();
    offer.instance = instance;
    offer.takesAnyName = true;
    ASSERT_TRUE(program.session.seat().membership().declare(protocol::registration(offer)));
    const Session other = Session::join().value();

    const Conversation talk{other, "Weather"_service, "NYSE"_topic};

    EXPECT_TRUE(eventually([&] { return talk.state() == Conversation::State::Open; }, serveSessions));
    EXPECT_EQ(program.service->talk->serviceName(), "Weather"_service);
}

TEST(AServedLink, EndsWithAnAnswerIfOneIsWanted)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    program.client->open();
    program.client->say(program.client->advise(3));
    program.client->settle();

    program.client->say(protocol::Unadvise{3, 8});
    program.client->say(protocol::Unadvise{3, 9});

    EXPECT_EQ(program.client->hear<protocol::Accepted>()->transaction, 8U);
    EXPECT_EQ(program.client->hear<protocol::Declined>()->transaction, 9U);
}

TEST(ACommand, MayBeTextOfWin32)
{
    ServedProgram program;
    QStringList commands;
    program.nyse->onExecute([&](const QString &command) -> Result<void> {
        commands.append(command);
        return {};
    });
    program.client->open();

    program.client->say(protocol::Execute{5, 1, 0, "[\xc3\xa4]"});
    program.client->say(protocol::Execute{6, 1, 1, QByteArray{"[\xe4]\0", 4}});
    program.client->say(protocol::Execute{7, 1, 13, QByteArray{"[\0\xe4\0]\0\0\0", 8}});
    program.client->say(protocol::Execute{8, 1, 2, "a picture"});

    EXPECT_EQ(program.client->heard<protocol::Accepted>().size(), 3U);
    EXPECT_EQ(program.client->hear<protocol::Declined>()->reason.code, ErrorCode::FormatNotOffered);
    EXPECT_EQ(commands, QStringList(3, QStringLiteral("[ä]")));
}

} // namespace tellwire::test
