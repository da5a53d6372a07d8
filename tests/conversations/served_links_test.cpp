// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/raw_client.h"

namespace tellwire::test {

namespace {

struct StoredItem : ServedProgram
{
    StoredItem()
    {
        nyse->setItem("ZAXX"_item, QStringLiteral("1"));
        client->open();
    }
    void set(int value) const { nyse->setItem("ZAXX"_item, QString::number(value)); }
    protocol::Advised start(const protocol::Advise &advise) const
    {
        client->say(advise);
        return client->hear<protocol::Advised>().value();
    }
};

/// A link on an item that is not there.
struct AwaitedItem : ServedProgram
{
    AwaitedItem()
    {
        client->open();
        protocol::Advise advise = client->advise(1);
        advise.awaitItem = true;
        client->say(advise);
        client->settle();
    }
};

QByteArrayList bytesOf(const std::vector<protocol::Value> &values)
{
    QByteArrayList bytes;
    for (const protocol::Value &value : values)
        bytes.append(value.value.array());
    return bytes;
}

} // namespace

TEST(AServedLink, IsToldWhereTheNewestValueLies)
{
    StoredItem program;

    EXPECT_NE(program.start(program.client->advise(1, LinkKind::Hot, LinkPace::NewestOnly)).latestPlace, 0U);
    EXPECT_NE(program.start(program.client->advise(2, LinkKind::Warm, LinkPace::EveryUpdate)).latestPlace,
              0U);
    EXPECT_EQ(program.start(program.client->advise(3, LinkKind::Hot, LinkPace::EveryUpdate)).latestPlace, 0U);
    program.set(2);
    EXPECT_EQ(program.start(program.client->advise(4)).sequence, 2U);
}

TEST(AServedLink, EndsWithItsItem)
{
    StoredItem program;
    program.start(program.client->advise(1));
    program.start(program.client->advise(2, LinkKind::Warm));

    program.nyse->removeItem("ZAXX"_item);

    const std::vector<protocol::LinkEnded> ended = program.client->heard<protocol::LinkEnded>();
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].reason.code, ErrorCode::NoSuchItem);
    EXPECT_EQ(ended[0].reason.detail, QStringLiteral("Quotes|NYSE!ZAXX was removed"));
}

TEST(AServedLink, MayBeOneOfSeveralFormatsAndKinds)
{
    ServedProgram program;
    program.quotes->setConversions(FormatRegistry::withStandardConversions());
    program.nyse->setItem("ZAXX"_item, Payload{Format::json(), "1"});
    program.client->open();
    protocol::Advise asJson = program.client->advise(2);
    asJson.formats = {program.client->number(Format::json())};
    program.client->say(program.client->advise(1));
    program.client->say(asJson);
    program.client->say(program.client->advise(3, LinkKind::Warm));
    program.client->settle();

    program.nyse->setItem("ZAXX"_item, Payload{Format::json(), "2"});

    EXPECT_EQ(program.client->heard<protocol::Value>().size(), 4U);
    EXPECT_EQ(program.client->heard<protocol::Changed>().size(), 1U);
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 3);
}

TEST(AServedLink, EndsTheChannelIfItsNumberIsInUse)
{
    StoredItem program;
    program.start(program.client->advise(1));

    program.client->say(program.client->advise(1));

    EXPECT_TRUE(eventually([&] { return program.client->hasLostItsServer(); }, serveSessions));
    EXPECT_TRUE(eventually([&] { return program.nyse->watchers("ZAXX"_item) == 0; }, serveSessions));
}

TEST(AServedLink, OnceItIsGoneIsKnownToNobody)
{
    StoredItem program;
    program.start(program.client->advise(1));

    program.client->say(protocol::Unadvise{1});
    program.client->say(protocol::Unadvise{1});
    program.client->say(protocol::Fetch{1});
    program.client->say(protocol::Received{1, 1});
    program.client->settle();
    program.set(2);

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), QByteArrayList{"1"});
}

TEST(AnAcknowledgedServedLink, GetsNoMoreThanItsWindowAndTheNewest)
{
    StoredItem program;
    protocol::Advise advise = program.client->advise(1, LinkKind::Hot, LinkPace::Acknowledged);
    advise.window = 2;
    program.start(advise);
    for (int value = 2; value <= 9; ++value)
        program.set(value);
    ASSERT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"1", "2"}));

    program.client->say(protocol::Received{1, 2});

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), QByteArrayList{"9"});
}

TEST(AWarmServedLink, GetsItsFinalValueIfItWants)
{
    StoredItem program;
    protocol::Advise advise = program.client->advise(1, LinkKind::Warm);
    program.start(advise);
    advise.link = 2;
    advise.finalValue = true;
    program.start(advise);
    program.set(2);

    program.nyse->removeItem("ZAXX"_item);

    const std::vector<protocol::Value> values = program.client->heard<protocol::Value>();
    ASSERT_EQ(bytesOf(values), QByteArrayList{"2"});
    EXPECT_EQ(values[0].link, 2U);
    EXPECT_EQ(program.client->heard<protocol::LinkEnded>().size(), 2U);
}

