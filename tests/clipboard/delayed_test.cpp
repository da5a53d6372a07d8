// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_test_support.h"

// What becomes of promises, within one program and between two.

namespace tellwire::test {

namespace {

/// Promises PNG, and counts how often it had to keep that.
struct Promising : TwoClipboards
{
    int renderings = 0;

    Promising()
    {
        EXPECT_TRUE(own->put(Offer{}
                                 .addDelayed(Format::png(),
                                             [this] {
                                                 ++renderings;
                                                 return png("image");
                                             })
                                 .add(text("chart"))));
    }
};

/// Promises PNG, and keeps it when the test says so; refuses HTML, as a marker behind other questions.
struct PromisingForLater : TwoClipboards
{
    QList<ReplyPromise<Payload>> asked;

    PromisingForLater()
    {
        EXPECT_TRUE(own->put(Offer{}
                                 .addDelayed(Format::png(),
                                             [this] {
                                                 asked.append(ReplyPromise<Payload>{});
                                                 return asked.last().reply();
                                             })
                                 .addDelayed(Format::html(), [] {
                                     return Error{ErrorCode::Refused, {}};
                                 })));
    }

    /// The owner has heard all that this reader asked so far.
    static bool hasBeenHeard(const Clipboard &reader)
    {
        return outcomeOf(reader.get(Format::html())) == "error: Refused";
    }
    ~PromisingForLater() { EXPECT_TRUE(own->clear()); } // Nothing to wait for at the owner's end.
    PromisingForLater(const PromisingForLater &) = delete;
    PromisingForLater &operator=(const PromisingForLater &) = delete;
};

} // namespace

TEST(AnOffer, DoesNotRenderBeforeSomebodyAsks)
{
    Promising two;

    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "chart");
    EXPECT_EQ(two.renderings, 0);
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_EQ(two.renderings, 1);
}

TEST(AnOffer, IsRenderedOnceForAll)
{
    Promising two;
    ASSERT_EQ(outcomeOf(two.other->get(Format::png())), "image");

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_EQ(outcomeOf(two.own->get(Format::png())), "image");
    EXPECT_EQ(two.renderings, 1);
}

TEST(AnOffer, DoesNotChangeTheSequenceNumberWhenItIsRendered)
{
    Promising two;
    int changes = 0;
    const quint32 before = two.other->sequenceNumber();
    QObject::connect(two.other.get(), &Clipboard::changed, [&] { ++changes; });

    ASSERT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    Clipboard marker{two.ownSession, BoardName::find()};
    Clipboard marked{two.otherSession, BoardName::find()};
    bool isMarked = false;
    QObject::connect(&marked, &Clipboard::changed, [&] { isMarked = true; });
    ASSERT_TRUE(marker.put(Offer{}.add(text("marker"))));
    ASSERT_TRUE(soon([&] { return isMarked; }));

    EXPECT_EQ(two.other->sequenceNumber(), before);
    EXPECT_LE(changes, 1); // That of the put, which may have been told after the connection was made.
    EXPECT_EQ(two.other->content().find(Format::png())->source, ContentFormat::Source::Stored);
}

TEST(AnOffer, CanBeReadByItsOwner)
{
    Promising two;

    EXPECT_EQ(outcomeOf(two.own->get(Format::png())), "image");
    EXPECT_TRUE(two.own->isOwner());
}

TEST(AnOffer, CanBeReadByItsOwnerFromInsideARenderer)
{
    TwoClipboards two;
    ASSERT_TRUE(
        two.own->put(Offer{}
                         .addDelayed(Format::html(),
                                     [&]() -> Result<Payload> {
                                         const auto inner = waitFor(two.own->get(Format::png()), 5s);
                                         return Payload{Format::html(), outcomeOf(inner) + " in HTML"};
                                     })
                         .addDelayed(Format::png(), [] { return png("image"); })));

    EXPECT_EQ(outcomeOf(two.other->get(Format::html())), "image in HTML");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
}

TEST(AnOffer, SharesOneRenderingAmongItsReaders)
{
    PromisingForLater two;
    const Reply<Payload> first = two.other->get(Format::png());
    const Reply<Payload> second = two.other->get(Format::png());
    const Reply<Payload> own = two.own->get(Format::png());
    ASSERT_TRUE(PromisingForLater::hasBeenHeard(*two.other));

    two.asked.first().finish(png("late image"));

    EXPECT_EQ(outcomeOf(first), "late image");
    EXPECT_EQ(outcomeOf(second), "late image");
    EXPECT_EQ(outcomeOf(own), "late image");
    EXPECT_EQ(two.asked.size(), 1);
}

