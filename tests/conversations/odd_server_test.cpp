// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "dde/transport/publication.h"
#include "tests/conversations/raw_server.h"

// Servers that are malicious, wrong, or merely late.

namespace tellwire::test {

namespace {

struct WithOddServer
{
    FreshSession fresh;
    RawServer server;
    Session session = Session::join().value();
    Conversation talk;
    protocol::ConversationId lastConversation = 0;

    explicit WithOddServer(const ConversationOptions &options = {})
        : talk(session, "Quotes"_service, "NYSE"_topic, options)
    {
        lastConversation = server.hear<protocol::Initiate>().value().conversation;
    }

    [[nodiscard]] bool isCutOff()
    {
        return eventually([&] { return server.hasLostItsClient(); }, serveSessions);
    }

    /// Still on good terms: a request is asked and answered.
    [[nodiscard]] bool goesOn()
    {
        const Reply<Update> price = talk.request("ZAXX"_item);
        const auto asked = server.hear<protocol::Request>();
        if (!asked)
            return false;
        server.say(protocol::Answer{.transaction = asked->transaction, .format = server.text()});
        return waitFor(price, 5s).has_value();
    }
};

} // namespace

TEST(AServerThatBreaksTheRules, LosesItsClient)
{
    using Breach = void (*)(WithOddServer &);
    const std::vector<Breach> breaches{
        [](WithOddServer &odd) {
            odd.server.say(protocol::Opened{1, 1, "Quotes"_service, "NYSE"_topic});
        },
        [](WithOddServer &odd) {
            odd.server.say(protocol::Refused{1, {ErrorCode::Busy, {}}});
        },
        [](WithOddServer &odd) { // A format that nobody has registered.
            (void)odd.talk.request("ZAXX"_item);
            const auto asked = odd.server.hear<protocol::Request>();
            odd.server.say(protocol::Answer{.transaction = asked->transaction, .format = 0xFFFE});
        },
        [](WithOddServer &odd) { // Yes, without saying what.
            (void)odd.talk.request("ZAXX"_item);
            odd.server.say(protocol::Accepted{odd.server.hear<protocol::Request>()->transaction});
        },
        [](WithOddServer &odd) { // A value for an order.
            (void)odd.talk.poke("ZAXX"_item, QStringLiteral("1"));
            const auto asked = odd.server.hear<protocol::Poke>();
            odd.server.say(protocol::Answer{.transaction = asked->transaction, .format = odd.server.text()});
        },
        [](WithOddServer &odd) { // More answers than questions.
            (void)odd.talk.requestMany({"ZAXX"_item, "ACME"_item});
            const auto asked = odd.server.hear<protocol::RequestMany>();
            const protocol::AnswerPart part{.format = odd.server.text()};
            odd.server.say(
                protocol::AnswerMany{.transaction = asked->transaction, .parts = {part, part, part}});
        },
        [](WithOddServer &odd) { // One answer for many questions.
            (void)odd.talk.requestMany({"ZAXX"_item});
            const auto asked = odd.server.hear<protocol::RequestMany>();
            odd.server.say(protocol::Answer{.transaction = asked->transaction, .format = odd.server.text()});
        },
        [](WithOddServer &odd) {
            (void)odd.talk.request("ZAXX"_item);
            odd.server.say(protocol::Found{.transaction = odd.server.hear<protocol::Request>()->transaction});
        },
        [](WithOddServer &odd) { odd.server.say(transport::Message{.type = 0x22, .head = "too short"}); },
    };

    for (std::size_t index = 0; index < breaches.size(); ++index) {
        WithOddServer odd;
        ASSERT_TRUE(eventually([&] { return odd.talk.state() == Conversation::State::Open; }, serveSessions));
        breaches[index](odd);
        EXPECT_TRUE(odd.isCutOff()) << "breach " << index;
        EXPECT_TRUE(
            eventually([&] { return odd.talk.state() == Conversation::State::Closed; }, serveSessions))
            << "breach " << index;
    }
}

TEST(AServerThatBreaksTheRulesOfLinks, LosesItsClient)
{
    const LinkOptions hot{.pace = LinkPace::EveryUpdate};
    const LinkOptions warm{.kind = LinkKind::Warm};
    using Breach = void (*)(WithOddServer &, protocol::LinkId);
    const std::vector<std::pair<LinkOptions, Breach>> breaches{
        {hot,
         [](WithOddServer &odd, protocol::LinkId link) { odd.server.say(protocol::Value{.link = link}); }},
        {hot,
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});
         }},
        {hot, // A format that nobody registered, and one that nobody asked for.
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = 0xFFFE});
         }},
        {hot,
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.number(Format::png())});
         }},
        {hot,
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});
             odd.server.say(protocol::Changed{.link = link, .sequence = 1});
         }},
        {hot, // Part of a batch, on a link that has not asked for batches.
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});
             odd.server.say(protocol::Value{.link = link, .sequence = 1, .partOfBatch = true});
         }},
        {warm, // A value that was not wanted.
         [](WithOddServer &odd, protocol::LinkId link) {
             odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});
             odd.server.say(protocol::Value{.link = link, .sequence = 1});
         }},
        {warm, [](WithOddServer &odd,
                  protocol::LinkId link) { odd.server.say(protocol::Changed{.link = link, .sequence = 1}); }},
    };

    for (std::size_t index = 0; index < breaches.size(); ++index) {
        WithOddServer odd;
        AdviseLink link{odd.talk, "ZAXX"_item, breaches[index].first};
        const Heard heard{link};
        const auto asked = odd.server.hear<protocol::Advise>();
        ASSERT_TRUE(asked);
        breaches[index].second(odd, asked->link);
        EXPECT_TRUE(odd.isCutOff()) << "breach " << index;
        EXPECT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions)) << "breach " << index;
        EXPECT_TRUE(heard.updates.isEmpty()) << "breach " << index;
    }
}