TEST(AWarmServedLink, GetsItsFinalValueAlsoWhenItWasTooSlow)
{
    StoredItem program;
    protocol::Advise advise = program.client->advise(1, LinkKind::Warm);
    advise.finalValue = true;
    program.start(advise);

    for (int value = 2; value <= 20'000; ++value)
        program.set(value);

    EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->reason.code, ErrorCode::Overrun);
    EXPECT_EQ(program.client->take<protocol::Value>()->value, "20000");
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 0);
}

TEST(ALinkThatWaitsForItsItem, HearsNothingUntilThereIsOne)
{
    AwaitedItem program;
    EXPECT_TRUE(program.client->heardInOrder().empty());
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 0);

    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));

    EXPECT_EQ(program.client->hear<protocol::Advised>()->sequence, 1U);
    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "1");
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 1);
}

TEST(ALinkThatWaitsForItsItem, TakesAProvidedOneAndOneOfABatch)
{
    AwaitedItem program;
    protocol::Advise advise = program.client->advise(2);
    advise.item = "ACME"_item;
    advise.awaitItem = true;
    program.client->say(advise);
    program.client->settle();

    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload::of(QStringLiteral("made"));
    });
    program.nyse->setItems({{"ACME"_item, {Payload::of(QStringLiteral("set"))}}});

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"made", "set"}));
}

TEST(ALinkThatWaitsForItsItem, MayBeGivenUp)
{
    AwaitedItem program;

    program.client->say(protocol::Unadvise{1});
    program.client->settle();
    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));

    EXPECT_TRUE(program.client->heardInOrder().empty());
}

TEST(ALinkThatWaitsForItsItem, EndsWithItsConversationOrItsClient)
{
    AwaitedItem program;
    RawClient other{program.session.seat().id()};
    other.open();
    protocol::Advise advise = other.advise(1);
    advise.awaitItem = true;
    other.say(advise);
    other.settle();
    program.client->say(protocol::Terminate{1, std::nullopt});
    program.client->settle();
    other.hangUp();
    ASSERT_TRUE(eventually([&] { return other.hasLostItsServer(); }, serveSessions));
    program.client->settle();

    program.nyse->setItem("ZAXX"_item, QStringLiteral("1"));

    EXPECT_TRUE(program.client->heard<protocol::Advised>().empty());
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 0);
}

TEST(ALinkThatWaitsForItsItem, EndsWithItsService)
{
    AwaitedItem program;

    program.quotes.reset();

    EXPECT_EQ(program.client->hear<protocol::Terminate>()->reason->code, ErrorCode::PeerGone);
}

TEST(ALinkThatWaitsForItsItem, DoesNotWaitForAFormat)
{
    AwaitedItem program;

    program.nyse->setItem("ZAXX"_item, Payload{Format::png(), "…"});

    EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->reason.code, ErrorCode::FormatNotOffered);
}

TEST(ABatch, IsMarkedForThoseWhoWantItWhole)
{
    ServedProgram program;
    program.client->open();
    for (protocol::LinkId id = 1; id <= 3; ++id) {
        program.nyse->setItem(ItemName{QString::number(id)}, QStringLiteral("old"));
        protocol::Advise advise = program.client->advise(id);
        advise.item = ItemName{QString::number(id)};
        advise.wholeBatches = id != 3;
        program.client->say(advise);
    }
    (void)program.client->heardInOrder();

    QList<ItemValue> values;
    for (int id = 1; id <= 3; ++id)
        values.append({ItemName{QString::number(id)}, {Payload::of(QStringLiteral("new"))}});
    program.nyse->setItems(values);
    program.nyse->setItem("1"_item, QStringLiteral("newer"));

    const std::vector<protocol::ServerMessage> heard = program.client->heardInOrder();
    ASSERT_EQ(heard.size(), 5U);
    EXPECT_TRUE(std::get<protocol::Value>(heard[0]).partOfBatch);
    EXPECT_TRUE(std::get<protocol::Value>(heard[1]).partOfBatch);
    EXPECT_FALSE(std::get<protocol::Value>(heard[2]).partOfBatch);
    EXPECT_TRUE(std::holds_alternative<protocol::BatchEnd>(heard[3]));
    EXPECT_FALSE(std::get<protocol::Value>(heard[4]).partOfBatch);
}

