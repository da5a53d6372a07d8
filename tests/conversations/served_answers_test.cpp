// SPDX-License-Identifier: Apache-2.0
#include "formats/lent_bytes.h"
#include "tests/conversations/raw_client.h"
#include "tests/support/peer.h"

#include <string>

namespace tellwire::test {

namespace {

/// A topic that takes pokes and answers them when the test says so.
struct SlowProgram : ServedProgram
{
    std::vector<ReplyPromise<void>> promises;
    int cancels = 0;

    SlowProgram()
    {
        nyse->setItem("ZAXX"_item, QStringLiteral("1"));
        nyse->onPoke("ZAXX"_item, [this](const Payload &) {
            const ReplyPromise<void> promise = promises.emplace_back();
            return promise.reply([this, promise] {
                ++cancels;
                promise.finish(Error{ErrorCode::Closed, {}});
            });
        });
        client->open();
    }

    void pokeAndWait(protocol::TransactionId transaction)
    {
        const std::size_t before = promises.size();
        client->say(client->poke(transaction, "2"));
        ASSERT_TRUE(eventually([&] { return promises.size() > before; }, serveSessions));
    }
};

/// Says that it lends some bytes, and takes them away before anybody copies them.
struct BrokenLoan final : Loan
{
    QByteArray copy() const override { return {}; }
};

Payload takenAway()
{
    const auto bytes = std::make_shared<const LentBytes>("12.50", std::make_unique<BrokenLoan>());
    return {Format::text(), Bytes{bytes}};
}

} // namespace

/// Pokes ZAXX, waits for the item NONE, and lives on.
TELLWIRE_PEER(WaitingClient)
{
    peerIsReady();
    RawClient client{std::stoull(peerArguments().at(0))};
    client.open();
    client.say(client.poke(7, "2"));
    protocol::Advise advise = client.advise(1);
    advise.item = "NONE"_item;
    advise.awaitItem = true;
    client.say(advise);
    client.settle();
    sayToTest("waiting");
    (void)hearFromTest();
    return 0;
}

TEST(ALaterAnswer, IsGivenWhenItsPromiseIsKept)
{
    SlowProgram program;
    program.pokeAndWait(7);
    program.pokeAndWait(8);

    program.promises[1].finish({});
    program.promises[0].finish(Error{ErrorCode::Busy, QStringLiteral("later"), 3, 250ms});

    const auto declined = program.client->hear<protocol::Declined>();
    EXPECT_EQ(program.client->hear<protocol::Accepted>()->transaction, 8U);
    EXPECT_EQ(declined->transaction, 7U);
    EXPECT_EQ(declined->reason, (Error{ErrorCode::Busy, QStringLiteral("later"), 3, 250ms}));
}

TEST(ALaterAnswer, LetsOthersBeServedMeanwhile)
{
    SlowProgram program;
    program.pokeAndWait(7);

    program.client->say(program.client->request(8, "ZAXX"_item));

    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "1");
    EXPECT_EQ(program.client->take<protocol::Accepted>(), std::nullopt);
}

TEST(ALaterAnswer, IsARefusalIfItsPromiseIsForgotten)
{
    SlowProgram program;
    program.nyse->onExecute([](const QString &) { return ReplyPromise<void>{}.reply({}); });

    program.client->say(protocol::Execute{7, 1, program.client->number(), "[forget]"});

    const auto declined = program.client->hear<protocol::Declined>();
    EXPECT_EQ(declined->reason.code, ErrorCode::Refused);
    EXPECT_EQ(declined->reason.detail, QStringLiteral("the service dropped it without an answer"));
}

TEST(ALaterAnswer, IsNoLongerMadeForWhoGaveItUp)
{
    SlowProgram program;
    program.pokeAndWait(7);

    program.client->say(protocol::Cancel{7});
    program.client->say(protocol::Cancel{7});
    program.client->settle();
    program.promises[0].finish({});

    EXPECT_EQ(program.cancels, 1);
    EXPECT_TRUE(program.client->heard<protocol::Accepted>().empty());
    EXPECT_TRUE(program.client->heard<protocol::Declined>().empty());
}

