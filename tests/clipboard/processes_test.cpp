// SPDX-License-Identifier: Apache-2.0
#include "clipboard/mime_data.h"
#include "clipboard/store/offer_writer.h"
#include "tests/clipboard/clipboard_test_support.h"
#include "tests/dde/transport/log_test_support.h"

#include <QMimeData>
#include <QUrl>

#include <csignal>

#include <sys/epoll.h>
#include <unistd.h>

// Owners and readers in processes of their own, which may be killed, stopped, or misbehave.

namespace tellwire::test {

namespace {

/// Does what the test says, line by line, until the test goes.
int obey(Session &session, const std::function<void(const std::string &)> &command)
{
    peerIsReady();
    const bool isWatched = session.seat().reactor().watch(descriptorToTest(), EPOLLIN, [&](std::uint32_t) {
        const std::optional<std::string> line = hearFromTest();
        if (!line)
            _exit(0);
        command(*line);
    });
    EXPECT_TRUE(isWatched);
    while (true)
        session.wait(-1ms);
}

Offer promise(const std::string &kind, QList<ReplyPromise<Payload>> &asked)
{
    Offer offer;
    offer.addDelayed(Format::png(), [kind, &asked]() -> Reply<Payload> {
        const ReplyPromise<Payload> promise;
        asked.append(promise);
        sayToTest("asked");
        if (kind == "crash")
            raise(SIGKILL);
        if (kind == "refuse")
            promise.finish(Error{ErrorCode::Refused, QStringLiteral("the chart is empty")});
        if (kind == "prompt")
            promise.finish(png("image"));
        if (kind == "large")
            promise.finish(png(QByteArray(100'000, 'i')));
        return promise.reply();
    });
    return offer.add(Payload{Format::html(), "<p>chart</p>"});
}

/// How many formats lie there, delayed ones too.
qsizetype count(const Clipboard &clipboard) { return clipboard.content().formats().size(); }

struct WithOwner
{
    FreshSession fresh;
    Peer owner;
    Session session = Session::join().value();
    Clipboard clipboard{session};

    explicit WithOwner(const std::string &kind) : owner("ClipboardOwner", {kind}) {}
};

} // namespace

/// Owns the clipboard, and renders as its argument says: prompt, large, refuse, crash, or never.
TELLWIRE_PEER(ClipboardOwner)
{
    Session session = Session::join().value();
    auto clipboard = std::make_unique<Clipboard>(session);
    QList<ReplyPromise<Payload>> asked;
    if (!clipboard->put(promise(peerArguments().at(0), asked)))
        return 1;
    return obey(session, [&](const std::string &line) {
        if (line == "render")
            asked.last().finish(png("image"));
        if (line == "end") {
            clipboard.reset();
            sayToTest("ended");
        }
    });
}

/// Puts what it is given, and ends.
TELLWIRE_PEER(ClipboardSetter)
{
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    const QByteArray bytes(std::stoi(peerArguments().at(0)), 'x');
    const Result<void> put = clipboard.put(Offer{}.add(png(bytes)).add(text("small")));
    peerIsReady();
    return put ? 0 : 1;
}

/// Stands in the middle of a put, its file written and not committed.
TELLWIRE_PEER(UndecidedSetter)
{
    const Session session = Session::join().value();
    auto &volumes = store::ClipboardHandler::of(session.seat()).volumes();
    const auto written = store::writeOffer(Offer{}.add(png(QByteArray(10'000, 'y'))), volumes, 1U << 20);
    peerIsReady();
    (void)hearFromTest(1h);
    return written ? 0 : 1;
}

/// Opens and maps what lies there, and looks at it when the test says so.
TELLWIRE_PEER(ContentKeeper)
{
    Session session = Session::join().value();
    const Clipboard clipboard{session};
    ClipboardContent content = clipboard.content();
    const Result<void> kept = content.keep();
    const Result<MappedContent> mapped = content.map(Format::png());
    if (!kept || !mapped)
        return 1;
    return obey(session, [&](const std::string &) {
        sayToTest(std::to_string(outcomeOf(content.read(Format::png())).size()) + ' ' +
                  std::to_string(mapped->bytes().size()));
    });
}

/// Asks for the image, and waits for ever.
TELLWIRE_PEER(ClipboardReader)
{
    Session session = Session::join().value();
    Clipboard clipboard{session};
    clipboard.setTimeout(1h);
    const Reply<Payload> image = clipboard.get(Format::png());
    image.then([](const Result<Payload> &got) { sayToTest(outcomeOf(got).toStdString()); });
    return obey(session, [](const std::string &) {});
}

TEST(AStoredContent, SurvivesItsOwner)
{
    const FreshSession fresh;
    for (const char *size : {"0", "100", "5000000"}) {
        Peer setter{"ClipboardSetter", {size}};
        ASSERT_EQ(setter.waitForExit(), 0);

        const Session session = Session::join().value();
        const Clipboard clipboard{session};

        EXPECT_EQ(outcomeOf(clipboard.get(Format::png())).size(), std::stoi(size));
        EXPECT_EQ(outcomeOf(clipboard.get(Format::text())), "small");
    }
}

TEST(AnOwnerThatIsKilled, LeavesWhatItHasStored)
{
    WithOwner with{"prompt"};
    const quint32 before = with.clipboard.sequenceNumber();
    QList<quint32> told;
    QObject::connect(&with.clipboard, &Clipboard::changed,
                     [&](const ClipboardContent &content) { told.append(content.sequenceNumber()); });

    with.owner.killHard();

    EXPECT_TRUE(soon([&] { return !told.isEmpty(); })); // Nobody has asked for anything.
    EXPECT_EQ(told, QList<quint32>{before + 1});
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::html())), "<p>chart</p>");
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "error: FormatNotOffered");
}

TEST(AnOwnerThatIsKilled, LeavesWhatItHasRendered)
{
    WithOwner with{"large"};
    ASSERT_EQ(outcomeOf(with.clipboard.get(Format::png())).size(), 100'000);

    with.owner.killHard();

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())).size(), 100'000);
    EXPECT_EQ(count(with.clipboard), 2);
}

TEST(AnOwnerThatIsKilled, IsFoundDeadByAProgramThatComesLater)
{
    const FreshSession fresh;
    {
        Peer owner{"ClipboardOwner", {"prompt"}};
        owner.killHard();
    }

    const Session session = Session::join().value();
    const Clipboard clipboard{session};

    EXPECT_EQ(namesOf(clipboard.formats()), QStringList{QStringLiteral("text/html")});
    EXPECT_EQ(outcomeOf(clipboard.get(Format::png())), "error: FormatNotOffered");
}

TEST(AnOwnerThatCrashesWhileItRenders, EndsTheWaitOfItsReader)
{
    WithOwner with{"crash"};

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "error: PeerGone");
    EXPECT_TRUE(soon([&] { return count(with.clipboard) == 1; }));
}

TEST(AnOwnerThatCrashesWhileItRenders, IsReplacedByWhatCanBeConverted)
{
    WithOwner with{"crash"};
    FormatRegistry conversions;
    conversions.addConversion(Format::html(), Format::png(),
                              [](const QByteArray &bytes) { return Result<QByteArray>{"drawn " + bytes}; });
    with.clipboard.setConversions(conversions);

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "drawn <p>chart</p>");
}

TEST(AnOwnerThatRefuses, SaysWhy)
{
    WithOwner with{"refuse"};

    const Result<Payload> image = waitFor(with.clipboard.get(Format::png()), 15s);

    ASSERT_FALSE(image);
    EXPECT_EQ(image.error(), (Error{ErrorCode::Refused, QStringLiteral("the chart is empty")}));
    EXPECT_EQ(count(with.clipboard), 2);
}

TEST(AnOwnerThatIsStopped, CostsAReaderItsTimeAndNobodyElseAnything)
{
    WithOwner with{"prompt"};
    with.owner.stop();
    with.clipboard.setTimeout(50ms);

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "error: TimedOut");
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::html())), "<p>chart</p>");
    EXPECT_EQ(errorOf(with.clipboard.put(Offer{}.add(text("mine")))), "none");
    with.owner.resume();
    with.owner.say("end");
    while (with.owner.hear() != "ended") { // It may have been stopped between a look at the board and one at
    }                                      // what it is asked.
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::text())), "mine");
}