TEST(ABatch, ChangesAllItemsBeforeItSendsAny)
{
    ServedProgram program;
    FormatRegistry conversions;
    QByteArray seen;
    conversions.addConversion(Format::json(), Format::text(),
                              [&](const QByteArray &bytes) -> Result<QByteArray> {
                                  seen += program.nyse->item("ONE"_item)->value.bytes() +
                                          program.nyse->item("TWO"_item)->value.bytes();
                                  return bytes;
                              });
    program.quotes->setConversions(conversions);
    for (const ItemName &item : {"ONE"_item, "TWO"_item})
        program.nyse->setItem(item, Payload{Format::json(), "1"});
    program.client->open();
    protocol::Advise advise = program.client->advise(1);
    advise.item = "TWO"_item;
    program.client->say(advise);
    program.client->settle();
    seen.clear();

    program.nyse->setItems(
        {{"ONE"_item, {Payload{Format::json(), "2"}}}, {"TWO"_item, {Payload{Format::json(), "2"}}}});

    EXPECT_EQ(seen, "11") << "what is converted is not there yet";
    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"1", "2"}));
}

TEST(ABatch, GivesAnItemThatIsInItTwiceTheLastValue)
{
    StoredItem program;
    program.start(program.client->advise(1));

    program.nyse->setItems({{"ZAXX"_item, {Payload::of(QStringLiteral("2"))}},
                            {"zaxx"_item, {Payload::of(QStringLiteral("3"))}}});

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"1", "3"}));
    EXPECT_EQ(program.nyse->item("ZAXX"_item)->sequence, 2U);
}

TEST(ABatch, IsSetAsItWasGivenThoughAConverterEmptiesTheList)
{
    ServedProgram program;
    QList<ItemValue> values;
    FormatRegistry conversions;
    conversions.addConversion(Format::json(), Format::text(),
                              [&](const QByteArray &bytes) -> Result<QByteArray> {
                                  values.clear();
                                  return bytes;
                              });
    program.quotes->setConversions(conversions);
    program.nyse->setItem("ZAXX"_item, Payload{Format::json(), "1"});
    program.client->open();
    program.client->say(program.client->advise(1));
    program.client->settle();
    values = {{"ZAXX"_item, {Payload{Format::json(), "2"}}}, {"ACME"_item, {Payload{Format::json(), "3"}}}};

    program.nyse->setItems(values);

    EXPECT_TRUE(values.isEmpty());
    EXPECT_EQ(program.nyse->item("ZAXX"_item)->value.bytes(), "2");
    EXPECT_EQ(program.nyse->item("ACME"_item)->value.bytes(), "3");
}

TEST(ABatch, ReachesItsEndAlsoIfALinkIsCut)
{
    ServedProgram program;
    program.client->open();
    for (protocol::LinkId id = 1; id <= 2; ++id) {
        program.nyse->setItem(ItemName{QString::number(id)}, QStringLiteral("0"));
        protocol::Advise advise = program.client->advise(id);
        advise.item = ItemName{QString::number(id)};
        advise.wholeBatches = true;
        program.client->say(advise);
    }
    (void)program.client->heardInOrder();

    for (int value = 1; value <= 5'000; ++value)
        program.nyse->setItems({{"1"_item, {Payload::of(QString::number(value))}},
                                {"2"_item, {Payload::of(QString::number(value))}}});

    bool isOpen = false;
    bool isCut = false;
    for (const protocol::ServerMessage &message : program.client->heardInOrder()) {
        isCut = isCut || std::holds_alternative<protocol::LinkEnded>(message);
        if (std::holds_alternative<protocol::Value>(message))
            isOpen = true;
        if (std::holds_alternative<protocol::BatchEnd>(message))
            isOpen = false;
    }
    EXPECT_TRUE(isCut);
    EXPECT_FALSE(isOpen);
}

TEST(Watchers, AreCounted)
{
    StoredItem program;
    QList<int> counts;
    QObject::connect(program.nyse, &Topic::watchersChanged, [&](const ItemName &item, int count) {
        EXPECT_EQ(item, "ZAXX"_item);
        counts.append(count);
    });

    const auto hasHeard = [&](int count) { return !counts.isEmpty() && counts.last() == count; };
    program.client->say(program.client->advise(1));
    program.client->say(program.client->advise(2, LinkKind::Warm));
    ASSERT_TRUE(eventually([&] { return hasHeard(2); }, serveSessions));
    program.client->say(protocol::Unadvise{1});
    ASSERT_TRUE(eventually([&] { return hasHeard(1); }, serveSessions));
    program.nyse->removeItem("ZAXX"_item);
    EXPECT_TRUE(hasHeard(1)) << "never from inside a call";
    ASSERT_TRUE(eventually([&] { return hasHeard(0); }, serveSessions));

    EXPECT_EQ(counts, (QList{2, 1, 0}));
}

TEST(Watchers, MayDeleteTheTopicWhenTheyCome)
{
    StoredItem program;
    QObject::connect(program.nyse, &Topic::watchersChanged, [&] { delete program.nyse; });

    program.client->say(program.client->advise(1));

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
}

} // namespace tellwire::test
