// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

// Opening, owning, setting and reading by the exact face (ddeml-semantics C1 to C5, C8).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AClipboardSession, TakesAnyNumberButZeroAsAFormat)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    for (const quint32 format : {0x1234U, 0x123456U, 0xFFFF8765U, 0x200U, 0x300U, 0xC123U})
        EXPECT_EQ(win32ErrorOf(two.own->set(format, "x")), "none") << format;

    EXPECT_EQ(win32ErrorOf(two.own->set(0, "x")), notOpen);
    EXPECT_FALSE(two.own->isAvailable(0x8765));
    EXPECT_TRUE(two.own->isAvailable(0xFFFF8765));
    EXPECT_FALSE(two.own->isAvailable(0));
    EXPECT_THAT(enumerated(*two.own), ElementsAre(0x1234, 0x123456, 0xFFFF8765, 0x200, 0x300, 0xC123));
}

TEST(AClipboardSession, RegistersANameOnceForAll)
{
    TwoSessions two;

    const Result<quint32> first = two.own->registerFormat(QStringLiteral("sample_rows_format"));
    const Result<quint32> second = two.other->registerFormat(QStringLiteral("SAMPLE_ROWS_FORMAT"));

    ASSERT_TRUE(first);
    EXPECT_GE(*first, 0xC000U);
    EXPECT_EQ(second.value(), *first);
    EXPECT_EQ(two.other->formatName(*first), QStringLiteral("sample_rows_format"));
    EXPECT_EQ(two.own->registerFormat(QStringLiteral("#1234")).value(), 1234U);
    EXPECT_EQ(win32ErrorOf(two.own->registerFormat(QString{})), invalidParameter);
}

TEST(AClipboardSession, NamesOnlyRegisteredFormats)
{
    TwoSessions two;

    EXPECT_EQ(two.own->formatName(1), std::nullopt);
    EXPECT_EQ(two.own->formatName(0x200), std::nullopt);
    EXPECT_EQ(two.own->formatName(0xFFFF), std::nullopt);
    EXPECT_EQ(two.own->formatName(0x12345), std::nullopt);
}

/// Registers what its argument says, and ends.
TELLWIRE_PEER(FormatRegistrar)
{
    const Session session = Session::join().value();
    ClipboardSession clipboard{session};
    const Result<quint32> number = clipboard.registerFormat(QString::fromStdString(peerArguments().at(0)));
    peerIsReady();
    sayToTest(std::to_string(number.value_or(0)));
    return 0;
}

TEST(ARegisteredFormat, KeepsItsNumberWhenItsProgramHasEnded)
{
    const FreshSession fresh;
    Peer first{"FormatRegistrar", {"sample_rows_format"}};
    const std::optional<std::string> number = first.hear();
    ASSERT_EQ(first.waitForExit(), 0);
    Peer another{"FormatRegistrar", {"other_format"}};
    ASSERT_EQ(another.waitForExit(), 0);

    const Peer second{"FormatRegistrar", {"Sample_Rows_Format"}};

    EXPECT_GE(std::stoul(number.value_or("0")), 0xC000U);
    EXPECT_EQ(second.hear(), number);
}

TEST(ARegisteredFormat, IsNotThePredefinedOneThatItReadsLike)
{
    TwoSessions two;

    const Result<quint32> number = two.own->registerFormat(QStringLiteral("CF_TEXT"));

    ASSERT_TRUE(number);
    EXPECT_GE(*number, 0xC000U);
    EXPECT_EQ(two.other->registerFormat(QStringLiteral("cf_text")).value(), *number);
    EXPECT_EQ(two.other->formatName(*number), QStringLiteral("CF_TEXT"));
    copyTo(*two.own, 1, {*number});
    EXPECT_FALSE(two.other->isAvailable(1));
    ASSERT_TRUE(two.other->open(2));
    EXPECT_THAT(enumerated(*two.other), ElementsAre(*number));
}