TEST(AnOwnerThatIsStopped, AnswersWhenItGoesOn)
{
    WithOwner with{"prompt"};
    with.owner.stop();
    const Reply<Payload> image = with.clipboard.get(Format::png());

    with.owner.resume();

    EXPECT_EQ(outcomeOf(image), "image");
}

TEST(AnOwnerThatEnds, RendersForThoseWhoComeLater)
{
    WithOwner with{"large"};

    with.owner.say("end");
    while (with.owner.hear() != "ended") { // It says first that it was asked: by itself.
    }
    with.owner.killHard();

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())).size(), 100'000);
}

TEST(AnOwnerThatIsKilledAtItsEnd, LeavesWhatItHasNotRendered)
{
    WithOwner with{"never"};
    with.owner.say("end");
    ASSERT_EQ(with.owner.hear(), "asked"); // By itself.

    with.owner.killHard();

    EXPECT_TRUE(soon([&] { return count(with.clipboard) == 1; }));
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::html())), "<p>chart</p>");
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "error: FormatNotOffered");
}

TEST(AnOwnerThatIsKilled, EndsTheWaitOfAllItsReaders)
{
    WithOwner with{"never"};
    const Peer reader{"ClipboardReader"};
    const Reply<Payload> image = with.clipboard.get(Format::png());
    ASSERT_EQ(with.owner.hear(), "asked");

    with.owner.killHard();

    EXPECT_EQ(reader.hear(), "error: PeerGone");
    EXPECT_EQ(outcomeOf(image), "error: PeerGone");
}