TEST(ALaterAnswer, IsNoLongerMadeWhenTheConversationHasEnded)
{
    SlowProgram program;
    program.pokeAndWait(7);
    program.pokeAndWait(8);

    program.client->say(protocol::Terminate{1, std::nullopt});
    program.client->settle();

    EXPECT_EQ(program.cancels, 2);
}

TEST(ALaterAnswer, IsNoLongerMadeWhenTheClientIsGone)
{
    SlowProgram program;
    program.pokeAndWait(7);

    program.client.reset();

    EXPECT_TRUE(eventually([&] { return program.cancels == 1; }, serveSessions));
}

TEST(ALaterAnswer, IsNoLongerMadeWhenTheClientIsKilled)
{
    SlowProgram program;
    Peer client{"WaitingClient", {std::to_string(program.session.seat().id())}};
    ASSERT_TRUE(eventually([&] { return client.hear(0ms).has_value(); }, serveSessions));

    client.killHard();

    EXPECT_TRUE(eventually([&] { return program.cancels == 1; }, serveSessions));
    program.nyse->setItem("NONE"_item, QStringLiteral("1"));
    EXPECT_EQ(program.nyse->watchers("NONE"_item), 0);
}

TEST(ALaterAnswer, MayComeAfterItsServiceIsGone)
{
    SlowProgram program;
    program.pokeAndWait(7);

    program.quotes.reset();
    program.promises[0].finish({});

    EXPECT_EQ(program.client->hear<protocol::Terminate>()->reason->code, ErrorCode::PeerGone);
    EXPECT_EQ(program.cancels, 1);
    EXPECT_TRUE(program.client->heard<protocol::Accepted>().empty());
}

TEST(ALaterAnswer, MayComeFromInsideTheHandlerAndTwice)
{
    ServedProgram program;
    program.nyse->onExecute([](const QString &) {
        const ReplyPromise<void> promise;
        const Reply<void> reply = promise.reply();
        promise.finish({});
        promise.finish(Error{ErrorCode::Refused, {}});
        return reply;
    });
    program.client->open();

    program.client->say(protocol::Execute{7, 1, program.client->number(), "[now]"});

    EXPECT_EQ(program.client->hear<protocol::Accepted>()->transaction, 7U);
    EXPECT_TRUE(program.client->heard<protocol::Declined>().empty());
}

TEST(ALaterAnswer, IsGivenUpAtOnceIfItsHandlerHasDeletedTheService)
{
    ServedProgram program;
    int cancels = 0;
    program.nyse->onExecute([&](const QString &) {
        program.quotes.reset();
        return ReplyPromise<void>{}.reply([&] { ++cancels; });
    });
    program.client->open();

    program.client->say(protocol::Execute{7, 1, program.client->number(), "[exit]"});

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
    EXPECT_TRUE(program.client->heard<protocol::Declined>().empty());
}

TEST(ALaterAnswer, MayDeleteItsTopicWhenItIsGivenUp)
{
    ServedProgram program;
    ReplyPromise<void> promise;
    program.nyse->onExecute([&](const QString &) {
        return promise.reply([&] {
            delete program.nyse;
            promise.finish(Error{ErrorCode::Closed, {}});
        });
    });
    program.client->open();
    program.client->say(protocol::Execute{7, 1, program.client->number(), "[wait]"});
    program.client->settle();

    program.client->say(protocol::Cancel{7});

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
    EXPECT_TRUE(program.quotes->topics().isEmpty());
}