TEST(AClipboardSession, IsOpenOnce)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
    ASSERT_TRUE(two.own->open(1));
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), accessDenied);
    EXPECT_EQ(win32ErrorOf(two.other->open(0)), accessDenied);
    EXPECT_EQ(win32ErrorOf(two.other->close()), notOpen);
    EXPECT_EQ(two.other->opener(), 1U);
    ASSERT_TRUE(two.own->close());
    EXPECT_EQ(two.other->opener(), 0U);
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), "none");
}

TEST(AClipboardSession, IsNotOpenedByAWindowThatIsNone)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->open(99)), invalidWindowHandle);
    EXPECT_EQ(win32ErrorOf(two.own->createWindow(2, two.ownWindow)), invalidParameter);
    EXPECT_EQ(win32ErrorOf(two.own->destroyWindow(2)), invalidWindowHandle);
}

TEST(AClipboardSession, CountsNoOpenings)
{
    TwoSessions two;

    ASSERT_TRUE(two.own->open(0));
    EXPECT_EQ(win32ErrorOf(two.own->open(1)), accessDenied);
    EXPECT_EQ(win32ErrorOf(two.own->open(0)), "none");
    EXPECT_EQ(win32ErrorOf(two.own->close()), "none");
    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
}

TEST(AClipboardSession, IsTakenOverWithTheSameWindow)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));

    ASSERT_TRUE(two.other->open(1));

    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
    EXPECT_EQ(win32ErrorOf(two.other->close()), "none");
}

TEST(AClipboardSession, IsClosedWhenItsOpenerEnds)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.other->open(1));

    two.other.reset();

    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->open(0)), "none");
}

TEST(AClipboardSession, LeavesTheOwnerAsItWasWhenItsOpenerEnds)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(0));
    EXPECT_EQ(two.other->opener(), 0U);
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), accessDenied);

    two.own.reset();

    EXPECT_EQ(win32ErrorOf(two.other->open(2)), "none");
    EXPECT_EQ(two.other->owner(), 0U);
}

TEST(AClipboardSession, IsClosedByTheEndOfItsGuard)
{
    TwoSessions two;
    {
        const ClipboardSession::Opened opened{*two.own, 1};
        ASSERT_TRUE(opened.result());
        const ClipboardSession::Opened refused{*two.other, 2};
        EXPECT_EQ(win32ErrorOf(refused.result()), accessDenied);
    }

    EXPECT_EQ(win32ErrorOf(two.other->open(2)), "none");
}

TEST(AClipboardSession, WantsToBeOpenForSomeCalls)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->empty()), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->get(1)), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->enumerate(0)), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->set(1, "x")), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->setPromised(1)), notOpen);
    EXPECT_FALSE(two.own->isAvailable(1));
    ASSERT_TRUE(two.other->open(2));
    EXPECT_EQ(win32ErrorOf(two.own->empty()), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->get(1)), notOpen);
    EXPECT_EQ(win32ErrorOf(two.own->enumerate(0)), notOpen);
}

TEST(AClipboardSession, LetsAnybodySetWhileSomebodyHasItOpen)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(win32ErrorOf(two.other->set(12, "sound")), "none");

    EXPECT_EQ(got(*two.own, 12), "sound");
    EXPECT_EQ(two.other->owner(), 1U);
}

TEST(AnOwnersWindow, IsTheOneItWasOpenWithWhenItWasEmptied)
{
    TwoSessions two;

    ASSERT_TRUE(two.own->open(1));
    EXPECT_EQ(two.own->owner(), 0U);
    ASSERT_TRUE(two.own->empty());
    EXPECT_EQ(two.other->owner(), 1U);
    ASSERT_TRUE(two.own->close());
    EXPECT_EQ(two.other->owner(), 1U);
    ASSERT_TRUE(two.own->open(2)); // Another program's window.
    ASSERT_TRUE(two.own->empty());
    EXPECT_EQ(two.own->owner(), 2U);
}