TEST(AServerThatIsLate, IsForgiven)
{
    WithOddServer odd;
    auto link = std::make_unique<AdviseLink>(odd.talk, "ZAXX"_item);
    const auto advise = odd.server.hear<protocol::Advise>();
    link.reset();
    const Reply<Update> price = odd.talk.request("ZAXX"_item);
    const auto request = odd.server.hear<protocol::Request>();
    price.cancel();

    EXPECT_EQ(odd.server.hear<protocol::Cancel>()->transaction, request->transaction);
    odd.server.say(protocol::Advised{.link = advise->link, .format = odd.server.text()});
    odd.server.say(protocol::Value{.link = advise->link, .sequence = 1, .value = "1"});
    odd.server.say(protocol::Changed{.link = advise->link, .sequence = 2});
    odd.server.say(protocol::LinkEnded{advise->link, {ErrorCode::Refused, {}}});
    odd.server.say(protocol::Answer{.transaction = request->transaction, .format = odd.server.text()});
    odd.server.say(protocol::BatchEnd{});

    EXPECT_TRUE(odd.goesOn());
}

TEST(ATransaction, ThatTakesTooLongIsCancelledAtTheServer)
{
    WithOddServer odd;

    const Reply<void> poke = odd.talk.poke("ZAXX"_item, QStringLiteral("1"), {.timeout = 20ms});
    const auto asked = odd.server.hear<protocol::Poke>();

    EXPECT_EQ(codeOf(poke), ErrorCode::TimedOut);
    EXPECT_EQ(odd.server.hear<protocol::Cancel>()->transaction, asked->transaction);
    EXPECT_TRUE(odd.goesOn());
}

TEST(ATransaction, HasATimeLimitOfItsOwn)
{
    WithOddServer odd;

    const Reply<Update> patient = odd.talk.request("ZAXX"_item);
    const Reply<Update> impatient = odd.talk.request("ACME"_item, Format::text(), 20ms);

    EXPECT_EQ(codeOf(impatient), ErrorCode::TimedOut);
    EXPECT_FALSE(patient.isFinished());
}

TEST(ARefusal, CarriesWhenToTryAgainAndTheApplicationsCode)
{
    WithOddServer odd;
    const Reply<void> poke = odd.talk.poke("ZAXX"_item, QStringLiteral("1"));

    odd.server.say(protocol::Declined{odd.server.hear<protocol::Poke>()->transaction,
                                      {ErrorCode::Busy, QStringLiteral("weighing"), 7, 250ms}});

    const Result<void> answer = waitFor(poke, 5s);
    EXPECT_EQ(answer.error(), (Error{ErrorCode::Busy, QStringLiteral("weighing"), 7, 250ms}));
}

