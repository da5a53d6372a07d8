// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

namespace tellwire::test {

namespace {

ItemName numbered(int number)
{
    return ItemName{QStringLiteral("item %1").arg(number, 6, 10, QLatin1Char('0'))};
}

/// As many items as the first argument says, each with its number as value.
void fill(Topic &topic, int count)
{
    QList<ItemValue> values;
    for (int number = 0; number < count; ++number)
        values.append({numbered(number), {Payload::of(QString::number(number))}});
    topic.setItems(values);
}

} // namespace

TELLWIRE_PEER(ManyItemsServer)
{
    Session session = Session::join().value();
    Service service{session, "Many"_service};
    Topic &all = service.topic("all"_topic);
    fill(all, std::stoi(peerArguments().at(0)));
    all.onExecute([&](const QString &value) -> Result<void> {
        for (const ItemName &item : all.items())
            all.setItem(item, value);
        return {};
    });
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(ARequestOfMany, IsAnsweredInOrderWithAnErrorForEachThatFails)
{
    TwoPrograms programs;
    programs.nyse.setItem("A"_item, QStringLiteral("1"), {.quality = Quality::Uncertain});
    programs.nyse.setItem("B"_item, QStringLiteral("2"));
    programs.nyse.setItem("P"_item, Payload{Format::png(), "picture"});

    const auto values =
        waitFor(programs.talk->requestMany({"B"_item, "none"_item, "A"_item, "P"_item, "B"_item}), 5s);

    ASSERT_TRUE(values && values->size() == 5);
    EXPECT_EQ((*values)[0]->value.bytes(), "2");
    EXPECT_EQ(codeOf((*values)[1]), ErrorCode::NoSuchItem);
    EXPECT_EQ((*values)[2]->value.bytes(), "1");
    EXPECT_EQ((*values)[2]->quality, Quality::Uncertain);
    EXPECT_EQ((*values)[2]->sequence, 1U);
    EXPECT_EQ(codeOf((*values)[3]), ErrorCode::FormatNotOffered);
    EXPECT_EQ((*values)[4]->value.bytes(), "2");
}

TEST(ARequestOfMany, MayBeOfNoneAndOfMoreThanAMessageHolds)
{
    TwoPrograms programs;
    fill(programs.nyse, 1'500);
    QList<ItemName> items;
    for (int number = 1'499; number >= 0; --number)
        items.append(numbered(number));

    const auto none = waitFor(programs.talk->requestMany({}), 5s);
    const auto all = waitFor(programs.talk->requestMany(items), 5s);

    EXPECT_TRUE(none && none->isEmpty());
    ASSERT_TRUE(all && all->size() == 1'500);
    EXPECT_EQ(all->constFirst()->value.bytes(), "1499");
    EXPECT_EQ(all->constLast()->value.bytes(), "0");
}

TEST(ARequestOfMany, SeesABatchWholeOrNotAtAll)
{
    TwoPrograms programs;
    const auto publish = [&](int value) {
        programs.nyse.setItems({{"BID"_item, {Payload::of(QString::number(value))}},
                                {"ASK"_item, {Payload::of(QString::number(value))}}});
    };
    publish(0);
    programs.nyse.onExecute([&](const QString &value) -> Result<void> {
        publish(value.toInt());
        return {};
    });

    for (int value = 1; value <= 50; ++value) {
        (void)programs.talk->execute(QString::number(value));
        const auto both = waitFor(programs.talk->requestMany({"BID"_item, "ASK"_item}), 5s);
        ASSERT_TRUE(both);
        EXPECT_EQ((*both)[0]->value, (*both)[1]->value);
    }
}

TEST(ARequestOfMany, EndsWithItsServer)
{
    FreshSession fresh;
    Peer server{"ManyItemsServer", {"10"}};
    const Session session = Session::join().value();
    Conversation talk{session, "Many"_service, "all"_topic};
    ASSERT_TRUE(waitFor(talk.request(numbered(0)), 5s));
    server.stop();
    const auto values = talk.requestMany({numbered(0), numbered(1)});

    server.killHard();

    EXPECT_EQ(codeOf(values), ErrorCode::PeerGone);
}

TEST(ALargeTopic, IsBrowsedPageByPage)
{
    FreshSession fresh;
    const Peer server{"ManyItemsServer", {"25000"}};
    ServiceBrowser browser{Session::join().value()};

    QList<ItemName> seen;
    ItemRange range{.limit = 10'000};
    ItemPage page;
    do {
        page = waitFor(browser.items("Many"_service, "all"_topic, range), 10s).value();
        ASSERT_FALSE(page.items.isEmpty());
        EXPECT_EQ(page.total, 25'000U);
        for (const ListedItem &item : page.items)
            seen.append(item.name);
        range.after = seen.constLast();
    } while (page.hasMore);

    EXPECT_EQ(seen.size(), 25'000);
    EXPECT_TRUE(
        std::ranges::is_sorted(seen, [](const ItemName &a, const ItemName &b) { return (a <=> b) < 0; }));
}

TEST(ALargeTopic, IsBrowsedByTheBeginningOfNames)
{
    FreshSession fresh;
    const Peer server{"ManyItemsServer", {"2000"}};
    ServiceBrowser browser{Session::join().value()};

    const auto page = waitFor(
        browser.items("Many"_service, "all"_topic, {.prefix = "ITEM 0019"_item, .after = numbered(1'997)}),
        5s);

    ASSERT_TRUE(page && page->items.size() == 2);
    EXPECT_EQ(page->items[0].name, numbered(1'998));
    EXPECT_EQ(page->items[1].text, QStringLiteral("1999"));
    EXPECT_FALSE(page->hasMore);
}

// A sanitizer makes everything some ten times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int manyLinks = 10'000;
#else
constexpr int manyLinks = 100'000;
#endif

TEST(AHundredThousandLinks, OfOneConversationAllHearOfEveryChange)
{
    constexpr int count = manyLinks;
    FreshSession fresh;
    const Peer server{"ManyItemsServer", {std::to_string(count)}};
    const Session session = Session::join().value();
    Conversation talk{session, "Many"_service, "all"_topic};
    std::vector<std::unique_ptr<AdviseLink>> links;
    int first = 0;
    int changed = 0;
    for (int number = 0; number < count; ++number) {
        links.push_back(std::make_unique<AdviseLink>(talk, numbered(number)));
        QObject::connect(links.back().get(), &AdviseLink::updated, [&](const Update &update) {
            (update.value.bytes() == "new" ? changed : first) += 1;
        });
    }
    ASSERT_TRUE(eventually([&] { return first == count; }, serveSessions, 60s));

    ASSERT_TRUE(waitFor(talk.execute(QStringLiteral("new"), 60s), 60s));

    EXPECT_TRUE(eventually([&] { return changed == count; }, serveSessions, 60s));
}

} // namespace tellwire::test