TEST(AnOwnersWindow, IsNoneIfItWasOpenWithNone)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(0));
    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(win32ErrorOf(two.own->set(12, "sound")), "none");
    EXPECT_EQ(win32ErrorOf(two.own->setPromised(4)), "none");

    EXPECT_EQ(two.own->owner(), 0U);
    EXPECT_EQ(got(*two.own, 12), "sound");
    EXPECT_EQ(got(*two.own, 4), "none"); // Nobody is there to render it.
}

TEST(AnOwnersWindow, IsToldBeforeItsFormatsAreGone)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    qsizetype seen = 0;
    quint64 owner = 0;
    two.ownWindow.onDestroy = [&] {
        seen = two.own->count();
        owner = two.own->owner();
    };

    ASSERT_TRUE(two.other->open(2));
    ASSERT_TRUE(two.other->empty());

    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy"));
    EXPECT_EQ(seen, 4);
    EXPECT_EQ(owner, 1U);
    EXPECT_EQ(two.other->count(), 0);
}

TEST(AnOwnersWindow, IsToldWhenItEmptiesAgainItself)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});

    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy"));
}

TEST(AnOwnersWindow, IsToldOnceOfAFriendlyPut)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    Clipboard friendly{two.otherSession};

    ASSERT_TRUE(friendly.put(Offer{}.add(png("image"))));
    settle(two);

    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy"));
    EXPECT_EQ(two.own->owner(), 0U);
}

TEST(ASetFormat, KeepsItsPlaceWhenItIsReplaced)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(12, "first"));
    ASSERT_TRUE(two.own->set(4, "second"));

    ASSERT_TRUE(two.own->set(12, "third"));

    EXPECT_THAT(enumerated(*two.own), ElementsAre(12, 4));
    EXPECT_EQ(got(*two.own, 12), "third");
}

TEST(ASetFormat, MayBeEmptyOrLarge)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12}, QByteArray(100'000, 'x'));
    ASSERT_TRUE(two.other->open(2));
    ASSERT_TRUE(two.other->set(4, ""));

    EXPECT_EQ(got(*two.other, 12), QByteArray(100'000, 'x'));
    EXPECT_EQ(got(*two.other, 4), "");
}

TEST(ASetFormat, OfTextEndsWithATerminator)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    QByteArray narrow{"foo"};
    QByteArray wide{"abcd"};
    QByteArray odd{"abcde"};

    ASSERT_TRUE(two.own->set(1, narrow));
    ASSERT_TRUE(two.own->set(13, wide));
    EXPECT_EQ(narrow, QByteArray("fo\0", 3));
    EXPECT_EQ(wide, QByteArray("ab\0\0", 4));
    EXPECT_EQ(got(*two.own, 1), narrow);
    EXPECT_EQ(got(*two.own, 13), wide);
    ASSERT_TRUE(two.own->set(13, odd));
    EXPECT_EQ(odd, QByteArray("abcd\0", 5));
}

TEST(ASetFormat, IsCutAndReadAlikeInAnotherProgram)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1}, "foo");

    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 1), QByteArray("fo\0", 3));
}

