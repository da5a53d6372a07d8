// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

// Listeners and the viewer chain (ddeml-semantics C9).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AListener, IsToldOnceForEachCloseWithChanges)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->addListener(2));

    for (int round = 0; round < 3; ++round)
        copyTo(*two.own, 1, {1, 12});
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("update", "update", "update"));
}

TEST(AListener, IsToldAfterTheOwnerThatItIsWasToldToDestroy)
{
    TwoSessions two;
    copyTo(*two.other, 2, {12});
    ASSERT_TRUE(two.other->addListener(2));

    copyTo(*two.own, 1, {12});
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("destroy", "update"));
}

TEST(AListener, IsNotToldOfAnOpeningWithoutChanges)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12});
    ASSERT_TRUE(two.other->addListener(2));

    ASSERT_TRUE(two.own->open(1));
    ASSERT_EQ(got(*two.own, 12).size(), 5);
    ASSERT_TRUE(two.own->close());
    settle(two);

    EXPECT_THAT(two.otherWindow.told, IsEmpty());
}

TEST(AListener, IsToldOfChangesAtTheCloseOnly)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->addListener(2));
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    settle(two);
    EXPECT_THAT(two.otherWindow.told, IsEmpty());

    ASSERT_TRUE(two.own->close());
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("update"));
}

TEST(AListener, IsToldOfPromisesThatVanish)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->setPromised(12));
    ASSERT_TRUE(two.own->close());
    ASSERT_TRUE(two.other->addListener(2));

    ASSERT_TRUE(two.own->destroyWindow(1));
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("update"));
}

TEST(AListener, IsToldOfFriendlyPuts)
{
    TwoSessions two;
    Clipboard friendly{two.ownSession};
    ASSERT_TRUE(two.other->addListener(2));

    ASSERT_TRUE(friendly.put(Offer{}.add(text("one"))));
    ASSERT_TRUE(friendly.put(Offer{}.add(text("two"))));
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("update", "update"));
}

TEST(AListener, IsAddedAndRemovedOnce)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->removeListener(1)), invalidParameter);
    EXPECT_EQ(win32ErrorOf(two.own->addListener(1)), "none");
    EXPECT_EQ(win32ErrorOf(two.own->addListener(1)), invalidParameter);
    EXPECT_EQ(win32ErrorOf(two.own->removeListener(1)), "none");
    EXPECT_EQ(win32ErrorOf(two.own->removeListener(1)), invalidParameter);
    EXPECT_EQ(win32ErrorOf(two.own->addListener(99)), invalidWindowHandle);
    EXPECT_EQ(win32ErrorOf(two.own->removeListener(99)), invalidWindowHandle);
}

TEST(AListener, HearsNothingAfterItWasRemoved)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->addListener(2));
    ASSERT_TRUE(two.other->removeListener(2));

    copyTo(*two.own, 1, {12});
    settle(two);

    EXPECT_THAT(two.otherWindow.told, IsEmpty());
}

TEST(AListener, MayDestroyItsSessionWhenItIsTold)
{
    struct Destroying final : ClipboardWindow
    {
        std::unique_ptr<ClipboardSession> *clipboard = nullptr;
        void clipboardUpdate() override { clipboard->reset(); }
    };
    TwoSessions two;
    Destroying window;
    window.clipboard = &two.other;
    ASSERT_TRUE(two.other->createWindow(3, window));
    ASSERT_TRUE(two.other->addListener(3));

    copyTo(*two.own, 1, {12});
    settle(two);

    EXPECT_EQ(two.other, nullptr);
}

TEST(AViewer, DrawsAtOnceAndAfterEachChange)
{
    TwoSessions two;

    EXPECT_EQ(two.other->setViewer(2).value(), 0U);
    EXPECT_THAT(two.otherWindow.told, ElementsAre("draw"));
    EXPECT_EQ(two.own->viewer(), 2U);
    copyTo(*two.own, 1, {12});
    settle(two);

    EXPECT_THAT(two.otherWindow.told, ElementsAre("draw", "draw"));
}

TEST(AViewer, IsToldThroughTheChain)
{
    TwoSessions two;
    ASSERT_EQ(two.other->setViewer(2).value(), 0U);
    ASSERT_EQ(two.own->setViewer(1).value(), 2U);
    two.ownWindow.onDraw = [&] { two.own->passDraw(2); };
    two.otherWindow.told.clear();

    copyTo(*two.other, 2, {12});

    EXPECT_TRUE(soon([&] { return !two.otherWindow.told.empty(); }));
    EXPECT_THAT(two.otherWindow.told, ElementsAre("draw"));
    EXPECT_THAT(two.ownWindow.told, ElementsAre("draw", "draw"));
}

TEST(AViewer, LeavesAsTheHead)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->setViewer(2));
    ASSERT_TRUE(two.own->setViewer(1));

    ASSERT_TRUE(two.own->changeChain(1, 2));

    EXPECT_EQ(two.other->viewer(), 2U);
    two.ownWindow.told.clear();
    two.otherWindow.told.clear();
    copyTo(*two.own, 1, {12});
    settle(two);
    EXPECT_THAT(two.ownWindow.told, IsEmpty());
    EXPECT_THAT(two.otherWindow.told, ElementsAre("draw"));
}

TEST(AViewer, LeavesFromBehind)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->setViewer(2));
    ASSERT_TRUE(two.own->setViewer(1));
    two.ownWindow.told.clear();

    ASSERT_TRUE(two.other->changeChain(2, 0));

    EXPECT_THAT(two.ownWindow.told, ElementsAre("change 2 0"));
    EXPECT_EQ(two.own->viewer(), 1U);
}

TEST(AViewer, MustBeAWindow)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->setViewer(99)), invalidWindowHandle);
    EXPECT_EQ(win32ErrorOf(two.own->changeChain(99, 0)), invalidWindowHandle);
    EXPECT_EQ(win32ErrorOf(two.own->changeChain(1, 99)), invalidWindowHandle);
}

TEST(AViewer, ThatIsDestroyedLeavesNoChain)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->setViewer(2));
    ASSERT_TRUE(two.own->setViewer(1));

    ASSERT_TRUE(two.own->destroyWindow(1));

    EXPECT_EQ(two.other->viewer(), 0U);
}

/// Is the head of the viewer chain, as window 8.
TELLWIRE_PEER(ExactViewer)
{
    Session session = Session::join().value();
    TestWindow window;
    ClipboardSession clipboard{session};
    window.onDraw = [] { sayToTest("draw"); };
    if (!clipboard.createWindow(8, window))
        return 1;
    peerIsReady();
    if (!clipboard.setViewer(8))
        return 1;
    while (true)
        session.wait(-1ms);
}

TEST(AViewerInAnotherProcess, HoldsUpNobodyWhenItHangs)
{
    TwoSessions two;
    Peer viewer{"ExactViewer"};
    ASSERT_EQ(viewer.hear(), "draw");
    viewer.stop();

    copyTo(*two.own, 1, {12});

    EXPECT_EQ(two.own->count(), 1);
    viewer.resume();
    EXPECT_EQ(viewer.hear(), "draw");
}

TEST(AViewerInAnotherProcess, LeavesNoChainWhenItIsKilled)
{
    TwoSessions two;
    Peer viewer{"ExactViewer"};
    ASSERT_EQ(viewer.hear(), "draw");
    EXPECT_EQ(two.own->viewer(), 8U);

    viewer.killHard();

    EXPECT_TRUE(soon([&] { return two.own->viewer() == 0; }));
}

} // namespace tellwire::test