TEST(APokeOnACondition, TellsTheServerTheUpdateItWasMeantFor)
{
    WithOddServer odd;

    (void)odd.talk.poke("ZAXX"_item, QStringLiteral("1"), {.ifSequence = quint64{1} << 40U});

    EXPECT_EQ(odd.server.hear<protocol::Poke>()->ifSequence, quint64{1} << 40U);
}

TEST(ABatch, ThatIsCutOffByTheServersEndIsNotSeen)
{
    WithOddServer odd;
    const LinkOptions whole{.pace = LinkPace::EveryUpdate, .wholeBatches = true};
    AdviseLink bid{odd.talk, "BID"_item, whole};
    AdviseLink ask{odd.talk, "ASK"_item, whole};
    const Heard heardBid{bid};
    const Heard heardAsk{ask};
    const protocol::LinkId first = odd.server.hear<protocol::Advise>()->link;
    const protocol::LinkId second = odd.server.hear<protocol::Advise>()->link;
    for (const protocol::LinkId link : {first, second})
        odd.server.say(protocol::Advised{.link = link, .format = odd.server.text()});

    for (const protocol::LinkId link : {first, second})
        odd.server.say(protocol::Value{.link = link, .sequence = 1, .value = "1", .partOfBatch = true});
    odd.server.say(protocol::BatchEnd{});
    odd.server.say(protocol::Value{.link = first, .sequence = 2, .value = "2", .partOfBatch = true});
    ASSERT_TRUE(odd.goesOn());
    odd.server.hangUp();

    ASSERT_TRUE(eventually([&] { return heardBid.end && heardAsk.end; }, serveSessions));
    EXPECT_EQ(heardBid.values(), QByteArrayList{"1"});
    EXPECT_EQ(heardAsk.values(), QByteArrayList{"1"});
}

TEST(ALink, CountsWhatItMissedAcrossTheEndOf32Bits)
{
    WithOddServer odd;
    AdviseLink link{odd.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    const Heard heard{link};
    const protocol::LinkId id = odd.server.hear<protocol::Advise>()->link;

    odd.server.say(protocol::Advised{.link = id, .format = odd.server.text(), .sequence = 0x1'FFFF'FFFE});
    for (const std::uint32_t sequence : {0xFFFF'FFFEU, 0xFFFF'FFFFU, 2U})
        odd.server.say(protocol::Value{.link = id, .sequence = sequence});

    ASSERT_TRUE(eventually([&] { return heard.updates.size() == 3; }, serveSessions));
    EXPECT_EQ(heard.updates[0].sequence, 0x1'FFFF'FFFEU);
    EXPECT_EQ(heard.updates[2].sequence, 0x2'0000'0002U);
    EXPECT_EQ(heard.updates[2].missed, 2U);
}

TEST(ALinkThatComesBack, IsNotAskedForAgainAndAgainByAServerThatNeverStartsIt)
{
    WithOddServer odd{{.reconnect = true}};
    AdviseLink link{odd.talk, "ZAXX"_item};
    const Heard heard{link};

    const auto asked = odd.server.hear<protocol::Advise>();
    odd.server.say(protocol::LinkEnded{asked->link, {ErrorCode::NoSuchItem, {}}});

    ASSERT_TRUE(asked->awaitItem);
    EXPECT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
}

TEST(ALinkThatComesBack, StartsAnewWhenItWasCutForBeingSlow)
{
    WithOddServer odd{{.reconnect = true}};
    AdviseLink link{odd.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate}};
    const Heard heard{link};
    const auto asked = odd.server.hear<protocol::Advise>();
    odd.server.say(protocol::Advised{.link = asked->link, .format = odd.server.text()});
    odd.server.say(protocol::Value{.link = asked->link, .sequence = 1, .value = "1"});

    odd.server.say(protocol::LinkEnded{asked->link, {ErrorCode::Overrun, {}}});
    const auto again = odd.server.hear<protocol::Advise>();
    odd.server.say(protocol::Advised{.link = again->link, .format = odd.server.text(), .sequence = 9});
    odd.server.say(protocol::Value{.link = again->link, .sequence = 9, .value = "9"});

    ASSERT_TRUE(eventually([&] { return heard.hasHeard("9"); }, serveSessions));
    EXPECT_EQ(again->item, asked->item);
    EXPECT_EQ(again->pace, asked->pace);
    EXPECT_TRUE(heard.updates.last().afterGap);
    EXPECT_EQ(heard.end, std::nullopt);
}

