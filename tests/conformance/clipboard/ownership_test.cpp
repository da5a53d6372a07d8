// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

#include <thread>

// Cases 287 to 307: open, close, ownership (ddeml-semantics.md C2, C3).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClipboardOpening, Case287_AClosedOneIsNotClosed)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
}

TEST(ClipboardOpening, Case288_AnotherWindowIsRefused)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(0));

    EXPECT_EQ(win32ErrorOf(two.own->open(1)), accessDenied);
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), accessDenied);
}

TEST(ClipboardOpening, Case289_TheSameWindowIsNotAndOneCloseCloses)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(0));

    EXPECT_EQ(win32ErrorOf(two.own->open(0)), "none");

    EXPECT_EQ(win32ErrorOf(two.own->close()), "none");
    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
}

TEST(ClipboardOpening, Case291_TheEndOfAThreadThatTookItOverCloses)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));

    std::thread{[] {
        ClipboardSession there{Session::join().value()};
        EXPECT_EQ(win32ErrorOf(there.open(1)), "none");
    }}.join();

    EXPECT_EQ(two.own->opener(), 0U);
    EXPECT_EQ(win32ErrorOf(two.own->close()), notOpen);
}

TEST(ClipboardOwnership, Case295_OpeningChangesNothing)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    EXPECT_EQ(two.own->owner(), 0U);
    ASSERT_TRUE(two.own->close());
    copyTo(*two.other, 2, {12});

    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(two.own->owner(), 2U);
}

TEST(ClipboardOwnership, Case296_EmptyingMakesTheWindowTheOwner)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));

    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(two.own->owner(), 1U);
    ASSERT_TRUE(two.own->close());
    EXPECT_EQ(two.other->owner(), 1U);
}

TEST(ClipboardOwnership, Case297_TheWindowMayBeOfAnotherProcess)
{
    TwoSessions two;
    ClipboardProgram other{8};
    ASSERT_TRUE(two.own->open(8));

    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(two.own->owner(), 8U);
    EXPECT_EQ(other.run("owner"), "8");
}

TEST(ClipboardOwnership, Case298_WithNoWindowThereIsNoOwnerButSetting)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(0));

    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(two.own->owner(), 0U);
    EXPECT_EQ(win32ErrorOf(two.own->set(12, "sound")), "none");
}

TEST(ClipboardOpening, Case299_TheEndOfTheThreadThatOpenedCloses)
{
    TwoSessions two;

    std::thread{[] {
        ClipboardSession there{Session::join().value()};
        EXPECT_EQ(win32ErrorOf(there.open(0)), "none");
    }}.join();

    EXPECT_EQ(win32ErrorOf(two.own->open(1)), "none");
    EXPECT_EQ(two.own->owner(), 0U);
}

TEST(ClipboardOwnership, Case301_TheEndOfTheOwnersWindowCountsOnce)
{
    TwoSessions two;
    ClipboardProgram other{8};
    ASSERT_EQ(other.run("open 8"), "none");
    ASSERT_EQ(other.run("empty"), "none");
    ASSERT_EQ(other.run("promise 12"), "none");
    ASSERT_EQ(other.run("close"), "none");
    const quint32 before = two.own->sequenceNumber();

    ASSERT_EQ(other.run("destroy"), "none");

    EXPECT_EQ(other.run("told"), "render all");
    EXPECT_EQ(two.own->owner(), 0U);
    EXPECT_EQ(two.own->sequenceNumber(), before + 1);
}

TEST(ClipboardSetting, Case302_AClosedOneTakesNothing)
{
    TwoSessions two;

    EXPECT_EQ(win32ErrorOf(two.own->set(12, "sound")), notOpen);
    EXPECT_FALSE(two.own->isAvailable(12));
}

TEST(ClipboardSetting, Case303_AnotherProcessMaySetWhatIsOpen)
{
    TwoSessions two;
    ClipboardProgram other{8};
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(other.run("set 12 sound"), "none");

    EXPECT_EQ(got(*two.own, 12), "sound");
}

TEST(ClipboardOwnership, Case305_TheOwnerIsToldWhileItStillOwns)
{
    TwoSessions two;
    ClipboardProgram other{8};
    copyTo(*two.own, 1, {1});
    quint64 owner = 0;
    qsizetype count = 0;
    two.ownWindow.onDestroy = [&] {
        owner = two.own->owner();
        count = two.own->count();
    };

    ASSERT_EQ(other.run("open 8"), "none");
    ASSERT_EQ(other.run("empty"), "none");

    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy"));
    EXPECT_EQ(owner, 1U);
    EXPECT_EQ(count, 4);
}

TEST(ClipboardOpening, Case307_TheWindowItIsOpenWithIsKnown)
{
    TwoSessions two;

    ASSERT_TRUE(two.own->open(0));
    EXPECT_EQ(two.other->opener(), 0U);
    ASSERT_TRUE(two.own->close());
    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(two.other->opener(), 1U);
}

} // namespace tellwire::test