TEST(ASetFormat, OfAPrivateKindGoesWithTheOthersWhenTheClipboardIsEmptied)
{
    TwoSessions two;
    copyTo(*two.own, 1, {0x200, 0x300, 0x82}, QByteArray(10'000, 'x'));
    const std::size_t before = contentFiles(two.fresh);

    ASSERT_TRUE(two.other->open(2));
    const QByteArray display = got(*two.other, 0x82);
    ASSERT_TRUE(two.other->empty());

    EXPECT_EQ(before, 3U);
    EXPECT_EQ(display, QByteArray(10'000, 'x')); // A block as any other: there are no handles of bitmaps.
    EXPECT_EQ(contentFiles(two.fresh), 0U);
    EXPECT_TRUE(two.ownWindow.told == std::vector<std::string>{"destroy"});
}

TEST(ASetFormat, ForWhichThereIsNoRoomLeavesTheOldOne)
{
    qputenv("TELLWIRE_CLIPBOARD_VOLUMES", "1");
    TwoSessions two;
    qunsetenv("TELLWIRE_CLIPBOARD_VOLUMES");
    copyTo(*two.own, 1, {12}, "sound");
    const auto clip = std::filesystem::path{two.ownSession.seat().directory().path().toStdString()} / "clip";
    std::filesystem::permissions(clip, std::filesystem::perms{0755});
    ASSERT_TRUE(two.own->open(1));
    const quint32 before = two.own->sequenceNumber();

    const Result<void> set = two.own->set(12, QByteArray(10'000, 'x'));

    EXPECT_EQ(win32ErrorOf(set), "OutOfSpace");
    EXPECT_EQ(got(*two.own, 12), "sound");
    EXPECT_EQ(two.own->sequenceNumber(), before);
}

TEST(AReader, GetsNothingForAFormatThatIsNotThere)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12});
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 4), "none");
    EXPECT_EQ(got(*two.other, 0), "none");
    EXPECT_EQ(got(*two.other, 12), QByteArray("text\0", 5));
}

TEST(AReader, EnumeratesInTheOrderOfPlacement)
{
    TwoSessions two;
    copyTo(*two.own, 1, {13, 1, 7});
    ASSERT_TRUE(two.other->open(2));

    EXPECT_THAT(enumerated(*two.other), ElementsAre(13, 1, 7, 16));
    EXPECT_EQ(two.other->enumerate(16).value(), 0U);
    EXPECT_EQ(two.other->enumerate(99).value(), 0U);
}

TEST(AReader, SeesSynthesisedFormatsAfterTheClose)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(1, QByteArray("Gr\xFC\xDF"
                                           "e\0",
                                           6)));
    EXPECT_EQ(two.other->count(), 1);
    EXPECT_FALSE(two.other->isAvailable(13));

    ASSERT_TRUE(two.own->close());

    EXPECT_EQ(two.other->count(), 4);
    EXPECT_TRUE(two.other->isAvailable(13));
    const quint32 before = two.other->sequenceNumber();
    ASSERT_TRUE(two.other->open(2));
    EXPECT_EQ(got(*two.other, 7), QByteArray("Gr\x81\xE1"
                                             "e\0",
                                             6));
    EXPECT_EQ(got(*two.other, 13).size(), 12);
    EXPECT_EQ(got(*two.other, 16), QByteArray("\x07\x04\0\0", 4));
    EXPECT_EQ(two.other->sequenceNumber(), before);
}

TEST(AReader, CountsTextAndMetafilesAsWin32Does)
{
    TwoSessions two;

    copyTo(*two.own, 1, {1, 14});

    EXPECT_EQ(two.other->count(), 6);
    ASSERT_TRUE(two.other->open(2));
    EXPECT_THAT(enumerated(*two.other), ElementsAre(1, 14, 16, 7, 13, 3));
    EXPECT_EQ(got(*two.other, 3), "none"); // It is listed, but nobody can make it.
}

TEST(AReader, GetsNothingMadeOfLessThanOneUnit)
{
    TwoSessions two;
    copyTo(*two.own, 1, {13}, "x");
    ASSERT_TRUE(two.other->open(2));

    EXPECT_TRUE(two.other->isAvailable(1));
    EXPECT_EQ(got(*two.other, 1), "none");
}

TEST(AReader, GetsTheFirstOfAListThatIsThere)
{
    TwoSessions two;
    const std::vector<quint32> wanted{8, 1};
    const std::vector<quint32> missing{8};

    EXPECT_EQ(two.other->priority(wanted), 0);
    copyTo(*two.own, 1, {1});

    EXPECT_EQ(two.other->priority(wanted), 1);
    EXPECT_EQ(two.other->priority(missing), -1);
}

