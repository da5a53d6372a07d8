// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/raw_client.h"

namespace tellwire::test {

namespace {

/// Provides ZAXX, when the test says so, and counts how often it is asked.
struct LaterProvider : ServedProgram
{
    std::vector<ReplyPromise<Payload>> promises;

    LaterProvider()
    {
        nyse->provideItem("ZAXX"_item, {Format::text()},
                          [this](const Format &) { return promises.emplace_back().reply(); });
        client->open();
    }
    void finish(std::size_t which, const QString &value) { promises[which].finish(Payload::of(value)); }
};

/// Provides ZAXX as a number that says how often it was asked.
struct CountingProvider : ServedProgram
{
    int count = 0;
    std::optional<Error> problem;

    CountingProvider()
    {
        nyse->provideItem("ZAXX"_item, {Format::text()}, [this](const Format &) -> Result<Payload> {
            ++count;
            if (problem)
                return *problem;
            return Payload::of(QString::number(count));
        });
        client->open();
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

TEST(AProvidedItem, IsMadeForEachRequest)
{
    CountingProvider program;

    program.client->say(program.client->request(7, "ZAXX"_item));
    program.client->say(program.client->request(8, "ZAXX"_item));

    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "1");
    EXPECT_EQ(program.client->hear<protocol::Answer>()->value, "2");
    EXPECT_EQ(program.nyse->item("ZAXX"_item), std::nullopt);
}

TEST(AProvidedItem, KnowsWhoAsks)
{
    ServedProgram program;
    Caller seen;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [&](const Format &) -> Result<Payload> {
        seen = program.nyse->caller();
        return Payload::of(QString{});
    });
    program.client->open();

    program.client->say(program.client->request(7, "ZAXX"_item));

    EXPECT_TRUE(program.client->hear<protocol::Answer>());
    EXPECT_EQ(seen.pid, getpid());
    EXPECT_FALSE(seen.executable.isEmpty());
}

TEST(AProvidedItem, IsConvertedLikeAnyOther)
{
    ServedProgram program;
    program.quotes->setConversions(FormatRegistry::withStandardConversions());
    Format asked = Format::png();
    program.nyse->provideItem("ZAXX"_item, {Format::json()}, [&](const Format &wanted) -> Result<Payload> {
        asked = wanted;
        return Payload{Format::json(), "[1,2]"};
    });
    program.client->open();

    program.client->say(program.client->request(7, "ZAXX"_item));
    program.client->say(program.client->request(8, "ZAXX"_item, Format::png()));

    EXPECT_EQ(program.client->hear<protocol::Answer>()->format, program.client->number());
    EXPECT_EQ(asked, Format::json());
    EXPECT_EQ(program.client->hear<protocol::Declined>()->reason.code, ErrorCode::FormatNotOffered);
}

TEST(AProvidedItem, MustComeInTheFormatWanted)
{
    ServedProgram program;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload{Format::json(), "1"};
    });
    program.client->open();

    program.client->say(program.client->request(7, "ZAXX"_item));

    const auto declined = program.client->hear<protocol::Declined>();
    EXPECT_EQ(declined->reason.code, ErrorCode::BadData);
    EXPECT_EQ(declined->reason.detail, QStringLiteral("the provider of Quotes|NYSE!ZAXX answered in "
                                                      "application/json, not in text/plain;charset=utf-8"));
}

TEST(AProvidedItem, IsMadeOncePerFormatWhenItChanges)
{
    CountingProvider program;
    program.client->say(program.client->advise(1));
    program.client->say(program.client->advise(2, LinkKind::Hot, LinkPace::NewestOnly));
    program.client->say(program.client->advise(3, LinkKind::Warm));
    program.client->settle();

    program.nyse->itemChanged("ZAXX"_item);

    const std::vector<protocol::Value> values = program.client->heard<protocol::Value>();
    EXPECT_EQ(bytesOf(values), (QByteArrayList{"1", "1", "2", "2"}));
    EXPECT_EQ(values.back().sequence, 2U);
    EXPECT_EQ(program.client->heard<protocol::Changed>().size(), 1U);
    EXPECT_EQ(program.count, 2);
}

