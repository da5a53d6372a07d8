// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_test_support.h"

#include <QTemporaryFile>

#include <sys/wait.h>
#include <unistd.h>

// What everybody may count on who puts and gets.

namespace tellwire::test {

TEST(AClipboard, IsEmptyAtFirst)
{
    const TwoClipboards two;

    const ClipboardContent content = two.own->content();

    EXPECT_TRUE(content.isEmpty());
    EXPECT_EQ(content.sequenceNumber(), 0U);
    EXPECT_FALSE(content.time().isValid());
    EXPECT_EQ(outcomeOf(two.own->get(Format::text())), "error: FormatNotOffered");
    EXPECT_EQ(outcomeOf(content.read(Format::text())), "error: FormatNotOffered");
}

TEST(AClipboard, GivesAnotherProgramWhatWasPut)
{
    const TwoClipboards two;

    ASSERT_TRUE(two.own->put(Offer{}.add(png("image")).add(QStringLiteral("chart"))));

    EXPECT_EQ(namesOf(two.other->formats()),
              (QStringList{QStringLiteral("image/png"), QStringLiteral("text/plain;charset=utf-8")}));
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "chart");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_EQ(outcomeOf(two.other->get(Format::html())), "error: FormatNotOffered");
}

TEST(AClipboard, GivesTheMostWantedFormatThatThereIs)
{
    const TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}.add(png("image")).add(text("chart"))));

    EXPECT_EQ(outcomeOf(two.other->get({Format::html(), Format::text(), Format::png()})), "chart");
    EXPECT_EQ(outcomeOf(two.other->get(QList<Format>{})), "image");
}

TEST(AClipboard, KeepsContentsOfAnySize)
{
    const TwoClipboards two;
    const QByteArray large(3'000'000, 'x');

    ASSERT_TRUE(two.own->put(Offer{}.add(png(large)).add(text("")).add(Payload{Format::html(), "<p>"})));

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), large);
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "");
    EXPECT_EQ(outcomeOf(two.other->get(Format::html())), "<p>");
    EXPECT_EQ(contentFiles(two.fresh), 1U);
}

TEST(AClipboard, TakesFilesAsTheyAre)
{
    const TwoClipboards two;
    QTemporaryFile file;
    ASSERT_TRUE(file.open());
    file.write("0123456789");
    file.flush();

    ASSERT_TRUE(two.own->put(Offer{}
                                 .addFile(Format::png(), {file.handle(), 2, 5})
                                 .add(text("chart"))
                                 .addFile(Format::html(), {file.handle(), 10, 0})));
    file.resize(0);

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "23456");
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "chart");
    EXPECT_EQ(outcomeOf(two.other->get(Format::html())), "");
    EXPECT_EQ(errorOf(two.own->put(Offer{}.addFile(Format::png(), {file.handle(), 2, 5}))), "BadData");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "23456");
}

