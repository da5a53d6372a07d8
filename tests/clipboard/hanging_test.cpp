// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

// Programs that hang while they have the clipboard open, own it, or are asked by others (exact face).

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

/// A program of its own beside two in this one, which wait for it only as long as they have to.
struct WithProgram : TwoSessions
{
    Peer program;

    explicit WithProgram(const std::string &kind) : program("HangingProgram", {kind})
    {
        own->setWindowTimeout(1ms);
        other->setWindowTimeout(1ms);
    }

    /// Meanwhile what was sent to it goes on its way.
    std::string heard() const
    {
        std::optional<std::string> line;
        EXPECT_TRUE(soon([&] { return (line = program.hear(0ms)).has_value(); }));
        return line.value_or("nothing");
    }
};

struct ShortRequests
{
    ShortRequests() { qputenv("TELLWIRE_REQUEST_TIMEOUT", "50"); }
    ~ShortRequests() { qunsetenv("TELLWIRE_REQUEST_TIMEOUT"); }
    ShortRequests(const ShortRequests &) = delete;
    ShortRequests &operator=(const ShortRequests &) = delete;
};

struct ImpatientWithProgram : private ShortRequests, WithProgram
{
    using WithProgram::WithProgram;
};

} // namespace

/// Has window 9. As its argument says it is opener, owner (of a sound, and of a promised table), or viewer.
TELLWIRE_PEER(HangingProgram)
{
    const std::string kind = peerArguments().at(0);
    Session session = Session::join().value();
    TestWindow window;
    ClipboardSession clipboard{session};
    window.onRender = [&](quint32 format) { (void)clipboard.set(format, "table"); };
    window.onDestroy = [] { sayToTest("destroyed"); };
    window.onChangeChain = [](quint64 removed, quint64) { sayToTest("without " + std::to_string(removed)); };
    bool isDone = clipboard.createWindow(9, window).has_value();
    if (kind == "viewer")
        isDone = isDone && clipboard.setViewer(9);
    else
        isDone = isDone && clipboard.open(9) && clipboard.empty() && clipboard.set(12, "sound") &&
                 clipboard.setPromised(5);
    if (kind == "owner")
        isDone = isDone && clipboard.close();
    window.onDraw = [] { sayToTest("draw"); };
    if (!isDone)
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AnOpenerThatIsStopped, KeepsOthersFromOpening)
{
    WithProgram with{"opener"};
    with.program.stop();

    EXPECT_EQ(win32ErrorOf(with.own->open(1)), accessDenied);

    EXPECT_EQ(with.own->opener(), 9U);
    EXPECT_EQ(with.own->count(), 2);
    EXPECT_EQ(win32ErrorOf(with.own->set(4, "of another")), "none");
    EXPECT_EQ(win32ErrorOf(with.other->open(9)), "none"); // By naming its window, as on Win32.
}

TEST(AnOpenerThatIsStopped, HoldsNothingAnyMoreWhenItIsKilled)
{
    WithProgram with{"opener"};
    with.program.stop();
    ASSERT_EQ(win32ErrorOf(with.own->open(1)), accessDenied);

    with.program.killHard();

    EXPECT_EQ(win32ErrorOf(with.own->open(1)), "none");
    EXPECT_THAT(enumerated(*with.own), ElementsAre(12));
}

TEST(AnOpenerThatIsStopped, DoesNotHoldUpAFriendlyPut)
{
    WithProgram with{"opener"};
    with.program.stop();
    Clipboard friendly{with.otherSession};

    EXPECT_EQ(errorOf(friendly.put(Offer{}.add(png("image")))), "none");

    EXPECT_EQ(with.own->opener(), 0U);
    EXPECT_EQ(win32ErrorOf(with.own->open(1)), "none");
}

TEST(AnOwnerThatIsStopped, CostsWhoeverAsksForItsPromiseTheTimeAndNobodyElseAnything)
{
    ImpatientWithProgram with{"owner"};
    with.program.stop();
    ASSERT_TRUE(with.own->open(1));

    EXPECT_EQ(got(*with.own, 5), "none");

    EXPECT_EQ(got(*with.own, 12), "sound");
    ASSERT_TRUE(with.own->close());
    ASSERT_TRUE(with.other->open(2));
    EXPECT_EQ(got(*with.other, 12), "sound");
}

TEST(AnOwnerThatIsStopped, RendersWhenItGoesOn)
{
    ImpatientWithProgram with{"owner"};
    with.program.stop();
    ASSERT_TRUE(with.own->open(1));
    ASSERT_EQ(got(*with.own, 5), "none");

    with.program.resume();

    EXPECT_TRUE(soon([&] { return got(*with.own, 5) == "table"; }));
}

TEST(AnOwnerThatIsStopped, HoldsUpWhoEmptiesForALimitedTimeAndIsToldOnce)
{
    WithProgram with{"owner"};
    with.program.stop();
    ASSERT_TRUE(with.own->open(1));

    EXPECT_EQ(win32ErrorOf(with.own->empty()), "none");

    EXPECT_EQ(with.own->owner(), 1U);
    EXPECT_EQ(with.own->count(), 0);
    ASSERT_TRUE(with.own->close());
    with.program.resume();
    EXPECT_EQ(with.heard(), "destroyed");
    ASSERT_TRUE(with.own->setViewer(9));
    EXPECT_EQ(with.heard(), "draw");
}

TEST(AViewerThatIsStopped, HoldsUpWhoLeavesTheChainForALimitedTime)
{
    WithProgram with{"viewer"};
    with.program.stop();

    EXPECT_EQ(win32ErrorOf(with.own->changeChain(1, 2)), "none");

    EXPECT_EQ(with.own->viewer(), 9U);
    with.program.resume();
    EXPECT_EQ(with.heard(), "without 1");
}

/// Opens with window 9 and asks for a promise of the test's.
TELLWIRE_PEER(AskingOpener)
{
    const Session session = Session::join().value();
    TestWindow window;
    ClipboardSession clipboard{session};
    if (!clipboard.createWindow(9, window) || !clipboard.open(9))
        return 1;
    peerIsReady();
    (void)clipboard.get(12);
    return 0;
}

TEST(AnOpenerThatIsKilledWhileItWaits, HoldsNothingAnyMore)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->setPromised(12));
    ASSERT_TRUE(two.own->close());
    Peer opener{"AskingOpener"};
    std::string openError;
    two.ownWindow.onRender = [&](quint32 format) {
        openError = win32ErrorOf(two.other->open(2));
        opener.killHard();
        EXPECT_TRUE(two.own->set(format, "sound"));
    };

    ASSERT_TRUE(soon([&] { return !two.ownWindow.told.empty(); }));

    EXPECT_EQ(openError, accessDenied);
    EXPECT_EQ(win32ErrorOf(two.other->open(2)), "none");
    EXPECT_EQ(got(*two.other, 12), "sound");
    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 12"));
}

} // namespace tellwire::test