TEST(LaterAnswers, AreBounded)
{
    SlowProgram program;
    constexpr protocol::TransactionId most = 65'536;
    for (protocol::TransactionId id = 1; id <= most; ++id) {
        program.client->say(program.client->poke(id, "2"));
        if (id % 1'000 == 0)
            program.client->settle();
    }

    program.client->say(program.client->poke(most + 1, "2"));

    const auto declined = program.client->hear<protocol::Declined>();
    EXPECT_EQ(declined->transaction, most + 1);
    EXPECT_EQ(declined->reason.code, ErrorCode::Busy);
}

TEST(ATransaction, EndsTheChannelIfItsNumberIsInUse)
{
    SlowProgram program;
    program.pokeAndWait(7);

    program.client->say(program.client->poke(7, "3"));

    EXPECT_TRUE(eventually([&] { return program.client->hasLostItsServer(); }, serveSessions));
    EXPECT_TRUE(eventually([&] { return program.cancels == 1; }, serveSessions));
}

TEST(AConditionalPoke, IsTakenIfTheItemIsAtThatUpdate)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    int pokes = 0;
    program.nyse->onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        ++pokes;
        program.nyse->setItem(item, value);
        return {};
    });
    program.client->open();

    program.client->say(program.client->poke(7, "2", 1));
    program.client->say(program.client->poke(8, "3", 1));

    EXPECT_EQ(program.client->hear<protocol::Accepted>()->transaction, 7U);
    const auto declined = program.client->hear<protocol::Declined>();
    EXPECT_EQ(declined->transaction, 8U);
    EXPECT_EQ(declined->reason.code, ErrorCode::Changed);
    EXPECT_EQ(declined->reason.detail,
              QStringLiteral("poke Quotes|NYSE!ZAXX: it is at update 2, not at 1 any more"));
    EXPECT_EQ(pokes, 1);
}

TEST(AConditionalPoke, NeedsAnItem)
{
    ServedProgram program;
    program.nyse->onPoke([](const ItemName &, const Payload &) -> Result<void> { return {}; });
    program.client->open();

    program.client->say(program.client->poke(7, "2", 1));

    EXPECT_EQ(program.client->hear<protocol::Declined>()->reason.code, ErrorCode::NoSuchItem);
}

TEST(AConditionalPoke, IsNotMeantForAnItemThatCameInThePlaceOfARemovedOne)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));
    program.nyse->setItem("ZAXX"_item, QStringLiteral("2"));
    program.nyse->onPoke([](const ItemName &, const Payload &) -> Result<void> { return {}; });
    program.client->open();

    for (int update = 0; update < 2; ++update) {
        program.nyse->removeItem("ZAXX"_item);
        program.nyse->setItem("ZAXX"_item, QStringLiteral("another one"));
    }
    program.client->say(program.client->poke(7, "3", 2));

    EXPECT_EQ(program.client->hear<protocol::Declined>()->reason.code, ErrorCode::Changed);
    EXPECT_EQ(program.nyse->item("ZAXX"_item)->sequence, 4U);
}

namespace {

/// An item of a length that goes through shared memory, and somebody who asks for it.
struct AskedAgain : ServedProgram
{
    static constexpr qsizetype length = 100'000;
    protocol::TransactionId last = 0;
    std::vector<protocol::Answer> held;

    AskedAgain()
    {
        set('a');
        client->open();
    }
    void set(char letter) { nyse->setItem("ZAXX"_item, QString(length, QLatin1Char(letter))); }

    /// Holds the answer; says of which letter it is.
    char ask()
    {
        client->say(client->request(++last, "ZAXX"_item));
        held.push_back(client->hear<protocol::Answer>().value());
        const QByteArrayView value = held.back().value.view();
        EXPECT_EQ(value, QByteArray(length, value.front()));
        return value.front();
    }
    std::uint64_t sharedBytes() { return session.seat().arena().usedBytes(); }
};

} // namespace

TEST(AStoredValue, IsCopiedOnceForAllWhoAskForIt)
{
    AskedAgain program;
    program.ask();
    const std::uint64_t once = program.sharedBytes();

    for (int count = 0; count < 5; ++count)
        program.ask();

    EXPECT_GE(once, std::uint64_t{AskedAgain::length});
    EXPECT_EQ(program.sharedBytes(), once);
}

TEST(AStoredValue, TakesNoSharedMemoryWhenNobodyIsConnectedAnyMore)
{
    AskedAgain program;
    const std::uint64_t before = program.sharedBytes();
    program.ask();

    program.held.clear();
    program.client.reset();

    // What was given back stays for a little while.
    EXPECT_TRUE(
        eventually([&] { return program.sharedBytes() < before + AskedAgain::length; }, serveSessions));
}

TEST(AStoredValue, IsTheNewOneForWhoAsksAfterItHasChanged)
{
    AskedAgain program;
    const char first = program.ask();
    program.set('b');
    const char second = program.ask();
    program.nyse->removeItem("ZAXX"_item);
    program.set('c');
    const char third = program.ask();

    EXPECT_EQ((std::array{first, second, third}), (std::array{'a', 'b', 'c'}));
}