TEST(AProvidedItem, IsNotMadeForThoseWhoOnlyWantNews)
{
    CountingProvider program;
    program.client->say(program.client->advise(1, LinkKind::Warm));
    program.client->settle();

    program.nyse->itemChanged("ZAXX"_item, {.quality = Quality::Bad});

    const auto news = program.client->hear<protocol::Changed>();
    EXPECT_EQ(news->sequence, 2U);
    EXPECT_EQ(news->quality, Quality::Bad);
    EXPECT_EQ(program.count, 0);
    EXPECT_EQ(program.client->hear<protocol::Advised>()->latestPlace, 0U);
}

TEST(AProvidedItem, IsMadeOnceMoreIfItChangesWhileItIsMade)
{
    LaterProvider program;
    program.client->say(program.client->advise(1));
    program.client->settle();
    program.nyse->itemChanged("ZAXX"_item);
    program.nyse->itemChanged("ZAXX"_item);
    ASSERT_EQ(program.promises.size(), 1U) << "one at a time";

    program.finish(0, QStringLiteral("outdated"));
    ASSERT_TRUE(eventually([&] { return program.promises.size() == 2; }, serveSessions));
    program.finish(1, QStringLiteral("newest"));

    const std::vector<protocol::Value> values = program.client->heard<protocol::Value>();
    EXPECT_EQ(bytesOf(values), QByteArrayList{"newest"});
    EXPECT_EQ(values.front().sequence, 3U);
}

TEST(AProvidedItem, EndsLinksWithoutAValueIfItCannotBeMade)
{
    CountingProvider program;
    program.problem = Error{ErrorCode::OutOfSpace, QStringLiteral("no")};

    program.client->say(program.client->advise(1));

    EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->reason, *program.problem);
    EXPECT_EQ(program.nyse->watchers("ZAXX"_item), 0);
}

TEST(AProvidedItem, KeepsItsLastValueIfItCannotBeMade)
{
    CountingProvider program;
    program.client->say(program.client->advise(1));
    program.client->settle();

    program.problem = Error{ErrorCode::OutOfSpace, QStringLiteral("no")};
    program.nyse->itemChanged("ZAXX"_item);
    program.problem.reset();
    program.nyse->itemChanged("ZAXX"_item);

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"1", "3"}));
    EXPECT_TRUE(program.client->heard<protocol::LinkEnded>().empty());
}

TEST(AProvidedItem, IsNoLongerMadeWhenNobodyWatchesAnyMore)
{
    LaterProvider program;
    program.client->say(program.client->advise(1));
    program.client->settle();

    program.client->say(protocol::Unadvise{1});

    EXPECT_TRUE(eventually([&] { return program.promises[0].isFinished(); }, serveSessions));
}

TEST(AProvidedItem, MayRemoveItselfWhileItIsMade)
{
    ServedProgram program;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [&](const Format &) -> Result<Payload> {
        program.nyse->removeItem("ZAXX"_item);
        return Payload::of(QStringLiteral("1"));
    });
    program.client->open();

    program.client->say(program.client->advise(1));

    EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->reason.code, ErrorCode::NoSuchItem);
    EXPECT_TRUE(program.client->heard<protocol::Value>().empty());
}

TEST(AProvidedItem, MayDeleteItsServiceWhileItIsMade)
{
    ServedProgram program;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [&](const Format &) -> Result<Payload> {
        program.quotes.reset();
        return Payload::of(QStringLiteral("1"));
    });
    program.client->open();

    program.client->say(program.client->advise(1));

    EXPECT_TRUE(program.client->hear<protocol::Terminate>());
}