TEST(AReader, ListsFormatsInABuffer)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    std::vector<quint32> buffer(256, 77);
    quint32 count = 0;

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 256, &count)), "none");

    EXPECT_EQ(count, 4U);
    EXPECT_THAT(std::vector(buffer.begin(), buffer.begin() + 5), ElementsAre(1, 16, 7, 13, 77));
}

TEST(AReader, ListsNothingInABufferThatIsTooSmall)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    std::vector<quint32> buffer(2, 77);
    quint32 count = 0;

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 2, &count)), insufficientBuffer);
    EXPECT_EQ(count, 4U);
    EXPECT_THAT(buffer, ElementsAre(77, 77));
    count = 0;
    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(nullptr, 256, &count)), noAccess);
    EXPECT_EQ(count, 4U);
    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 2, nullptr)), noAccess);
}

TEST(ASequenceNumber, CountsAsWin32Does)
{
    TwoSessions two;
    quint32 last = two.other->sequenceNumber();
    const auto counted = [&] {
        const quint32 now = two.other->sequenceNumber();
        return now - std::exchange(last, now);
    };

    ASSERT_TRUE(two.own->open(1));
    EXPECT_EQ(counted(), 0U);
    ASSERT_TRUE(two.own->empty());
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->empty());
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->setPromised(13));
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->setPromised(13));
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->set(13, "abcd"));
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->set(13, "abcd"));
    EXPECT_EQ(counted(), 1U);
    ASSERT_TRUE(two.own->close());
    EXPECT_EQ(counted(), 2U);
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->close());
    EXPECT_EQ(counted(), 0U);
}

TEST(ASequenceNumber, CountsNothingAtTheCloseWithoutSynthesis)
{
    TwoSessions two;
    const quint32 before = two.other->sequenceNumber();

    copyTo(*two.own, 1, {12});

    EXPECT_EQ(two.other->sequenceNumber(), before + 2);
}

TEST(BothFaces, MeetOnWhatTheFriendlyOnePut)
{
    TwoSessions two;
    Clipboard friendly{two.ownSession};
    ASSERT_TRUE(friendly.put(Offer{}.add(png("image")).add(QStringLiteral("Grüße"))));

    ASSERT_TRUE(two.other->open(2));

    const quint32 pngNumber = two.other->registerFormat(QStringLiteral("image/png")).value();
    const quint32 utf8Number = two.other->registerFormat(Format::text().name()).value();
    EXPECT_THAT(enumerated(*two.other), ElementsAre(pngNumber, utf8Number, 13, 16, 1, 7));
    EXPECT_EQ(got(*two.other, pngNumber), "image");
    EXPECT_EQ(got(*two.other, 13), QByteArray("G\0r\0\xFC\0\xDF\0e\0\0\0", 12));
    EXPECT_EQ(got(*two.other, 16).size(), 4);
    EXPECT_EQ(two.other->sequenceNumber(), 3U);
}

TEST(BothFaces, MeetOnWhatTheExactOneSet)
{
    TwoSessions two;
    Clipboard friendly{two.otherSession};
    friendly.setConversions(FormatRegistry::withStandardConversions());

    copyTo(*two.own, 1, {13}, QByteArray("G\0r\0\xFC\0\xDF\0e\0\0\0", 12));

    EXPECT_EQ(outcomeOf(friendly.get(Format::text())), QStringLiteral("Grüße").toUtf8());
    EXPECT_EQ(outcomeOf(friendly.get(Format{QStringLiteral("CF_OEMTEXT")})), QByteArray("Gr\x81\xE1"
                                                                                        "e\0",
                                                                                        6));
    EXPECT_EQ(friendly.content().owner().pid, getpid());
}

TEST(BothFaces, EndTheOpeningByAFriendlyPut)
{
    TwoSessions two;
    Clipboard friendly{two.otherSession};
    ASSERT_TRUE(two.own->open(1));

    ASSERT_TRUE(friendly.put(Offer{}.add(png("image"))));

    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
}

} // namespace tellwire::test