TEST(AnOffer, IsAskedAgainAfterItsRendererHasRefused)
{
    PromisingForLater two;
    const Reply<Payload> first = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));
    two.asked.last().finish(Error{ErrorCode::Refused, QStringLiteral("the chart is empty"), 7});
    const Result<Payload> refused = waitFor(first, 5s);

    const Reply<Payload> second = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 2; }));
    two.asked.last().finish(png("image"));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{ErrorCode::Refused, QStringLiteral("the chart is empty"), 7}));
    EXPECT_EQ(outcomeOf(second), "image");
}

TEST(AnOffer, MustBeRenderedInTheFormatThatWasPromised)
{
    PromisingForLater two;
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));

    two.asked.last().finish(text("no image"));

    EXPECT_EQ(outcomeOf(image), "error: BadData");
}

TEST(AnOffer, StillReachesItsReaderWhenItWasSupersededMeanwhile)
{
    PromisingForLater two;
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));
    ASSERT_TRUE(two.other->put(Offer{}.add(png("newer image"))));
    ASSERT_FALSE(two.own->isOwner());

    two.asked.first().finish(png("older image"));

    EXPECT_EQ(outcomeOf(image), "older image");
    EXPECT_EQ(outcomeOf(two.own->get(Format::png())), "newer image");
}

TEST(AnOffer, CanBeRedeemedBeforeSomebodyAsks)
{
    PromisingForLater two;

    EXPECT_EQ(errorOf(two.own->redeem(png("image"))), "none");
    EXPECT_EQ(errorOf(two.own->redeem(png("image"))), "FormatNotOffered");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_TRUE(two.asked.isEmpty());
    ASSERT_TRUE(two.other->clear());
    EXPECT_EQ(errorOf(two.own->redeem(png("image"))), "ContentGone");
}

TEST(AnOffer, MayRenderOthersWhenItIsAskedForOne)
{
    TwoClipboards two;
    int renderings = 0;
    ASSERT_TRUE(two.own->put(Offer{}
                                 .addDelayed(Format::png(),
                                             [&] {
                                                 ++renderings;
                                                 EXPECT_TRUE(two.own->redeem(text("chart")));
                                                 return png("image");
                                             })
                                 .addDelayed(Format::text(), [&] {
                                     ++renderings;
                                     return text("never");
                                 })));

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "chart");
    EXPECT_EQ(renderings, 1);
}

TEST(AnOffer, MayDestroyItsClipboardWhileItIsRendered)
{
    TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}.addDelayed(Format::png(), [&] {
        two.own.reset();
        return png("image");
    })));

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "error: ContentGone");
    EXPECT_TRUE(two.other->content().isEmpty());
}

TEST(AnOwner, RendersWhatItHasPromisedAtItsEnd)
{
    Promising two;
    const quint32 before = two.other->sequenceNumber();

    two.own.reset();

    EXPECT_EQ(two.renderings, 1);
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
    EXPECT_EQ(two.other->sequenceNumber(), before);
}

TEST(AnOwner, KeepsItsPromisesWhenALaterPutHasFailed)
{
    Promising two;
    const quint32 outdated = two.own->sequenceNumber() - 1;

    const Result<void> failed =
        two.own->putIf(outdated, Offer{}.addDelayed(Format::html(), [] { return text("never"); }));
    two.own.reset();

    EXPECT_EQ(errorOf(failed), "Changed");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
}

TEST(AnOwner, DropsWhatItDoesNotRenderAtItsEnd)
{
    TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}
                                 .addDelayed(Format::png(),
                                             [] {
                                                 return Error{ErrorCode::Refused, {}};
                                             })
                                 .add(text("chart"))));
    const quint32 before = two.other->sequenceNumber();

    two.own.reset();

    EXPECT_EQ(namesOf(two.other->formats()), QStringList{QStringLiteral("text/plain;charset=utf-8")});
    EXPECT_EQ(two.other->sequenceNumber(), before + 1);
}

TEST(AnOwner, RendersNoMoreThanItsLimitAtItsEnd)
{
    qputenv("TELLWIRE_CLIPBOARD_RENDER_LIMIT", "10");
    TwoClipboards two;
    qunsetenv("TELLWIRE_CLIPBOARD_RENDER_LIMIT");
    ASSERT_TRUE(two.own->put(Offer{}
                                 .addDelayed(Format::png(), [] { return png("much too large"); })
                                 .addDelayed(Format::text(), [] { return text("small"); })));

    two.own.reset();

    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "small");
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "error: FormatNotOffered");
}