TEST(AClipboard, SaysWhereInWhichFileItsBytesLie)
{
    const TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}
                                 .add(text("chart"))
                                 .add(Payload{Format::html(), QByteArray(100'000, 'h')})
                                 .add(png(QByteArray(100'000, 'p')))));
    std::optional<ClipboardContent> content = two.other->content();
    const MappedContent image = content->map(Format::png()).value();
    const int inMemory = content->map(Format::text())->file();
    content.reset();
    ASSERT_TRUE(two.own->put(Offer{}));

    QByteArray bytes(100'000, '\0');
    const ssize_t length = pread(image.file(), bytes.data(), 100'000, image.offset());

    EXPECT_EQ(length, 100'000);
    EXPECT_EQ(bytes, QByteArray(100'000, 'p'));
    EXPECT_EQ(inMemory, -1);
}

TEST(AClipboard, TellsWhatLiesThere)
{
    const TwoClipboards two;
    ASSERT_TRUE(
        two.own->put(Offer{}.addDelayed(Format::png(), [] { return png("image"); }).add(text("chart"))));

    const ClipboardContent content = two.other->content();

    EXPECT_EQ(content.formats(), (QList<ContentFormat>{
                                     {Format::png(), ContentFormat::Source::Delayed, std::nullopt},
                                     {Format::text(), ContentFormat::Source::Stored, 5},
                                 }));
    EXPECT_EQ(content.owner().pid, getpid());
    EXPECT_EQ(content.owner().uid, getuid());
    EXPECT_EQ(content.owner().program, QStringLiteral("clipboard_test"));
    EXPECT_LT(content.time().secsTo(QDateTime::currentDateTimeUtc()), 60);
}

TEST(AClipboard, CountsAsWin32Does)
{
    const TwoClipboards two;

    ASSERT_TRUE(two.own->put(Offer{}.add(png("image")).add(Payload{Format::html(), "<p>"})));
    const quint32 afterPut = two.other->sequenceNumber();
    ASSERT_TRUE(two.other->clear());

    EXPECT_EQ(afterPut, 3U); // One for emptying, one for each format.
    EXPECT_EQ(two.own->sequenceNumber(), 4U);
    EXPECT_TRUE(two.own->content().isEmpty());
}

TEST(AClipboard, PutsOnlyOnWhatWasExpected)
{
    const TwoClipboards two;
    const quint32 before = two.own->sequenceNumber();
    ASSERT_TRUE(two.other->put(Offer{}.add(text("faster"))));

    const Result<void> late = two.own->putIf(before, Offer{}.add(text("slower")));
    const Result<void> timely =
        two.other->putIf(two.other->sequenceNumber(), Offer{}.add(Payload{Format::html(), "<p>"}));

    EXPECT_EQ(errorOf(late), "Changed");
    EXPECT_EQ(errorOf(timely), "none");
    EXPECT_EQ(outcomeOf(two.own->get(QList<Format>{})), "<p>");
}

TEST(AClipboard, HasAsManyBoardsAsAnybodyWants)
{
    const TwoClipboards two;
    Clipboard selection{two.ownSession, BoardName::primary()};
    const Clipboard sameSelection{two.otherSession, "PRIMARY"_board};
    ASSERT_TRUE(two.own->put(Offer{}.add(text("copied"))));

    ASSERT_TRUE(selection.put(Offer{}.add(text("selected"))));

    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "copied");
    EXPECT_EQ(outcomeOf(sameSelection.get(Format::text())), "selected");
}

TEST(ABoardName, IsCheckedWhenItComesFromElsewhere)
{
    EXPECT_TRUE(BoardName::fromUserText(QStringLiteral("my board")));
    EXPECT_FALSE(BoardName::fromUserText({}));
    EXPECT_FALSE(BoardName::fromUserText(QStringLiteral("a/b")));
    EXPECT_FALSE(BoardName::fromUserText(QStringLiteral("a\nb")));
    EXPECT_FALSE(BoardName::fromUserText(QString{65, QLatin1Char('x')}));
}

TEST(AClipboard, TellsOfEachChangeOnce)
{
    const TwoClipboards two;
    QList<quint32> told;
    QObject::connect(two.other.get(), &Clipboard::changed,
                     [&](const ClipboardContent &content) { told.append(content.sequenceNumber()); });

    ASSERT_TRUE(two.own->put(Offer{}.add(text("one"))));
    ASSERT_TRUE(soon([&] { return told.size() == 1; }));
    ASSERT_TRUE(two.own->clear());
    ASSERT_TRUE(soon([&] { return told.size() == 2; }));
    ASSERT_TRUE(two.other->put(Offer{}.add(text("marker"))));
    ASSERT_TRUE(soon([&] { return told.size() == 3; }));

    EXPECT_EQ(told, (QList<quint32>{2, 3, 5}));
}

TEST(AClipboard, TellsItsOwnerOfTheLoss)
{
    const TwoClipboards two;
    int lost = 0;
    QObject::connect(two.own.get(), &Clipboard::ownershipLost, [&] { ++lost; });
    ASSERT_TRUE(two.own->put(Offer{}.add(text("one"))));
    ASSERT_TRUE(two.own->put(Offer{}.add(text("two"))));
    ASSERT_TRUE(two.own->isOwner());

    ASSERT_TRUE(two.other->put(Offer{}.add(text("three"))));

    EXPECT_FALSE(two.own->isOwner());
    EXPECT_TRUE(two.other->isOwner());
    EXPECT_TRUE(soon([&] { return lost == 1; }));
}

TEST(AClipboard, OffersWhatCanBeConverted)
{
    const TwoClipboards two;
    two.other->setConversions(FormatRegistry::withStandardConversions());
    ASSERT_TRUE(two.own->put(Offer{}.add(Payload{Format::html(), "<p>one</p>"})));

    const std::optional<ContentFormat> converted = two.other->content().find(Format::text());

    ASSERT_TRUE(converted);
    EXPECT_EQ(converted->source, ContentFormat::Source::Converted);
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())).trimmed(), "one");
}

TEST(AClipboard, LeavesNoFileBehindWhenItIsCleared)
{
    const TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(10'000, 'a')))));
    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(10'000, 'b')))));
    ASSERT_EQ(contentFiles(two.fresh), 1U);

    ASSERT_TRUE(two.other->clear());

    EXPECT_EQ(contentFiles(two.fresh), 0U);
}

TEST(AClipboard, IsDeadInAForkedProcess)
{
    const TwoClipboards two;
    const pid_t child = fork();
    if (child == 0)
        _exit(errorOf(two.own->put(Offer{}.add(text("one")))) == "Closed" ? 0 : 1);

    int status = -1;
    waitpid(child, &status, 0);

    EXPECT_EQ(status, 0);
    EXPECT_TRUE(two.other->content().isEmpty());
}

} // namespace tellwire::test
