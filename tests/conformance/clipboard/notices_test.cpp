// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

// Cases 355 to 374: sequence number and notification (ddeml-semantics.md C8, C9).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClipboardSequence, Case355_OpeningAndClosingChangesNothing)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->addListener(2));
    const quint32 before = two.own->sequenceNumber();

    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->close());

    EXPECT_EQ(two.own->sequenceNumber(), before);
    settle(two);
    EXPECT_THAT(two.otherWindow.told, IsEmpty());
}

TEST(ClipboardSequence, Case356_EmptyingCountsOneThoughThereIsNothing)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    const quint32 before = two.own->sequenceNumber();

    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(two.own->sequenceNumber(), before + 1);
}

TEST(ClipboardSequence, Case358_EachPromiseCountsOne)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    const quint32 before = two.own->sequenceNumber();

    ASSERT_TRUE(two.own->setPromised(13));
    EXPECT_EQ(two.own->sequenceNumber(), before + 1);
    ASSERT_TRUE(two.own->setPromised(13));

    EXPECT_EQ(two.own->sequenceNumber(), before + 2);
}

TEST(ClipboardSequence, Case360_AClosingWithoutSynthesisTellsAndCountsNothing)
{
    TwoSessions two;
    ASSERT_TRUE(two.other->addListener(2));
    ASSERT_TRUE(two.other->setViewer(2));
    two.otherWindow.told.clear();
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(12, "sound"));
    const quint32 before = two.own->sequenceNumber();

    ASSERT_TRUE(two.own->close());

    EXPECT_EQ(two.own->sequenceNumber(), before);
    settle(two);
    EXPECT_THAT(two.otherWindow.told, ::testing::UnorderedElementsAre("draw", "update"));
}

TEST(ClipboardSequence, Case361_RenderingCountsNothing)
{
    TwoSessions two;
    two.ownWindow.onRender = [&](quint32 format) { EXPECT_TRUE(two.own->set(format, "sound")); };
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->setPromised(12));
    ASSERT_TRUE(two.own->close());
    ClipboardProgram reader{8};
    const quint32 before = two.own->sequenceNumber();

    ASSERT_EQ(reader.run("open 8"), "none");
    ASSERT_EQ(reader.run("get 12"), "sound");

    EXPECT_EQ(two.own->sequenceNumber(), before);
}

TEST(ClipboardSequence, Case362_AnotherProcessCountsToo)
{
    TwoSessions two;
    ClipboardProgram other{8};
    const quint32 before = two.own->sequenceNumber();

    for (const std::string line : {"open 8", "empty", "set 12 sound", "close"})
        ASSERT_EQ(other.run(line), "none");

    EXPECT_EQ(two.own->sequenceNumber() - before, 2U);
}

TEST(ClipboardListeners, Case363_AWindowListensOnce)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->addListener(1)), "none");
    EXPECT_EQ(win32ErrorOf(two.own->addListener(1)), invalidParameter);
}

TEST(ClipboardListeners, Case364_OneThatDoesNotListenIsNotRemoved)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->removeListener(1)), invalidParameter);
}

TEST(ClipboardViewers, Case368_TheOneBeforeRelinks)
{
    TwoSessions two;
    ClipboardProgram second{8};
    ASSERT_EQ(second.run("view"), "none");
    ASSERT_EQ(two.own->setViewer(1).value(), 8U);
    quint64 next = 8;
    two.ownWindow.onChangeChain = [&](quint64 removed, quint64 behind) {
        if (removed == next)
            next = behind;
    };
    two.ownWindow.told.clear();

    ASSERT_EQ(win32ErrorOf(two.own->changeChain(8, 2)), "none");

    EXPECT_THAT(two.ownWindow.told, ElementsAre("change 8 2"));
    EXPECT_EQ(next, 2U);
}

TEST(ClipboardViewers, Case370_TheNextOneMustBeAWindow)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->setViewer(1));

    EXPECT_EQ(win32ErrorOf(two.own->changeChain(1, 99)), invalidWindowHandle);
}

TEST(ClipboardViewers, Case371_AHeadThatIsDestroyedLeavesNoChain)
{
    TwoSessions two;
    ClipboardProgram head{8};
    ASSERT_TRUE(two.own->setViewer(1));
    ASSERT_EQ(head.run("view"), "none");
    ASSERT_EQ(two.own->viewer(), 8U);

    ASSERT_EQ(head.run("destroy"), "none");

    EXPECT_EQ(two.own->viewer(), 0U);
}

TEST(ClipboardViewers, Case372_OneThatHangsHoldsUpNobody)
{
    TwoSessions two;
    ClipboardProgram viewer{8};
    ASSERT_EQ(viewer.run("view"), "none");
    viewer.process().stop();

    copyTo(*two.own, 1, {12});

    EXPECT_EQ(two.own->count(), 1);
    viewer.process().resume();
    EXPECT_TRUE(soon([&] { return viewer.run("told").find("draw") != std::string::npos; }));
}

TEST(ClipboardListeners, Case374_AnOwnerThatListensIsToldOfBoth)
{
    TwoSessions two;
    ClipboardProgram other{8};
    copyTo(*two.own, 1, {12});
    ASSERT_TRUE(two.own->addListener(1));

    for (const std::string line : {"open 8", "empty", "set 12 sound", "close"})
        ASSERT_EQ(other.run(line), "none");

    EXPECT_TRUE(soon([&] { return two.ownWindow.told.size() == 2; }));
    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy", "update"));
}

} // namespace tellwire::test