TEST(AProvidedItem, MayChangeWhileItIsMadeWithoutKeepingOthersWaiting)
{
    ServedProgram program;
    int left = 5;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [&](const Format &) -> Result<Payload> {
        if (left > 0 && --left > 0)
            program.nyse->itemChanged("ZAXX"_item);
        return Payload::of(QString::number(left));
    });
    program.client->open();

    program.client->say(program.client->advise(1));

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "0");
}

TEST(AProvidedItem, MayBecomeAStoredOneAndBack)
{
    CountingProvider program;
    program.client->say(program.client->advise(1));
    program.client->say(program.client->advise(2, LinkKind::Warm));
    program.client->settle();

    program.nyse->setItem("ZAXX"_item, QStringLiteral("stored"));
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload::of(QStringLiteral("provided"));
    });

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), (QByteArrayList{"1", "stored", "provided"}));
    EXPECT_EQ(program.client->heard<protocol::Changed>().size(), 2U);
}

TEST(AProvidedItem, EndsNoLinkInAWayThatMakesItsClientStartItAgain)
{
    for (const ErrorCode code : {ErrorCode::NoSuchItem, ErrorCode::Overrun}) {
        CountingProvider program;
        program.problem = Error{code, QStringLiteral("no")};

        program.client->say(program.client->advise(1));

        EXPECT_EQ(program.client->hear<protocol::LinkEnded>()->reason,
                  (Error{ErrorCode::Refused, QStringLiteral("its provider said: no")}));
    }
}

TEST(AProvidedItem, IsMadeByItsNewProviderThoughTheOldOneOwesAValue)
{
    LaterProvider program;
    program.client->say(program.client->advise(1));
    program.client->settle();

    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload::of(QStringLiteral("new"));
    });

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "new");
    EXPECT_TRUE(eventually([&] { return program.promises[0].isFinished(); }, serveSessions));
}

TEST(AProvidedItem, IsMadeByItsNewProviderThoughTheOldOneHasJustReplacedItself)
{
    ServedProgram program;
    std::vector<ReplyPromise<Payload>> promises;
    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [&](const Format &) {
        program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
            return Payload::of(QStringLiteral("new"));
        });
        return promises.emplace_back().reply();
    });
    program.client->open();

    program.client->say(program.client->advise(1));

    EXPECT_EQ(program.client->hear<protocol::Value>()->value, "new");
    ASSERT_EQ(promises.size(), 1U);
    EXPECT_TRUE(promises[0].isFinished());
}

TEST(AProvidedItem, IsNoLongerMadeOnceItIsStored)
{
    LaterProvider program;
    program.client->say(program.client->advise(1));
    program.client->settle();

    program.nyse->setItem("ZAXX"_item, QStringLiteral("stored"));
    EXPECT_TRUE(eventually([&] { return program.promises[0].isFinished(); }, serveSessions));

    EXPECT_EQ(bytesOf(program.client->heard<protocol::Value>()), QByteArrayList{"stored"});
}

TEST(AProvidedItem, IsNotFoundWhereItWasStored)
{
    ServedProgram program;
    program.nyse->setItem("ZAXX"_item, QStringLiteral("stored"));
    program.client->open();
    program.client->say(program.client->advise(1, LinkKind::Hot, LinkPace::NewestOnly));
    program.client->say(program.client->advise(2, LinkKind::Warm));
    const std::vector<protocol::Advised> advised = program.client->heard<protocol::Advised>();
    ASSERT_EQ(advised.size(), 2U);

    program.nyse->provideItem("ZAXX"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
        return Payload::of(QStringLiteral("made"));
    });

    const std::vector<protocol::Value> values = program.client->heard<protocol::Value>();
    EXPECT_EQ(values.back().value, "made");
    for (const protocol::Advised &link : advised) {
        transport::Message found;
        ASSERT_NE(link.latestPlace, 0U);
        EXPECT_FALSE(program.client->channel().readLatest({link.latestPlace, link.publication, 0}, found));
    }
    EXPECT_TRUE(program.client->heard<protocol::LinkEnded>().empty());
}

} // namespace tellwire::test
