// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/board.h"

#include "clipboard/store/transitions.h"
#include "dde/transport/session_log.h"
#include "tests/clipboard/clipboard_test_support.h"

#include <fstream>

// The one way in which boards change, and what strangers may have done to them.

namespace tellwire::store {

namespace {

using test::soon;
using transport::LogOperation;

QByteArray keyOf(quint64 revision)
{
    return "clip/clipboard/" + QByteArray::number(revision, 16).rightJustified(16, '0');
}

BoardState withText(const BoardState &before, const QByteArray &bytes)
{
    return closed(withFormat(emptied(before, ownOwner(1)),
                             {.format = Format::text(), .kind = StoredFormat::Kind::Inline, .bytes = bytes}),
                  true);
}

QByteArray textOf(const BoardState &state)
{
    const StoredFormat *found = state.find(Format::text());
    return found ? found->bytes : QByteArray{"nothing"};
}

struct TwoBoards
{
    test::FreshSession fresh;
    std::shared_ptr<transport::Seat> ownSeat = transport::Seat::join(QStringLiteral("default")).value();
    std::shared_ptr<transport::Seat> otherSeat = transport::Seat::join(QStringLiteral("default")).value();
    std::shared_ptr<Board> own = ClipboardHandler::of(*ownSeat).board(BoardName::clipboard());
    std::shared_ptr<Board> other = ClipboardHandler::of(*otherSeat).board(BoardName::clipboard());

