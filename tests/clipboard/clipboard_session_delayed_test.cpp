// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

// Promises of the exact face, and the end of owners and openers (ddeml-semantics C2, C3, C7).

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

const QByteArray blockOfText("text\0", 5);

void promise(ClipboardSession &clipboard, quint64 window, const QList<quint32> &formats)
{
    ASSERT_TRUE(clipboard.open(window));
    ASSERT_TRUE(clipboard.empty());
    for (const quint32 format : formats)
        ASSERT_TRUE(clipboard.setPromised(format));
    ASSERT_TRUE(clipboard.close());
}

} // namespace

TEST(APromisedFormat, IsRenderedOnceWhenItIsWanted)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) { EXPECT_TRUE(two.own->set(format, "sound")); };
    promise(*two.own, 1, {12});
    const quint32 before = two.other->sequenceNumber();
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 12), "sound");

    EXPECT_EQ(got(*two.other, 12), "sound");
    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 12"));
    EXPECT_EQ(two.other->sequenceNumber(), before);
}

TEST(APromisedFormat, IsRenderedForItsOwnProgramToo)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) { EXPECT_TRUE(two.own->set(format, "sound")); };
    promise(*two.own, 1, {12});
    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(got(*two.own, 12), "sound");
}

TEST(APromisedFormat, IsRenderedForTheFriendlyFace)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) { EXPECT_TRUE(two.own->set(format, "sound")); };
    promise(*two.own, 1, {12});
    Clipboard friendly{two.otherSession};

    EXPECT_EQ(outcomeOf(friendly.get(Format{QStringLiteral("CF_WAVE")})), "sound");
}

TEST(APromisedFormat, IsAskedForAgainIfItsOwnerDoesNotRender)
{
    TwoSessions two;
    promise(*two.own, 1, {1});
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 1), "none");
    EXPECT_EQ(got(*two.other, 13), "none");

    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 1", "render 1"));
}

TEST(APromisedFormat, IsTheSourceOfWhatIsMadeOfIt)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) {
        EXPECT_TRUE(two.own->set(format, QByteArray("a\0\0\0", 4)));
    };
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(1, QByteArray{blockOfText}));
    ASSERT_TRUE(two.own->setPromised(13));
    ASSERT_TRUE(two.own->close());
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 7), QByteArray("a\0", 2));

    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 13"));
}

TEST(APromisedFormat, IsRenderedForASynthesisedOne)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) {
        EXPECT_TRUE(two.own->set(format, QByteArray{blockOfText}));
    };
    promise(*two.own, 1, {1});
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 13), QByteArray("t\0e\0x\0t\0\0\0", 10));

    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 1"));
}

TEST(APromisedFormat, IsRenderedByTheWindowThatAnotherProgramMadeTheOwner)
{
    TwoSessions two;
    two.otherWindow.onRender = [&](quint32 format) { EXPECT_TRUE(two.other->set(format, "sound")); };
    promise(*two.own, 2, {12});
    settle(two);
    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(got(*two.own, 12), "sound");

    EXPECT_THAT(two.otherWindow.told, ElementsAre("render 12"));
}

TEST(AnOwnerThatRenders, CannotOpenAndMaySetOthers)
{
    TwoSessions two;
    std::string openError;
    two.ownWindow.onRender = [&](quint32 format) {
        openError = win32ErrorOf(two.own->open(1));
        EXPECT_TRUE(two.own->set(format, "sound"));
        EXPECT_TRUE(two.own->set(4, "table"));
        EXPECT_TRUE(two.own->set(5, "more"));
    };
    promise(*two.own, 1, {12, 4});
    const quint32 before = two.other->sequenceNumber();
    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 12), "sound");

    EXPECT_EQ(openError, accessDenied);
    EXPECT_EQ(got(*two.other, 4), "table");
    EXPECT_EQ(got(*two.other, 5), "more");
    EXPECT_EQ(two.other->sequenceNumber(), before);
    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 12"));
}

TEST(AnOwnersWindowThatIsDestroyed, TakesItsPromisesAlong)
{
    TwoSessions two;
    promise(*two.own, 1, {13});
    EXPECT_EQ(two.other->count(), 4);
    const quint32 before = two.other->sequenceNumber();
    ASSERT_TRUE(two.other->open(2));

    ASSERT_TRUE(two.own->destroyWindow(1));

    EXPECT_THAT(two.ownWindow.told, ElementsAre("render all"));
    EXPECT_THAT(enumerated(*two.other), ElementsAre(16));
    EXPECT_EQ(two.other->owner(), 0U);
    EXPECT_EQ(two.other->sequenceNumber(), before + 1);
}

