// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_links.h"

#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QMap>

namespace tellwire::test {

namespace {

QString named(int number) { return QStringLiteral("item %1").arg(number); }

/// What was heard of each item, in order.
struct HeardOfMany
{
    QMap<QString, QByteArrayList> values;
    QMap<QString, ErrorCode> ends;
    QStringList stale;

    explicit HeardOfMany(AdviseLinks &links)
    {
        QObject::connect(&links, &AdviseLinks::updated, [this](const ItemName &item, const Update &update) {
            values[item.text()].append(update.value.bytes());
        });
        QObject::connect(&links, &AdviseLinks::ended, [this](const ItemName &item, const Error &reason) {
            ends.insert(item.text(), reason.code);
        });
        QObject::connect(&links, &AdviseLinks::wentStale,
                         [this](const ItemName &item, const Staleness &) { stale.append(item.text()); });
    }
    HeardOfMany(const HeardOfMany &) = delete;
    HeardOfMany &operator=(const HeardOfMany &) = delete;

    bool hasHeard(const QString &item, const QByteArrayList &expected) const
    {
        return eventually([&] { return values.value(item) == expected; }, serveSessions);
    }
};

} // namespace

TELLWIRE_PEER(ServerOfTwoItems)
{
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    for (const char *item : {"BID", "ASK"})
        quotes.topic("NYSE"_topic)
            .setItem(ItemName{QString::fromLatin1(item)}, QString::fromStdString(peerArguments().at(0)));
    if (!quotes.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AdviseLinksOnManyItems, HearThePresentValueOfEachThenItsChanges)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("2"));
    AdviseLinks links{*programs.talk, {.pace = LinkPace::EveryUpdate}};
    const HeardOfMany heard{links};

    links.add("BID"_item);
    links.add("ASK"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"2"}));
    programs.nyse.setItem("ASK"_item, QStringLiteral("3"));

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("ASK"), {"2", "3"}));
    EXPECT_EQ(heard.values.value(QStringLiteral("BID")), QByteArrayList{"1"});
    EXPECT_EQ(links.latest("ask"_item)->value.bytes(), "3");
    EXPECT_EQ(links.state("BID"_item), AdviseLinks::State::Active);
}

TEST(AdviseLinksOnManyItems, HaveOneLinkOnAnItemThatIsAddedTwice)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk};
    const HeardOfMany heard{links};

    links.add("BID"_item);
    links.add("bid"_item);

    EXPECT_EQ(links.size(), 1);
    EXPECT_EQ(links.items(), QList{"BID"_item});
    EXPECT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}));
    EXPECT_EQ(programs.nyse.watchers("BID"_item), 1);
}

TEST(AdviseLinksOnManyItems, HearNothingMoreOfWhatIsRemoved)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk, {.pace = LinkPace::EveryUpdate}};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    links.add("ASK"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"1"}));

    links.remove("BID"_item);
    programs.nyse.setItem("BID"_item, QStringLiteral("2"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("2"));

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("ASK"), {"1", "2"}));
    EXPECT_EQ(heard.values.value(QStringLiteral("BID")), QByteArrayList{"1"});
    EXPECT_FALSE(links.contains("BID"_item));
    EXPECT_EQ(links.latest("BID"_item), std::nullopt);
    EXPECT_TRUE(heard.ends.isEmpty());
}

TEST(AdviseLinksOnManyItems, GoOnWithoutAnItemThatEnds)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk, {.pace = LinkPace::EveryUpdate}};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    links.add("ASK"_item);
    links.add("none"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"1"}));

    programs.nyse.removeItem("BID"_item);
    programs.nyse.setItem("ASK"_item, QStringLiteral("2"));

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("ASK"), {"1", "2"}));
    EXPECT_EQ(heard.ends.value(QStringLiteral("BID")), ErrorCode::NoSuchItem);
    EXPECT_EQ(heard.ends.value(QStringLiteral("none")), ErrorCode::NoSuchItem);
    EXPECT_EQ(links.items(), QList{"ASK"_item});
}

TEST(AdviseLinksOnManyItems, AreToldOfNewsInPlaceOfValuesIfTheyAreWarm)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk, {.kind = LinkKind::Warm}};
    QList<ItemName> changed;
    QObject::connect(&links, &AdviseLinks::changed, [&](const ItemName &item) { changed.append(item); });
    links.add("BID"_item);
    ASSERT_TRUE(
        eventually([&] { return links.state("BID"_item) == AdviseLinks::State::Active; }, serveSessions));

    programs.nyse.setItem("BID"_item, QStringLiteral("2"));

    EXPECT_TRUE(eventually([&] { return !changed.isEmpty(); }, serveSessions));
    EXPECT_EQ(changed, QList{"BID"_item});
    EXPECT_EQ(links.latest("BID"_item), std::nullopt);
    EXPECT_EQ(links.present("BID"_item)->value.bytes(), "2");
}

TEST(AdviseLinksOnManyItems, EndOneByOneAfterOneChangeIfThatIsWanted)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk, {.pace = LinkPace::EveryUpdate, .once = true}};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    links.add("ASK"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"1"}));

    programs.nyse.setItem("BID"_item, QStringLiteral("2"));

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1", "2"}));
    EXPECT_EQ(heard.ends.value(QStringLiteral("BID")), ErrorCode::Closed);
    EXPECT_EQ(links.items(), QList{"ASK"_item});
}

