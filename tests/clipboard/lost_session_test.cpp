// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

// The directory of a session may be removed while programs use it, as a log-out does. What lay on its boards
// is gone then, and everybody meets in a new one.

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

void removeSession(const FreshSession &fresh) { removeAtOnce(fresh.directory() / "tellwire"); }

} // namespace

/// Promises an image, and tells when nobody will ask for it any more.
TELLWIRE_PEER(OwnerUntilTheEnd)
{
    Session session = Session::join().value();
    Clipboard clipboard{session};
    bool isLost = false;
    QObject::connect(&clipboard, &Clipboard::ownershipLost, [&] { isLost = true; });
    if (!clipboard.put(Offer{}.addDelayed(Format::png(), [] { return png("image"); })))
        return 1;
    peerIsReady();
    while (!isLost)
        session.wait(-1ms);
    return clipboard.isOwner() ? 1 : 0;
}

TEST(AnOwner, LearnsThatItsSessionWasRemoved)
{
    const FreshSession fresh;
    Peer owner{"OwnerUntilTheEnd"};

    removeSession(fresh);

    EXPECT_EQ(owner.waitForExit(), 0);
}

TEST(AnOwner, MayPutAnewWhenItsSessionWasRemoved)
{
    const TwoClipboards two;
    int lost = 0;
    QList<quint32> told;
    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(10'000, 'x')))));
    QObject::connect(two.own.get(), &Clipboard::ownershipLost, [&] { ++lost; });

    removeSession(two.fresh);
    ASSERT_TRUE(soon([&] { return lost == 1; }));
    QObject::connect(two.other.get(), &Clipboard::changed,
                     [&](const ClipboardContent &content) { told.append(content.sequenceNumber()); });
    const bool isOwner = two.own->isOwner();
    ASSERT_TRUE(two.own->put(Offer{}.add(text("anew"))));

    EXPECT_FALSE(isOwner);
    EXPECT_TRUE(soon([&] { return !told.isEmpty() && told.last() == 2; }));
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "anew");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "error: FormatNotOffered");
    EXPECT_EQ(contentFiles(two.fresh), 0U);
}

TEST(AnOwner, OwnsNothingWhenItsSessionWasRemovedAndNoOtherCanBeMade)
{
    const TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}.add(text("gone"))));
    int lost = 0;
    QObject::connect(two.own.get(), &Clipboard::ownershipLost, [&] { ++lost; });

    removeAtOnce(two.fresh.directory());

    EXPECT_FALSE(two.own->isOwner());
    EXPECT_TRUE(two.other->content().isEmpty());
    EXPECT_EQ(errorOf(two.own->put(Offer{}.add(text("anew")))), "Closed");
    EXPECT_TRUE(soon([&] { return lost == 1; }));
}

TEST(AReader, IsAnsweredWhenItsSessionIsRemoved)
{
    const TwoClipboards two;
    QList<ReplyPromise<Payload>> asked;
    ASSERT_TRUE(two.own->put(Offer{}.addDelayed(Format::png(), [&] {
        asked.append(ReplyPromise<Payload>{});
        return asked.last().reply();
    })));
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return asked.size() == 1; }));

    removeSession(two.fresh);

    EXPECT_EQ(outcomeOf(image), "error: Closed");
    asked.first().finish(png("nobody waits"));
    EXPECT_TRUE(two.other->content().isEmpty());
}

TEST(AWindow, IsToldOnceThatItsSessionWasRemovedAndStays)
{
    TwoSessions two;
    for (int round = 0; round < 3; ++round)
        copyTo(*two.own, 1, {12});
    settle(two);
    ASSERT_TRUE(two.other->addListener(2));
    two.ownWindow.told.clear();

    removeSession(two.fresh);
    ASSERT_TRUE(soon([&] { return !two.otherWindow.told.empty() && !two.ownWindow.told.empty(); }));
    settle(two);

    EXPECT_THAT(two.ownWindow.told, ElementsAre("destroy"));
    EXPECT_THAT(two.otherWindow.told, ElementsAre("update"));
    EXPECT_EQ(two.other->count(), 0);
    copyTo(*two.own, 2, {4});
    EXPECT_EQ(two.other->owner(), 2U);
}

} // namespace tellwire::test