TEST(ATopic, KnowsNoCallerWhileNobodyAsks)
{
    const ServedProgram program;

    EXPECT_EQ(program.nyse->caller().pid, Caller{}.pid);
}

TEST(ARequestForManyItems, IsAnsweredInOneMessage)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("12.50"));
    program.nyse->setItem("ACME"_item, Payload{Format::png(), "…"});
    program.nyse->provideItem("TIME"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload::of(QStringLiteral("noon"));
    });
    program.client->open();

    program.client->say(protocol::RequestMany{
        7, 1, {program.client->number()}, {"ZAXX"_item, "NONE"_item, "ACME"_item, "TIME"_item}});

    const auto answer = program.client->hear<protocol::AnswerMany>();
    ASSERT_EQ(answer->parts.size(), 4);
    EXPECT_EQ(answer->values, "12.50noon");
    EXPECT_EQ(answer->parts[0].length, 5U);
    EXPECT_EQ(answer->parts[0].sequence, 1U);
    EXPECT_EQ(answer->parts[1].refusal->code, ErrorCode::NoSuchItem);
    EXPECT_EQ(answer->parts[2].refusal->code, ErrorCode::FormatNotOffered);
    EXPECT_EQ(answer->parts[3].length, 4U);
}

TEST(ARequestForManyItems, TakesAllStoredValuesBeforeItRunsAnythingOfTheProgram)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("old"));
    program.nyse->provideItem("TIME"_item, {Format::text()}, [&](const Format &) -> Result<Payload> {
        program.nyse->setItem("ZAXX"_item, QStringLiteral("new"));
        return Payload::of(QStringLiteral("noon "));
    });
    program.client->open();

    program.client->say(protocol::RequestMany{7, 1, {program.client->number()}, {"TIME"_item, "ZAXX"_item}});

    EXPECT_EQ(program.client->hear<protocol::AnswerMany>()->values, "noon old");
}

TEST(ARequestForManyItems, GetsNothingOfAValueThatItsLenderTookAway)
{
    ServedProgram program;
    program.nyse->setItem("TIME"_item, QStringLiteral("noon"));
    program.nyse->provideItem("ZAXX"_item, {Format::text()},
                              [](const Format &) -> Result<Payload> { return takenAway(); });
    program.client->open();

    program.client->say(protocol::RequestMany{7, 1, {program.client->number()}, {"ZAXX"_item, "TIME"_item}});

    const auto answer = program.client->hear<protocol::AnswerMany>();
    ASSERT_EQ(answer->parts.size(), 2);
    EXPECT_EQ(answer->values, "noon");
    EXPECT_EQ(answer->parts[0].length, 0U);
    EXPECT_EQ(answer->parts[1].length, 4U);
}

TEST(ARequestForManyItems, WaitsForTheLastOfThem)
{
    ServedProgram program;
    std::vector<ReplyPromise<Payload>> promises;
    for (const ItemName &item : {"ONE"_item, "TWO"_item})
        program.nyse->provideItem(item, {Format::text()},
                                  [&](const Format &) { return promises.emplace_back().reply(); });
    program.client->open();
    program.client->say(protocol::RequestMany{7, 1, {program.client->number()}, {"ONE"_item, "TWO"_item}});
    program.client->settle();
    ASSERT_EQ(promises.size(), 2U);

    promises[1].finish(Payload::of(QStringLiteral("2")));
    EXPECT_TRUE(program.client->heard<protocol::AnswerMany>().empty());
    promises[0].finish(Payload::of(QStringLiteral("1")));

    EXPECT_EQ(program.client->hear<protocol::AnswerMany>()->values, "12");
}

TEST(ARequestForManyItems, AsksNoFurtherWhenItsServiceIsGone)
{
    ServedProgram program;
    int count = 0;
    for (const ItemName &item : {"ONE"_item, "TWO"_item})
        program.nyse->provideItem(item, {Format::text()}, [&](const Format &) -> Result<Payload> {
            ++count;
            program.quotes.reset();
            return Payload::of(QString{});
        });
    program.client->open();

    program.client->say(protocol::RequestMany{7, 1, {program.client->number()}, {"ONE"_item, "TWO"_item}});

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
    EXPECT_EQ(count, 1);
}

} // namespace tellwire::test