TEST(AnOwner, WaitsAtItsEndForWhoAnswersLater)
{
    TwoClipboards two;
    ReplyPromise<Payload> asked;
    ASSERT_TRUE(two.own->put(Offer{}.addDelayed(Format::png(), [&] {
        two.ownSession.seat().reactor().after(1ms, [&] { asked.finish(png("image")); });
        return asked.reply();
    })));

    two.own.reset();

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
}

TEST(AnOwner, WaitsAtItsEndForNobodyBeyondItsTime)
{
    qputenv("TELLWIRE_CLIPBOARD_RENDER_TIME", "1");
    TwoClipboards two;
    qunsetenv("TELLWIRE_CLIPBOARD_RENDER_TIME");
    const ReplyPromise<Payload> never;
    ASSERT_TRUE(two.own->put(Offer{}.addDelayed(Format::png(), [&] { return never.reply(); })));

    two.own.reset();

    EXPECT_TRUE(two.other->content().isEmpty());
}

TEST(AReader, GivesAnOwnerItsTimeAndNoMore)
{
    PromisingForLater two;
    two.other->setTimeout(1ms);

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "error: TimedOut");
    EXPECT_EQ(errorOf(two.other->put(Offer{}.add(text("not stopped by that")))), "none");
}

TEST(AReader, ThatGivesUpLeavesTheOthersTheOneRendering)
{
    PromisingForLater two;
    two.other->setTimeout(1ms);
    const Reply<Payload> first = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));
    ASSERT_EQ(outcomeOf(first), "error: TimedOut");
    two.other->setTimeout(1h);
    const Reply<Payload> second = two.other->get(Format::png());
    const Session thirdSession = Session::join().value();
    const Clipboard third{thirdSession};
    const Reply<Payload> alsoWaiting = third.get(Format::png());
    ASSERT_TRUE(PromisingForLater::hasBeenHeard(*two.other));
    ASSERT_TRUE(PromisingForLater::hasBeenHeard(third));

    two.asked.first().finish(png("late image"));

    EXPECT_EQ(outcomeOf(second), "late image");
    EXPECT_EQ(outcomeOf(alsoWaiting), "late image");
    EXPECT_EQ(outcomeOf(first), "error: TimedOut");
    EXPECT_EQ(two.asked.size(), 1);
}

TEST(AReader, ThatHasGivenUpFindsTheLateAnswerOnTheBoard)
{
    PromisingForLater two;
    two.other->setTimeout(1ms);
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));
    ASSERT_EQ(outcomeOf(image), "error: TimedOut");

    two.asked.first().finish(png("late image"));

    EXPECT_EQ(two.other->content().find(Format::png())->source, ContentFormat::Source::Stored);
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "late image");
    EXPECT_EQ(two.asked.size(), 1);
}

TEST(AReader, GetsWhatThereIsNoRoomToStore)
{
    qputenv("TELLWIRE_CLIPBOARD_VOLUMES", "1");
    TwoClipboards two;
    qunsetenv("TELLWIRE_CLIPBOARD_VOLUMES");
    const QByteArray large(100'000, 'i');
    ASSERT_TRUE(two.own->put(Offer{}.addDelayed(Format::png(), [large] { return png(large); })));
    const auto clip = std::filesystem::path{two.ownSession.seat().directory().path().toStdString()} / "clip";
    std::filesystem::permissions(clip, std::filesystem::perms{0755});

    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), large);
    EXPECT_EQ(two.other->content().find(Format::png())->source, ContentFormat::Source::Delayed);
}

TEST(AReader, MayCancel)
{
    PromisingForLater two;
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));

    image.cancel();

    EXPECT_EQ(outcomeOf(image), "error: Closed");
    two.asked.first().finish(png("image"));
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())), "image");
}

TEST(AReader, MayLeaveTheSessionWhileItWaits)
{
    PromisingForLater two;
    const Reply<Payload> image = two.other->get(Format::png());
    ASSERT_TRUE(soon([&] { return two.asked.size() == 1; }));

    two.other.reset();
    const std::weak_ptr<transport::Seat> seat = two.otherSession.sharedSeat();
    two.otherSession = two.ownSession;

    EXPECT_TRUE(seat.expired());
    EXPECT_EQ(outcomeOf(image), "error: Closed");
}

} // namespace tellwire::test