TEST(ASetterThatIsKilled, LeavesTheOldContentAndNoFileForLong)
{
    const FreshSession fresh;
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    ASSERT_TRUE(clipboard.put(Offer{}.add(png(QByteArray(10'000, 'x')))));
    Peer setter{"UndecidedSetter"};
    ASSERT_EQ(contentFiles(fresh), 2U);

    setter.killHard();

    EXPECT_EQ(outcomeOf(clipboard.get(Format::png())), QByteArray(10'000, 'x'));
    Peer next{"ClipboardSetter", {"20000"}};
    EXPECT_EQ(next.waitForExit(), 0);
    EXPECT_EQ(contentFiles(fresh), 1U);
    EXPECT_EQ(outcomeOf(clipboard.get(Format::png())).size(), 20'000);
}

TEST(ASetterThatIsStopped, KeepsItsFile)
{
    const FreshSession fresh;
    Peer setter{"UndecidedSetter"};
    setter.stop();

    Peer next{"ClipboardSetter", {"20000"}};

    EXPECT_EQ(next.waitForExit(), 0);
    EXPECT_EQ(contentFiles(fresh), 2U);
}

TEST(AReaderThatIsKilled, LeavesTheOthersWhatTheyWaitFor)
{
    WithOwner with{"never"};
    Peer reader{"ClipboardReader"};
    ASSERT_EQ(with.owner.hear(), "asked");
    Peer other{"ClipboardReader"};

    reader.killHard();
    with.owner.say("render");

    EXPECT_EQ(other.hear(), "image");
    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "image");
}

TEST(AReaderThatIsKilled, LeavesNothingOfWhatItHadOpened)
{
    TwoClipboards two;
    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(100'000, 'o')))));
    Peer reader{"ContentKeeper"};
    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(50'000, 'n')))));
    reader.say("read");
    EXPECT_EQ(reader.hear(), "100000 100000");

    reader.killHard();

    EXPECT_EQ(contentFiles(two.fresh), 1U);
    EXPECT_EQ(outcomeOf(two.other->get(Format::png())).size(), 50'000);
}

TEST(AReaderThatIsStopped, HoldsUpNobody)
{
    WithOwner with{"never"};
    Peer reader{"ClipboardReader"};
    ASSERT_EQ(with.owner.hear(), "asked");

    reader.stop();
    with.owner.say("render");

    EXPECT_EQ(outcomeOf(with.clipboard.get(Format::png())), "image");
    reader.resume();
    EXPECT_EQ(reader.hear(), "image");
}

TEST(AContentThatWasSuperseded, CanStillBeReadByWhoKeptIt)
{
    TwoClipboards two;
    const QByteArray older(100'000, 'o');
    ASSERT_TRUE(two.own->put(Offer{}.add(text("small")).add(png(older)).add(Payload{Format::html(), older})));
    ClipboardContent kept = two.other->content();
    const ClipboardContent notKept = two.other->content();
    ASSERT_TRUE(kept.keep());
    const Result<MappedContent> mapped = two.other->content().map(Format::html());

    ASSERT_TRUE(two.own->put(Offer{}.add(png(QByteArray(100'000, 'n')))));

    EXPECT_EQ(outcomeOf(kept.read(Format::png())), older);
    EXPECT_EQ(outcomeOf(kept.read(Format::text())), "small");
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->bytes(), older);
    EXPECT_EQ(outcomeOf(notKept.read(Format::png())), "error: ContentGone");
}

TEST(ManyProcesses, CopyAtOnceAndNothingIsLost)
{
    const FreshSession fresh;
    constexpr int processes = 200;
    constexpr quint32 rounds = 3;
    std::vector<transport::ForkedProcess> setters;
    for (int number = 0; number < processes; ++number)
        setters.emplace_back([number] {
            const Session session = Session::join().value();
            Clipboard clipboard{session};
            quint32 last = 0;
            for (quint32 round = 0; round < rounds; ++round) {
                // Every third one takes a file.
                const QByteArray bytes(number % 3 == 0 ? 5000 : 50, 'x');
                if (!clipboard.put(Offer{}.add(png(bytes))))
                    return false;
                const quint32 now = clipboard.content().sequenceNumber();
                if (now < last + 2)
                    return false;
                last = now;
                const QByteArray read = outcomeOf(clipboard.get(Format::png()));
                if (read.size() != 5000 && read.size() != 50)
                    return false;
            }
            return true;
        });

    int succeeded = 0;
    for (transport::ForkedProcess &setter : setters)
        succeeded += setter.succeeded() ? 1 : 0;

    EXPECT_EQ(succeeded, processes);
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    EXPECT_EQ(clipboard.sequenceNumber(), processes * rounds * 2);
    ASSERT_TRUE(clipboard.clear());
    EXPECT_EQ(contentFiles(fresh), 0U);
}

TEST(AContent, MayHaveAGibibyte)
{
    constexpr qsizetype gibibyte = qsizetype{1} << 30;
    const TwoClipboards two;
    if (std::filesystem::space(two.fresh.directory()).available < std::uintmax_t{3} * gibibyte)
        GTEST_SKIP() << "there is no room for a gibibyte";
    QByteArray bytes(gibibyte, 'x');
    bytes[gibibyte - 1] = 'y';

    ASSERT_TRUE(two.own->put(Offer{}.add(png(bytes))));

    const Result<MappedContent> mapped = two.other->content().map(Format::png());
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->bytes().size(), gibibyte);
    EXPECT_EQ(mapped->bytes().back(), 'y');
}

TEST(AContent, LargerThanTheLimitLeavesTheOldOne)
{
    qputenv("TELLWIRE_CLIPBOARD_LIMIT", "10000");
    const TwoClipboards two;
    qunsetenv("TELLWIRE_CLIPBOARD_LIMIT");
    ASSERT_TRUE(two.own->put(Offer{}.add(text("old"))));

    EXPECT_EQ(errorOf(two.own->put(Offer{}.add(png(QByteArray(10'001, 'x'))))), "TooLarge");
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "old");
}

TEST(AContent, WithoutAPlaceForItLeavesTheOldOne)
{
    qputenv("TELLWIRE_CLIPBOARD_VOLUMES", "1");
    const TwoClipboards two;
    qunsetenv("TELLWIRE_CLIPBOARD_VOLUMES");
    ASSERT_TRUE(two.own->put(Offer{}.add(text("old"))));
    const auto clip = std::filesystem::path{two.ownSession.seat().directory().path().toStdString()} / "clip";
    std::filesystem::permissions(clip, std::filesystem::perms{0755});

    EXPECT_EQ(errorOf(two.own->put(Offer{}.add(png(QByteArray(10'000, 'x'))))), "OutOfSpace");
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), "old");
}

TEST(MimeData, GoesToTheClipboardAndComesBack)
{
    const TwoClipboards two;
    QMimeData data;
    data.setHtml(QStringLiteral("<b>Grüße</b>"));
    data.setText(QStringLiteral("Grüße"));
    data.setUrls({QUrl{QStringLiteral("file:///tmp/a")}});
    data.setData(QStringLiteral("application/x-own"), "own");
    ASSERT_TRUE(two.own->put(fromMimeData(data)));

    const Result<std::shared_ptr<QMimeData>> back = waitFor(toMimeData(*two.other), 5s);

    ASSERT_TRUE(back);
    EXPECT_EQ((*back)->html(), data.html());
    EXPECT_EQ((*back)->text(), data.text());
    EXPECT_EQ((*back)->urls(), data.urls());
    EXPECT_EQ((*back)->data(QStringLiteral("application/x-own")), "own");
    EXPECT_EQ(outcomeOf(two.other->get(Format::text())), QStringLiteral("Grüße").toUtf8());
}

TEST(MimeData, RendersWhatWasPromised)
{
    const TwoClipboards two;
    ASSERT_TRUE(two.own->put(
        Offer{}.addDelayed(Format::png(), [] { return png("image"); }).addDelayed(Format::html(), [] {
            return Error{ErrorCode::Busy, {}};
        })));

    const Result<std::shared_ptr<QMimeData>> data = waitFor(toMimeData(*two.other), 5s);

    ASSERT_TRUE(data);
    EXPECT_EQ((*data)->formats(), QStringList{QStringLiteral("image/png")});
}

} // namespace tellwire::test