    void writeToLog(LogOperation operation, quint64 revision, const QByteArray &body) const
    {
        EXPECT_TRUE(otherSeat->log().change({.operation = operation, .key = keyOf(revision), .body = body}));
    }
};

} // namespace

TEST(ABoard, LetsOneOfTwoTransitionsHappen)
{
    const TwoBoards two;
    const BoardState seenByBoth = two.own->refresh().value();

    const auto first = two.own->propose(withText(seenByBoth, "first"));
    const auto second = two.other->propose(withText(seenByBoth, "second"));

    EXPECT_EQ(*first, Board::Outcome::Happened);
    EXPECT_EQ(*second, Board::Outcome::Superseded);
    EXPECT_EQ(textOf(two.other->state()), "first");
    EXPECT_EQ(two.other->state(), two.own->state());
}

TEST(ABoard, DecidesByTheOrderOfTheLogAndNotByWhoHasReadIt)
{
    const TwoBoards two;
    ASSERT_TRUE(two.own->propose(withText(two.own->refresh().value(), "zero")));
    const BoardState seen = two.own->state();
    BoardState faster = withText(seen, "faster");
    faster.stamp = 5;
    two.writeToLog(LogOperation::Add, seen.revision + 1, encodeState(faster));

    const auto late = two.own->propose(withText(seen, "late"));

    EXPECT_EQ(*late, Board::Outcome::Superseded);
    EXPECT_EQ(textOf(two.own->state()), "faster");
}

TEST(ABoard, KeepsOneEntryInTheLog)
{
    const TwoBoards two;

    for (int round = 0; round < 5; ++round)
        ASSERT_TRUE(two.own->propose(withText(two.own->refresh().value(), "text")));

    ASSERT_TRUE(two.other->refresh());
    EXPECT_EQ(two.otherSeat->log().state().withPrefix("clip/").size(), 1);
}

TEST(ABoard, IsNotDeceivedByALateEntryOfAnOldRevision)
{
    const TwoBoards two;
    for (int round = 0; round < 3; ++round)
        ASSERT_TRUE(two.own->propose(withText(two.own->refresh().value(), "new")));
    two.writeToLog(LogOperation::Add, 1, encodeState(withText({}, "old")));

    const BoardState seen = two.own->refresh().value();
    ASSERT_TRUE(two.own->propose(withText(seen, "newer")));

    EXPECT_EQ(textOf(seen), "new");
    EXPECT_EQ(textOf(two.other->refresh().value()), "newer");
    EXPECT_EQ(two.otherSeat->log().state().withPrefix("clip/").size(), 1);
}

TEST(ABoard, IgnoresEntriesThatMakeNoSense)
{
    const TwoBoards two;
    ASSERT_TRUE(two.own->propose(withText(two.own->refresh().value(), "sense")));
    two.writeToLog(LogOperation::Put, 2, "nonsense");
    two.writeToLog(LogOperation::Put, 40, {});
    two.writeToLog(LogOperation::Put, ~quint64{0}, encodeState(withText({}, "trap")));
    ASSERT_TRUE(
        two.otherSeat->log().change(transport::LogChange{.key = "clip/clipboard/1", .body = "short"}));
    ASSERT_TRUE(two.otherSeat->log().change(
        transport::LogChange{.key = "clip/clipboard/x/0000000000000009", .body = "other"}));

    const BoardState seen = two.own->refresh().value();
    const auto own = two.own->propose(withText(seen, "one"));
    const auto other = two.other->propose(withText(seen, "two"));

    EXPECT_EQ(textOf(seen), "sense");
    EXPECT_EQ(*own, Board::Outcome::Happened);
    EXPECT_EQ(*other, Board::Outcome::Superseded);
    EXPECT_EQ(textOf(two.other->state()), "one");
}

TEST(ABoard, LeavesAloneWhatANewerVersionHasPut)
{
    const TwoBoards two;
    QByteArray newer = encodeState(withText({}, "newer"));
    newer[4] = 2;
    two.writeToLog(LogOperation::Put, 3, newer);

    EXPECT_EQ(two.own->refresh().error().code, ErrorCode::VersionMismatch);
    EXPECT_EQ(two.own->propose(withText({}, "older")).error().code, ErrorCode::VersionMismatch);
}

TEST(ABoard, RepeatsAChangeUntilItHappens)
{
    const TwoBoards two;
    int attempts = 0;

    const Result<BoardState> changed =
        two.own->change([&](const BoardState &now) -> Result<std::optional<BoardState>> {
            if (++attempts < 4) {
                EXPECT_TRUE(two.other->propose(withText(two.other->refresh().value(), "other")));
            }
            return std::optional{withText(now, "own")};
        });

    ASSERT_TRUE(changed);
    EXPECT_EQ(attempts, 4);
    EXPECT_EQ(changed->sequence, 8U);
    EXPECT_EQ(textOf(two.other->refresh().value()), "own");
}

TEST(ABoard, KeepsMoreFormatsThanARecordHolds)
{
    const TwoBoards two;
    BoardState many = emptied(two.own->refresh().value(), ownOwner(1));
    for (int number = 0; number < BoardState::maxFormats; ++number)
        many = withFormat(many, {.format = Format{QStringLiteral("format %1 ").arg(number) +
                                                  QString{200, QLatin1Char('x')}},
                                 .kind = StoredFormat::Kind::Inline,
                                 .bytes = "1"});

    ASSERT_TRUE(two.own->propose(many));
    const QList<StoredFormat> seen = two.other->refresh().value().formats;
    const std::size_t files = test::contentFiles(two.fresh);
    ASSERT_TRUE(two.other->propose(withText(two.other->state(), "one")));

    EXPECT_EQ(seen, many.formats);
    EXPECT_EQ(files, 1U);
    EXPECT_EQ(test::contentFiles(two.fresh), 0U);
    EXPECT_EQ(textOf(two.own->refresh().value()), "one");
}

TEST(ABoard, RefusesMoreFormatsThanItHolds)
{
    const TwoBoards two;
    BoardState many = emptied(two.own->refresh().value(), ownOwner(1));
    for (int number = 0; number <= BoardState::maxFormats; ++number)
        many = withFormat(many, {.format = Format{QString::number(number)}});

    EXPECT_EQ(two.own->propose(many).error().code, ErrorCode::TooLarge);
}

TEST(ABoard, SurvivesAnIndexThatMakesNoSense)
{
    const TwoBoards two;
    BoardState state = emptied({}, ownOwner(1));
    Result<WritingFile> index = two.own->volumes().write({"nonsense"});
    ASSERT_TRUE(index);
    two.writeToLog(LogOperation::Put, 1, encodeState(state, index->place()));

    const BoardState seen = two.own->refresh().value();

    EXPECT_EQ(seen.sequence, 1U);
    EXPECT_TRUE(seen.formats.isEmpty());
    EXPECT_EQ(*two.own->propose(withText(seen, "one")), Board::Outcome::Happened);
}

TEST(ABoard, StaysWhatItIsWhenTheLogIsCompacted)
{
    const TwoBoards two;
    ASSERT_TRUE(two.own->propose(withText(two.own->refresh().value(), "before")));
    const quint64 generation = two.ownSeat->log().figures().generation;
    const QByteArray filler(3000, 'x');

    while (two.ownSeat->log().figures().generation == generation)
        ASSERT_TRUE(two.ownSeat->log().change(transport::LogChange{.key = "filler", .body = filler}));

    EXPECT_EQ(textOf(two.other->refresh().value()), "before");
    const auto newcomer = transport::Seat::join(QStringLiteral("default")).value();
    EXPECT_EQ(ClipboardHandler::of(*newcomer).board(BoardName::clipboard())->refresh().value(),
              two.own->refresh().value());
    EXPECT_EQ(*two.other->propose(withText(two.other->state(), "after")), Board::Outcome::Happened);
    EXPECT_EQ(textOf(two.own->refresh().value()), "after");
}

TEST(ABoard, KeepsAChangeBackWhileTheExactFaceHasItOpen)
{
    const TwoBoards two;
    const Session session = Session::join().value();
    Clipboard listener{session};
    QList<quint32> told;
    QObject::connect(&listener, &Clipboard::changed,
                     [&](const ClipboardContent &content) { told.append(content.sequenceNumber()); });
    ASSERT_TRUE(two.ownSeat->listen());
    BoardState state = opened(two.own->refresh().value(), {.peer = two.ownSeat->id(), .window = 1});
    ASSERT_TRUE(two.own->propose(state));
    ASSERT_TRUE(two.own->propose(emptied(two.own->state(), ownOwner(two.ownSeat->id(), 1))));
    ASSERT_TRUE(two.own->propose(withFormat(
        two.own->state(), {.format = Format::text(), .kind = StoredFormat::Kind::Inline, .bytes = "one"})));
    ASSERT_TRUE(soon([&] { return listener.sequenceNumber() == 2; }));
    for (int turn = 0; turn < 5; ++turn)
        two.ownSeat->process();
    const bool wasQuiet = told.isEmpty();

    ASSERT_TRUE(two.own->propose(closed(two.own->state())));

    EXPECT_TRUE(soon([&] { return !told.isEmpty(); }));
    EXPECT_TRUE(wasQuiet);
    EXPECT_EQ(told, QList<quint32>{2});
}

TEST(ABoard, EndsAForeignOpenByAFriendlyPut)
{
    const TwoBoards two;
    const Session session = Session::join().value();
    Clipboard friendly{session};
    ASSERT_TRUE(two.ownSeat->listen());
    ASSERT_TRUE(
        two.own->propose(opened(two.own->refresh().value(), {.peer = two.ownSeat->id(), .window = 1})));

    ASSERT_TRUE(friendly.put(Offer{}.add(QStringLiteral("one"))));

    EXPECT_FALSE(two.own->refresh().value().isOpen());
}

TEST(AContent, ThatSomebodyHasCutShortIsCorrupted)
{
    const TwoBoards two;
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    ASSERT_TRUE(clipboard.put(Offer{}.add(test::png(QByteArray(10'000, 'x')))));
    for (const auto &entry : std::filesystem::recursive_directory_iterator{two.fresh.directory()})
        if (entry.is_regular_file() && entry.path().parent_path().filename() == "clip") {
            std::filesystem::remove(entry.path());
            std::ofstream{entry.path()} << "short";
        }

    EXPECT_EQ(test::outcomeOf(clipboard.get(Format::png())), "error: Corrupted");
    EXPECT_EQ(test::errorOf(clipboard.put(Offer{}.add(QStringLiteral("one")))), "none");
}

} // namespace tellwire::store
