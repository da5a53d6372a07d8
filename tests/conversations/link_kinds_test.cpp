// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/two_programs.h"

namespace tellwire::test {

namespace {

/// What a warm link says.
struct News
{
    QList<Update> changes;
    QList<Update> values;
    std::optional<Error> end;

    explicit News(AdviseLink &link)
    {
        QObject::connect(&link, &AdviseLink::changed, [this](const Update &news) { changes.append(news); });
        QObject::connect(&link, &AdviseLink::updated, [this](const Update &value) { values.append(value); });
        QObject::connect(&link, &AdviseLink::ended, [this](const Error &reason) { end = reason; });
    }
    News(const News &) = delete;
    News &operator=(const News &) = delete;
};

[[nodiscard]] bool isActive(const AdviseLink &link)
{
    return eventually([&] { return link.state() == AdviseLink::State::Active; }, serveSessions);
}

/// Lets everything arrive that was sent before.
void settle(Conversation &talk) { (void)waitFor(talk.request("no such item"_item), 5s); }

} // namespace

TEST(AWarmLink, BringsTheNewsAndNoValue)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    const News news{link};
    ASSERT_TRUE(isActive(link));
    settle(*programs.talk);
    ASSERT_TRUE(news.changes.isEmpty()) << "nothing has changed yet";

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"), {.quality = Quality::Uncertain});

    ASSERT_TRUE(eventually([&] { return news.changes.size() == 1; }, serveSessions));
    EXPECT_EQ(news.changes[0].sequence, 2U);
    EXPECT_EQ(news.changes[0].quality, Quality::Uncertain);
    EXPECT_TRUE(news.changes[0].value.bytes().isEmpty());
    EXPECT_EQ(link.latest(), std::nullopt);
    EXPECT_TRUE(news.values.isEmpty());
}

TEST(AWarmLink, TellsManyChangesByOneNewsWhileNobodyReads)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    const News news{link};
    ASSERT_TRUE(isActive(link));

    for (int value = 1; value <= 100; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    ASSERT_TRUE(eventually([&] { return !news.changes.isEmpty(); }, serveSessions));

    EXPECT_EQ(waitFor(link.request(), 5s)->value.bytes(), "100");
    EXPECT_LT(news.changes.size(), 100);
}

TEST(AWarmLink, OnEveryUpdateBringsAllNews)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm, .pace = LinkPace::EveryUpdate}};
    const News news{link};
    ASSERT_TRUE(isActive(link));

    for (int value = 1; value <= 100; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));

    ASSERT_TRUE(eventually([&] { return news.changes.size() == 100; }, serveSessions));
    EXPECT_EQ(news.changes.last().sequence, 101U);
    EXPECT_EQ(news.changes.last().missed, 0U);
}

TEST(AWarmLink, GivesItsLastValueAtTheEndIfThatIsWanted)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm, .finalValue = true}};
    AdviseLink other{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm}};
    const News news{link};
    const News otherNews{other};
    ASSERT_TRUE(isActive(link) && isActive(other));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));
    programs.nyse.removeItem("ZAXX"_item);

    ASSERT_TRUE(eventually([&] { return news.end && otherNews.end; }, serveSessions));
    ASSERT_EQ(news.values.size(), 1);
    EXPECT_EQ(news.values[0].value.bytes(), "2");
    EXPECT_EQ(news.end->code, ErrorCode::NoSuchItem);
    EXPECT_TRUE(otherNews.values.isEmpty());
}

TEST(AnItem, IsWatchedInSeveralFormatsHotAndWarmAtOnce)
{
    TwoPrograms programs;
    const auto both = [](const QByteArray &text) {
        return QList{Payload{Format::json(), "\"" + text + "\""}, Payload{Format::text(), text}};
    };
    programs.nyse.setItem("ZAXX"_item, both("1"));
    AdviseLink text{*programs.talk, "ZAXX"_item, {.formats = {Format::text()}}};
    AdviseLink json{*programs.talk, "ZAXX"_item, {.formats = {Format::json()}}};
    AdviseLink warmText{*programs.talk, "ZAXX"_item, {.formats = {Format::text()}, .kind = LinkKind::Warm}};
    AdviseLink warmJson{*programs.talk, "ZAXX"_item, {.formats = {Format::json()}, .kind = LinkKind::Warm}};
    const Heard heardText{text};
    const Heard heardJson{json};
    const News newsText{warmText};
    const News newsJson{warmJson};
    ASSERT_TRUE(isActive(warmText) && isActive(warmJson));

    programs.nyse.setItem("ZAXX"_item, both("2"));

    ASSERT_TRUE(eventually(
        [&] {
            return heardText.hasHeard("2") && heardJson.hasHeard("\"2\"") && newsText.changes.size() == 1 &&
                   newsJson.changes.size() == 1;
        },
        serveSessions));
    EXPECT_EQ(waitFor(warmJson.request(), 5s)->value, (Payload{Format::json(), "\"2\""}));
    EXPECT_EQ(waitFor(warmText.request(), 5s)->value, (Payload{Format::text(), "2"}));
}

TEST(AnAcknowledgedLink, HasNoMoreUpdatesOnTheirWayThanItsWindow)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{
        *programs.talk,
        "ZAXX"_item,
        {.pace = LinkPace::Acknowledged, .window = 3, .acknowledgement = Acknowledgement::Explicit}};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("0"); }, serveSessions));

    for (int value = 1; value <= 9; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("2"); }, serveSessions));
    settle(*programs.talk);
    EXPECT_EQ(heard.values(), (QByteArrayList{"0", "1", "2"}));
    link.acknowledge();

    ASSERT_TRUE(eventually([&] { return heard.hasHeard("9"); }, serveSessions));
    EXPECT_EQ(heard.values(), (QByteArrayList{"0", "1", "2", "9"})) << "as of now, with all between skipped";
    EXPECT_EQ(heard.updates.last().missed, 6U);
}