TEST(AdviseLinksOnManyItems, SeeABatchAsAWhole)
{
    TwoPrograms programs;
    const auto publish = [&](const char *value) {
        programs.nyse.setItems(
            {{"BID"_item, {Payload{Format::text(), value}}}, {"ASK"_item, {Payload{Format::text(), value}}}});
    };
    publish("1");
    AdviseLinks links{*programs.talk, {.pace = LinkPace::EveryUpdate, .wholeBatches = true}};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    links.add("ASK"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"1"}));
    int torn = 0;
    QObject::connect(&links, &AdviseLinks::updated, [&] {
        torn += links.latest("BID"_item)->value != links.latest("ASK"_item)->value ? 1 : 0;
    });

    publish("2");

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1", "2"}));
    EXPECT_TRUE(heard.hasHeard(QStringLiteral("ASK"), {"1", "2"}));
    EXPECT_EQ(torn, 0);
}

TEST(AdviseLinksOnManyItems, KeepTheirValuesMarkedStaleUntilTheServiceIsBack)
{
    FreshSession fresh;
    Peer server{"ServerOfTwoItems", {"1"}};
    Conversation talk{Session::join().value(), "Quotes"_service, "NYSE"_topic, {.reconnect = true}};
    AdviseLinks links{talk};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    links.add("ASK"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}) && heard.hasHeard(QStringLiteral("ASK"), {"1"}));

    server.killHard();
    ASSERT_TRUE(eventually([&] { return heard.stale.size() == 2; }, serveSessions));
    const std::optional<Update> kept = links.latest("BID"_item);
    const std::optional<Staleness> why = links.staleness("BID"_item);
    Peer returned{"ServerOfTwoItems", {"2"}};

    EXPECT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1", "2"}));
    EXPECT_TRUE(heard.hasHeard(QStringLiteral("ASK"), {"1", "2"}));
    EXPECT_EQ(kept->value.bytes(), "1");
    EXPECT_EQ(kept->quality, Quality::Stale);
    EXPECT_EQ(why->reason.code, ErrorCode::PeerGone);
    EXPECT_EQ(links.staleness("BID"_item), std::nullopt);
}

TEST(AdviseLinksOnManyItems, EndWithTheirConversation)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    AdviseLinks links{*programs.talk};
    const HeardOfMany heard{links};
    links.add("BID"_item);
    ASSERT_TRUE(heard.hasHeard(QStringLiteral("BID"), {"1"}));

    programs.talk.reset();
    links.add("ASK"_item);

    EXPECT_TRUE(eventually([&] { return heard.ends.size() == 2; }, serveSessions));
    EXPECT_EQ(heard.ends.value(QStringLiteral("BID")), ErrorCode::Closed);
    EXPECT_EQ(links.size(), 0);
}

TEST(AdviseLinksOnManyItems, MayBeDeletedByTheirHandler)
{
    TwoPrograms programs;
    programs.nyse.setItem("BID"_item, QStringLiteral("1"));
    programs.nyse.setItem("ASK"_item, QStringLiteral("1"));
    auto links = std::make_unique<AdviseLinks>(*programs.talk);
    QObject::connect(links.get(), &AdviseLinks::updated, [&] { links.reset(); });

    links->add("BID"_item);
    links->add("ASK"_item);

    EXPECT_TRUE(eventually([&] { return !links; }, serveSessions));
    EXPECT_TRUE(waitFor(programs.talk->request("BID"_item), 5s)) << "the conversation goes on";
}

TEST(AdviseLinksOnManyItems, MayBeAddedAndRemovedByTheirHandlers)
{
    TwoPrograms programs;
    for (int number = 0; number < 20; ++number)
        programs.nyse.setItem(ItemName{named(number)}, QStringLiteral("1"));
    AdviseLinks links{*programs.talk};
    const HeardOfMany heard{links};
    QObject::connect(&links, &AdviseLinks::updated, [&](const ItemName &item) {
        links.add(ItemName{named(static_cast<int>(heard.values.size()))});
        links.remove(item);
    });

    links.add(ItemName{named(0)});

    EXPECT_TRUE(heard.hasHeard(named(19), {"1"}));
    EXPECT_EQ(heard.values.size(), 20);
}

TEST(AdviseLinksOnManyItems, MayBeTenThousand)
{
    constexpr int count = 10'000;
    TwoPrograms programs;
    AdviseLinks links{*programs.talk};
    int heard = 0;
    QObject::connect(&links, &AdviseLinks::updated, [&] { ++heard; });

    for (int number = 0; number < count; ++number) {
        programs.nyse.setItem(ItemName{named(number)}, QString::number(number));
        links.add(ItemName{named(number)});
    }

    ASSERT_TRUE(eventually([&] { return heard == count; }, serveSessions));
    EXPECT_EQ(links.latest(ItemName{named(4711)})->value.bytes(), "4711");
}

} // namespace tellwire::test