TEST(ASearch, SkipsAnswersAboutInstancesThatNobodyRegistered)
{
    FreshSession fresh;
    RawServer server;
    ServiceBrowser browser{Session::join().value()};
    const auto found = browser.find();
    const auto asked = server.hear<protocol::Find>();

    server.say(protocol::Found{
        .transaction = asked->transaction,
        .topics = {{1, "Quotes"_service, "NYSE"_topic}, {2, "Bank"_service, "accounts"_topic}}});

    const Result<FoundTopics> all = waitFor(found, 5s);
    ASSERT_TRUE(all && all->topics.size() == 1);
    EXPECT_EQ(all->topics[0].topic, "NYSE"_topic);
}

TEST(ASearch, MayBeGivenUp)
{
    FreshSession fresh;
    RawServer server;
    auto browser = std::make_unique<ServiceBrowser>(Session::join().value());
    const auto cancelled = browser->find();
    const auto orphaned = browser->find();

    cancelled.cancel();
    EXPECT_EQ(codeOf(cancelled), ErrorCode::Closed);
    browser.reset();
    EXPECT_EQ(codeOf(orphaned), ErrorCode::Closed);
}

TEST(AConversation, IsNotOpenedAboutSomethingElse)
{
    FreshSession fresh;
    RawServer server;
    const Session session = Session::join().value();
    server.opensEverythingAs = "Bank"_topic;
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};

    ASSERT_TRUE(server.hear<protocol::Initiate>());

    EXPECT_TRUE(eventually([&] { return talk.state() == Conversation::State::Closed; }, serveSessions));
}

TEST(AConversationThatReconnects, IsNotDrivenRoundByAServerThatEndsItAtOnce)
{
    WithOddServer odd{{.reconnect = true}};
    int losses = 0;
    QObject::connect(&odd.talk, &Conversation::lost, [&] { ++losses; });
    const auto endIt = [&] {
        odd.server.say(protocol::Terminate{odd.lastConversation, Error{ErrorCode::Busy, {}}});
    };

    for (int round = 0; round < 3; ++round) {
        endIt();
        ASSERT_TRUE(eventually([&] { return losses == round + 1; }, serveSessions));
        const auto again = odd.server.hear<protocol::Initiate>();
        ASSERT_TRUE(again) << "it does not give up";
        odd.lastConversation = again->conversation;
    }
}

TEST(ARequest, IsNotAnsweredInPlaceWhileAnEarlierPokeMayBeUnread)
{
    FreshSession fresh;
    RawServer server;
    const Session session = Session::join().value();
    Conversation talk{session, "Quotes"_service, "NYSE"_topic};
    const Reply<void> poke = talk.poke("ZAXX"_item, QStringLiteral("2"), {.timeout = 20ms});
    AdviseLink warm{talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    const auto advise = server.hear<protocol::Advise>();
    transport::Publication stored{server.seat(), 0x26, 0x27};
    ASSERT_TRUE(stored.prepareFor({.noticeOnly = true}));
    ASSERT_TRUE(stored.publish("1", {.sequence = 1}));
    ASSERT_TRUE(stored.addLink(server.channel(), advise->link, {.noticeOnly = true}));
    server.say(protocol::Advised{advise->link, server.text(), 1, stored.latest()->place,
                                 stored.latest()->publication});
    ASSERT_TRUE(eventually([&] { return warm.present().has_value(); }, serveSessions));

    EXPECT_EQ(codeOf(poke), ErrorCode::TimedOut);
    const Reply<Update> behindThePoke = talk.request("ZAXX"_item);
    EXPECT_FALSE(behindThePoke.isFinished());
    server.say(protocol::Answer{.transaction = server.hear<protocol::Request>()->transaction,
                                .sequence = 1,
                                .format = server.text()});
    EXPECT_TRUE(waitFor(behindThePoke, 5s));
    EXPECT_TRUE(talk.request("ZAXX"_item).isFinished()) << "the poke has been read by now";
}

} // namespace tellwire::test