TEST(AnAcknowledgedLink, AcknowledgesByItselfWhenItsHandlersHaveReturned)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::Acknowledged}};
    const Heard heard{link};

    QByteArrayList sent;
    for (int value = 1; value <= 20; ++value) {
        sent.append(QByteArray::number(value));
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
        ASSERT_TRUE(eventually([&] { return heard.hasHeard(sent.last()); }, serveSessions));
        settle(*programs.talk);
    }

    EXPECT_EQ(heard.updates.last().missed, 0U);
}

TEST(AnAcknowledgedLink, CountsAnUpdateAsReceivedWhenNextHasGivenIt)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::Acknowledged, .window = 2}};
    ASSERT_EQ(waitFor(link.next(), 5s)->value.bytes(), "0");
    settle(*programs.talk);

    for (int value = 1; value <= 9; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    settle(*programs.talk);
    QByteArrayList given;
    while (given.isEmpty() || given.last() != "9")
        given.append(waitFor(link.next(), 5s)->value.bytes());

    EXPECT_EQ(given, (QByteArrayList{"1", "2", "9"}));
}

TEST(AWarmAcknowledgedLink, BringsOneNewsAtATime)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk,
                    "ZAXX"_item,
                    {.kind = LinkKind::Warm,
                     .pace = LinkPace::Acknowledged,
                     .acknowledgement = Acknowledgement::Explicit}};
    const News news{link};
    ASSERT_TRUE(isActive(link));

    for (int value = 1; value <= 9; ++value)
        programs.nyse.setItem("ZAXX"_item, QString::number(value));
    ASSERT_TRUE(eventually([&] { return news.changes.size() == 1; }, serveSessions));
    settle(*programs.talk);
    EXPECT_EQ(news.changes.size(), 1);
    link.acknowledge();

    ASSERT_TRUE(eventually([&] { return news.changes.size() == 2; }, serveSessions));
    EXPECT_EQ(news.changes[1].sequence, 10U);
}

TEST(ALinkForOneChange, EndsAfterTheFirstChange)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.pace = LinkPace::EveryUpdate, .once = true}};
    const Heard heard{link};
    ASSERT_TRUE(eventually([&] { return heard.hasHeard("0"); }, serveSessions));
    EXPECT_EQ(heard.end, std::nullopt);

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));

    ASSERT_TRUE(eventually([&] { return heard.end.has_value(); }, serveSessions));
    settle(*programs.talk);
    EXPECT_EQ(heard.values(), (QByteArrayList{"0", "1"}));
    EXPECT_EQ(heard.end->code, ErrorCode::Closed);
    EXPECT_EQ(programs.nyse.watchers("ZAXX"_item), 0);
}

TEST(AWarmLinkForOneChange, EndsAfterTheFirstNews)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, "ZAXX"_item, {.kind = LinkKind::Warm, .once = true}};
    const News news{link};
    ASSERT_TRUE(isActive(link));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));

    ASSERT_TRUE(eventually([&] { return news.end.has_value(); }, serveSessions));
    EXPECT_EQ(news.changes.size(), 1);
}

TEST(LinksForWholeBatches, ChangeTogether)
{
    TwoPrograms programs;
    programs.nyse.setItems(
        {{"BID"_item, {Payload::of(QStringLiteral("1"))}}, {"ASK"_item, {Payload::of(QStringLiteral("1"))}}});
    const LinkOptions whole{.pace = LinkPace::EveryUpdate, .wholeBatches = true};
    AdviseLink bid{*programs.talk, "BID"_item, whole};
    AdviseLink ask{*programs.talk, "ASK"_item, whole};
    ASSERT_TRUE(eventually([&] { return bid.latest() && ask.latest(); }, serveSessions));
    int seen = 0;
    int torn = 0;
    const auto compare = [&] {
        ++seen;
        torn += bid.latest()->value != ask.latest()->value ? 1 : 0;
    };
    QObject::connect(&bid, &AdviseLink::updated, compare);
    QObject::connect(&ask, &AdviseLink::updated, compare);

    for (int value = 2; value <= 200; ++value)
        programs.nyse.setItems({{"BID"_item, {Payload::of(QString::number(value))}},
                                {"ASK"_item, {Payload::of(QString::number(value))}}});

    ASSERT_TRUE(eventually([&] { return ask.latest()->value.bytes() == "200"; }, serveSessions));
    EXPECT_EQ(seen, 2 * 199);
    EXPECT_EQ(torn, 0);
}

TEST(LinksForWholeBatches, ChangeTogetherToValuesThatFillBlocks)
{
    TwoPrograms programs;
    const auto setBoth = [&](char letter) {
        const Payload value{Format::text(), QByteArray(1000, letter)};
        programs.nyse.setItems({{"BID"_item, {value}}, {"ASK"_item, {value}}});
    };
    setBoth('a');
    const LinkOptions whole{.pace = LinkPace::EveryUpdate, .wholeBatches = true};
    AdviseLink bid{*programs.talk, "BID"_item, whole};
    AdviseLink ask{*programs.talk, "ASK"_item, whole};
    ASSERT_TRUE(eventually([&] { return bid.latest() && ask.latest(); }, serveSessions));
    std::optional<Payload> other;
    QObject::connect(&bid, &AdviseLink::updated, [&] { other = ask.latest()->value; });

    setBoth('b');

    ASSERT_TRUE(eventually([&] { return other.has_value(); }, serveSessions));
    EXPECT_EQ(other->bytes(), QByteArray(1000, 'b'));
}

} // namespace tellwire::test