TEST(AnOwnersWindowThatIsDestroyed, MayRenderEverythingFirst)
{
    TwoSessions two;
    two.ownWindow.onRenderAll = [&] {
        const ClipboardSession::Opened opened{*two.own, 1};
        EXPECT_EQ(two.own->owner(), 1U);
        EXPECT_TRUE(two.own->set(12, "sound"));
    };
    promise(*two.own, 1, {12});

    ASSERT_TRUE(two.own->destroyWindow(1));

    ASSERT_TRUE(two.other->open(2));
    EXPECT_EQ(got(*two.other, 12), "sound");
    EXPECT_EQ(two.other->owner(), 0U);
}

TEST(AnOwnersWindowThatIsDestroyed, OwnsNothingForThoseWhoAreToldNext)
{
    TwoSessions two;
    promise(*two.own, 1, {12});
    const quint32 before = two.other->sequenceNumber();
    quint64 ownerWhileRendering = 0;
    quint64 ownerAfter = 1;
    quint32 sequenceAfter = 0;
    two.ownWindow.onRenderAll = [&] { ownerWhileRendering = two.own->owner(); };
    two.otherWindow.onUpdate = [&] {
        ownerAfter = two.other->owner();
        sequenceAfter = two.other->sequenceNumber();
    };
    ASSERT_TRUE(two.other->addListener(2));

    ASSERT_TRUE(two.own->destroyWindow(1));
    settle(two);

    EXPECT_EQ(ownerWhileRendering, 1U);
    EXPECT_THAT(two.otherWindow.told, ElementsAre("update"));
    EXPECT_EQ(ownerAfter, 0U);
    EXPECT_EQ(sequenceAfter, before + 1);
}

TEST(AnOwnersWindowThatIsDestroyed, LeavesWhatWasSet)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12}, "sound");
    const quint32 before = two.other->sequenceNumber();

    ASSERT_TRUE(two.own->destroyWindow(1));

    EXPECT_TRUE(two.ownWindow.told.empty());
    EXPECT_EQ(two.other->sequenceNumber(), before);
    ASSERT_TRUE(two.other->open(2));
    EXPECT_EQ(got(*two.other, 12), "sound");
}

TEST(AnOpenersWindowThatIsDestroyed, ClosesWithAllThatBelongsToIt)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(1, QByteArray{blockOfText}));

    ASSERT_TRUE(two.own->destroyWindow(1));

    EXPECT_EQ(two.other->count(), 4);
    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), "none");
}

/// Opens with window 7, and does what its argument says; then it waits to be killed.
TELLWIRE_PEER(ExactOwner)
{
    const std::string kind = peerArguments().at(0);
    Session session = Session::join().value();
    TestWindow window;
    ClipboardSession clipboard{session};
    bool isDone = clipboard.createWindow(7, window) && clipboard.open(7) && clipboard.empty() &&
                  clipboard.set(12, "sound") && clipboard.setPromised(13);
    if (kind != "open")
        isDone = isDone && clipboard.close();
    window.onRender = [](quint32) { sayToTest("asked"); };
    window.onDestroy = [] { sayToTest("destroyed"); };
    if (!isDone)
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AnOwnerThatIsKilled, TakesItsPromisesAlong)
{
    TwoSessions two;
    Peer peer{"ExactOwner", {"closed"}};
    ASSERT_TRUE(two.own->addListener(1));
    const quint32 before = two.own->sequenceNumber();
    EXPECT_EQ(two.own->owner(), 7U);
    EXPECT_EQ(two.own->count(), 5);

    peer.killHard();

    EXPECT_TRUE(soon([&] { return two.own->sequenceNumber() == before + 1; }));
    EXPECT_EQ(two.own->owner(), 0U);
    EXPECT_TRUE(soon([&] { return !two.ownWindow.told.empty(); }));
    EXPECT_THAT(two.ownWindow.told, ElementsAre("update"));
    ASSERT_TRUE(two.own->open(1));
    EXPECT_THAT(enumerated(*two.own), ElementsAre(12, 16));
}

TEST(AnOpenerThatIsKilled, ClosesWithAllThatBelongsToIt)
{
    TwoSessions two;
    Peer peer{"ExactOwner", {"open"}};
    EXPECT_EQ(win32ErrorOf(two.own->open(1)), accessDenied);
    EXPECT_EQ(two.own->opener(), 7U);

    peer.killHard();

    EXPECT_EQ(win32ErrorOf(two.own->open(1)), "none");
    EXPECT_THAT(enumerated(*two.own), ElementsAre(12, 16));
    EXPECT_EQ(win32ErrorOf(two.own->createWindow(7, two.ownWindow)), "none");
}

TEST(AnOwnerInAnotherProcess, IsToldAndAsked)
{
    TwoSessions two;
    Peer peer{"ExactOwner", {"closed"}};
    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(got(*two.own, 1), "none"); // It does not render.
    EXPECT_EQ(peer.hear(), "asked");
    ASSERT_TRUE(two.own->empty());
    EXPECT_EQ(peer.hear(), "destroyed");
}

} // namespace tellwire::test
