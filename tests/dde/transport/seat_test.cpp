// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include "dde/transport/listener.h"
#include "dde/transport/membership.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTimer>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

using AChannel = TwoPrograms;

TEST_F(AChannel, CarriesWhatWasSentBeforeItWasOpen)
{
    const std::shared_ptr<Channel> channel = client->channelTo(server->id());
    ASSERT_TRUE(channel->send(
        {.type = 0x10, .flags = 1, .id = 2, .sequence = 3, .time = 4, .head = "head", .payload = "payload"}));

    ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));

    const Message &message = atServer->messages.front();
    EXPECT_EQ(message.type, 0x10);
    EXPECT_EQ(message.flags, 1);
    EXPECT_EQ(message.id, 2U);
    EXPECT_EQ(message.sequence, 3U);
    EXPECT_EQ(message.time, 4);
    EXPECT_EQ(message.head, "head");
    EXPECT_EQ(message.payload, "payload");
    EXPECT_FALSE(atServer->channels.front()->isClient());
    EXPECT_EQ(atServer->channels.front()->identity().pid, getpid());
}

TEST_F(AChannel, OpensAndBringsTheFirstMessageInOneTurnOfTheServer)
{
    const std::shared_ptr<Channel> channel = client->channelTo(server->id());
    ASSERT_TRUE(channel->send({.type = 0x10, .id = 7}));

    server->process();

    EXPECT_EQ(atServer->messages.size(), 1U);
}

TEST_F(AChannel, CarriesMessagesOfAnyLengthInOrder)
{
    const std::shared_ptr<Channel> channel = connected();
    for (int length = 0; length < 3000; length += 7)
        ASSERT_TRUE(channel->send({.type = 0x11,
                                   .id = static_cast<std::uint32_t>(length),
                                   .head = QByteArray(length / 2, 'h'),
                                   .payload = QByteArray(length, 'p')}));

    ASSERT_TRUE(served([&] { return atServer->messages.size() == 429; }));

    for (int count = 0; count < 429; ++count) {
        const Message &message = atServer->messages.at(static_cast<std::size_t>(count));
        ASSERT_EQ(message.id, static_cast<std::uint32_t>(count * 7));
        ASSERT_EQ(message.head, QByteArray(count * 7 / 2, 'h'));
        ASSERT_EQ(message.payload, QByteArray(count * 7, 'p'));
    }
}

TEST_F(AChannel, CarriesShortMessagesWithoutABlock)
{
    const std::shared_ptr<Channel> channel = connected();
    const std::vector<std::uint32_t> lengths{
        0, bodyLength, bodyLength + 1, bodyLength + 64, bodyLength + 65, inlineLength - 1, inlineLength};
    for (const std::uint32_t length : lengths) {
        const std::uint32_t head = std::min(length / 2, maxInlineHeadLength);
        ASSERT_TRUE(channel->send(
            {.type = 0x11, .head = QByteArray(head, 'h'), .payload = QByteArray(length - head, 'p')}));
    }
    const std::uint64_t inBlocks = client->arena().usedBytes();

    ASSERT_TRUE(served([&] { return atServer->messages.size() == lengths.size(); }));

    EXPECT_EQ(inBlocks, 0U);
    for (std::size_t count = 0; count < lengths.size(); ++count) {
        const std::uint32_t head = std::min(lengths[count] / 2, maxInlineHeadLength);
        EXPECT_EQ(atServer->messages[count].head, QByteArray(head, 'h'));
        EXPECT_EQ(atServer->messages[count].payload, QByteArray(lengths[count] - head, 'p'));
    }
}

TEST_F(AChannel, SendsWhatIsKeptWithoutAnotherCopy)
{
    const std::shared_ptr<Channel> channel = connected();
    const Message message{.type = 0x11, .id = 1, .head = "head", .payload = QByteArray(50'000, 'k')};
    BlockPointer kept;

    ASSERT_TRUE(channel->send(message, &kept));
    const std::uint64_t once = client->arena().usedBytes();
    ASSERT_TRUE(
        channel->send({.type = 0x12, .id = 2, .head = message.head, .payload = message.payload}, &kept));

    EXPECT_EQ(client->arena().usedBytes(), once);
    ASSERT_TRUE(served([&] { return atServer->messages.size() == 2; }));
    for (const Message &received : atServer->messages) {
        EXPECT_EQ(received.head, message.head);
        EXPECT_EQ(received.payload, message.payload);
    }
    EXPECT_EQ(atServer->messages.back().id, 2U);
}

TEST_F(AChannel, KeepsFarMoreThanItsLaneHoldsInOrder)
{
    const std::shared_ptr<Channel> channel = connected();
    constexpr std::uint32_t count = 50'000;
    for (std::uint32_t id = 0; id < count; ++id)
        ASSERT_TRUE(channel->send({.type = 0x11, .id = id}));

    ASSERT_TRUE(served([&] { return atServer->messages.size() == count; }));

    for (std::uint32_t id = 0; id < count; ++id)
        ASSERT_EQ(atServer->messages[id].id, id);
}

TEST_F(AChannel, CarriesALargePayloadThroughASegmentOfItsOwn)
{
    const std::shared_ptr<Channel> channel = connected();
    const QByteArray large(64 << 20, 'L');

    ASSERT_TRUE(channel->send({.type = 0x11, .payload = large}));
    ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));

    EXPECT_EQ(atServer->messages.front().payload, large);
    EXPECT_TRUE(served([&] { return client->process() || channel->queuedMessages() == 0; }));
}

TEST_F(AChannel, GoesBothWays)
{
    const std::shared_ptr<Channel> channel = connected();

    ASSERT_TRUE(serverEnd->send({.type = 0x22, .payload = "answer"}));
    ASSERT_TRUE(served([&] { return !atClient->messages.empty(); }));

    EXPECT_EQ(atClient->messages.front().payload, "answer");
    EXPECT_EQ(atClient->channels.front(), channel);
}

TEST_F(AChannel, MayLeadToOneself)
{
    const std::shared_ptr<Channel> channel = server->channelTo(server->id());
    ASSERT_TRUE(channel->send({.type = 0x10, .payload = "to myself"}));

    ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));

    EXPECT_NE(atServer->channels.front(), channel);
    EXPECT_EQ(atServer->messages.front().payload, "to myself");
}

TEST_F(AChannel, TellsThatNobodyIsThere)
{
    const std::shared_ptr<Channel> channel = client->channelTo(0x1234);

    ASSERT_TRUE(served([&] { return !atClient->closed.empty(); }));

    EXPECT_EQ(atClient->closed.front().code, ErrorCode::PeerGone);
    EXPECT_TRUE(channel->isClosed());
}

TEST_F(AChannel, TellsWhenTheOtherSideLeavesAndDeliversItsLastWords)
{
    const std::shared_ptr<Channel> channel = connected();
    ASSERT_TRUE(serverEnd->send({.type = 0x22, .payload = "last words"}));

    serverEnd.reset();
    atServer->channels.clear();
    server.reset();
    ASSERT_TRUE(served([&] { return !atClient->closed.empty(); }));

    ASSERT_EQ(atClient->messages.size(), 1U);
    EXPECT_EQ(atClient->messages.front().payload, "last words");
    EXPECT_EQ(atClient->closed.front().code, ErrorCode::PeerGone);
}

TEST_F(AChannel, DeliversMoreLastWordsThanAnArenaKeepsBlocks)
{
    constexpr std::size_t count = 1'000; // All of them fit into the lane.
    const std::shared_ptr<Channel> channel = connected();
    const QByteArray payload(1'000, 'w');
    for (std::size_t sent = 0; sent < count; ++sent)
        ASSERT_TRUE(serverEnd->send({.type = 0x22, .payload = payload}));

    serverEnd.reset();
    atServer->channels.clear();
    server.reset();
    ASSERT_TRUE(served([&] { return !atClient->closed.empty(); }));

    EXPECT_EQ(atClient->closed.front().code, ErrorCode::PeerGone);
    ASSERT_EQ(atClient->messages.size(), count);
    EXPECT_EQ(atClient->messages.back().payload, payload);
}

TEST_F(AChannel, RefusesMoreThanMayWaitForAPeerThatDoesNotRead)
{
    const std::shared_ptr<Channel> channel = connected();
    const QByteArray payload(1 << 20, 'x');
    Result<void> sent;
    int count = 0;

    while (count < 1000 && (sent = channel->send({.type = 0x11, .payload = payload})))
        ++count;

    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::Busy);
    EXPECT_LE(count, 16);
    EXPECT_TRUE(served([&] { return atServer->messages.size() == static_cast<std::size_t>(count); }));
}

TEST_F(AChannel, KnowsThatNothingWaitsOnceItIsReadThoughNothingMoreIsSent)
{
    const std::shared_ptr<Channel> channel = connected();
    ASSERT_TRUE(channel->send({.type = 0x11, .payload = QByteArray(5'000, 'x')}));
    const std::uint64_t before = channel->waitingBytes();

    ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));

    EXPECT_EQ(before, 5'000U);
    EXPECT_EQ(channel->waitingBytes(), 0U);
}

TEST_F(AChannel, GetsBackEveryBlockThatItLent)
{
    const std::shared_ptr<Channel> channel = connected();
    constexpr std::size_t count = 200;

    for (std::size_t sent = 0; sent < count; ++sent) {
        ASSERT_TRUE(channel->send({.type = 0x11, .payload = QByteArray(5'000, 'x')}));
        ASSERT_TRUE(served([&] { return atServer->messages.size() == sent + 1; }));
    }

    EXPECT_EQ(channel->waitingBytes(), 0U);
}

TEST_F(AChannel, TakesAMessageThatIsLargerThanTheQuotaAlone)
{
    const std::shared_ptr<Channel> channel = connected();

    EXPECT_TRUE(channel->send({.type = 0x11, .payload = QByteArray(40 << 20, 'x')}));
}

TEST_F(AChannel, RefusesAPayloadOverTheLimit)
{
    qputenv("TELLWIRE_PAYLOAD_LIMIT", "1000");
    const std::shared_ptr<Seat> strict = joined();
    qunsetenv("TELLWIRE_PAYLOAD_LIMIT");

    const Result<void> sent =
        strict->channelTo(server->id())->send({.type = 0x10, .payload = QByteArray(1001, 'x')});

    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::TooLarge);
}

TEST_F(AChannel, DeliversWhatComesWhileAHandlerWaits)
{
    const std::shared_ptr<Channel> channel = connected();
    std::vector<std::uint32_t> seen;
    atServer->use = [&](const std::shared_ptr<Channel> &, const Message &message) {
        seen.push_back(message.id);
        if (message.id == 1) {
            EXPECT_TRUE(served([&] { return seen.size() == 3; }));
        }
    };

    for (std::uint32_t id = 1; id <= 3; ++id)
        ASSERT_TRUE(channel->send({.type = 0x11, .id = id}));

    EXPECT_TRUE(served([&] { return seen.size() == 3; }));
    EXPECT_EQ(seen, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(AChannel, MayBeClosedByTheHandlerOfItsMessage)
{
    const std::shared_ptr<Channel> channel = connected();
    atServer->use = [](const std::shared_ptr<Channel> &from, const Message &) {
        from->close({ErrorCode::Closed, QStringLiteral("enough")});
    };

    for (std::uint32_t id = 1; id <= 3; ++id)
        ASSERT_TRUE(channel->send({.type = 0x11, .id = id}));

    EXPECT_TRUE(served([&] { return !atClient->closed.empty() && !atServer->closed.empty(); }));
    EXPECT_EQ(atServer->closed.size(), 1U);
}

/// Refuses what it is told to refuse.
class FailingCalls : public SystemCalls
{
public:
    int allocate(int file, off_t start, off_t length) override
    {
        if (allocationsLeft-- > 0)
            return SystemCalls::allocate(file, start, length);
        errno = ENOSPC;
        return -1;
    }
    int watch(const char *path, std::uint32_t events) override
    {
        if (mayWatch)
            return SystemCalls::watch(path, events);
        errno = EMFILE;
        return -1;
    }
    int allocationsLeft = 1000;
    bool mayWatch = true;
};

TEST(ASeat, SaysThatMemoryRanOut)
{
    const test::FreshSession session;
    FailingCalls calls;
    calls.allocationsLeft = 0;

    const Result<std::shared_ptr<Seat>> seat = Seat::join(QStringLiteral("test"), calls);

    ASSERT_FALSE(seat);
    EXPECT_EQ(seat.error().code, ErrorCode::OutOfSpace);
}

TEST(ASeat, HearsOfChangesWithoutInotify)
{
    const test::FreshSession session;
    FailingCalls calls;
    calls.mayWatch = false;
    const std::shared_ptr<Seat> watcher = joined(calls);
    const std::shared_ptr<Seat> other = joined();
    bool heard = false;
    const auto guard = std::make_shared<int>();
    watcher->onLogChange(guard, [&] { heard = true; });

    ASSERT_TRUE(other->listen());

    EXPECT_TRUE(served([&] { return heard; }));
}

/// Counts the inotify instances that this program asks for.
class CountedWatches : public SystemCalls
{
public:
    int watch(const char *path, std::uint32_t events) override
    {
        ++count;
        return SystemCalls::watch(path, events);
    }
    int count = 0;
};

TEST(ASeat, WatchesTheLogOnceItFollowsItOrLives)
{
    const test::FreshSession session;
    CountedWatches asking;
    CountedWatches following;
    CountedWatches publishing;
    const std::shared_ptr<Seat> asker = joined(asking);
    const std::shared_ptr<Seat> follower = joined(following);
    const std::shared_ptr<Seat> publisher = joined(publishing);
    for (const auto &seat : {asker, follower, publisher})
        seat->wait(std::chrono::milliseconds{0});
    EXPECT_EQ(asking.count + following.count + publishing.count, 0);

    const auto guard = std::make_shared<int>();
    follower->onLogChange(guard, [] {});
    ASSERT_TRUE(publisher->listen());
    EXPECT_EQ(following.count, 1);
    EXPECT_EQ(publishing.count, 1);
    EXPECT_EQ(asking.count, 0);

    EXPECT_TRUE(served([&] { return asking.count == 1; }));
}

bool isReadable(int descriptor)
{
    pollfd looked{descriptor, POLLIN, 0};
    return poll(&looked, 1, 0) == 1;
}

void letRest(Seat &seat)
{
    while (isReadable(seat.fd()))
        seat.process();
}

using ASpinningSeat = TwoPrograms;

TEST_F(ASpinningSeat, IsNotWoken)
{
    const std::shared_ptr<Channel> channel = connected();
    letRest(*server);
    while (server->spin()) {
    }

    ASSERT_TRUE(channel->send({.type = 0x11}));

    EXPECT_FALSE(isReadable(server->fd()));
    EXPECT_TRUE(server->spin());
    EXPECT_EQ(atServer->messages.size(), 1U);
}

TEST_F(ASpinningSeat, IsWokenOnceItHasProcessedWhatThereIs)
{
    const std::shared_ptr<Channel> channel = connected();
    letRest(*server);
    server->spin();
    letRest(*server);
    server->process();

    ASSERT_TRUE(channel->send({.type = 0x11}));

    EXPECT_TRUE(isReadable(server->fd()));
}

TEST_F(ASpinningSeat, FindsWhatComesWhileItBeginsToSleep)
{
    const std::shared_ptr<Channel> channel = connected();
    server->spin();
    ASSERT_TRUE(channel->send({.type = 0x11}));

    server->prepareToSleep();

    EXPECT_TRUE(isReadable(server->fd()));
}

TEST_F(ASpinningSeat, FindsWhatTheKernelKnowsToo)
{
    int count = 0;
    client->reactor().post([&] { ++count; });
    client->reactor().after(std::chrono::milliseconds{1}, [&] { ++count; });
    const std::shared_ptr<Channel> channel = client->channelTo(server->id());
    ASSERT_TRUE(channel->send({.type = 0x11}));

    EXPECT_TRUE(test::eventually([&] { return count == 2 && atServer->messages.size() == 1; },
                                 [&](std::chrono::milliseconds) {
                                     server->spin();
                                     client->spin();
                                 }));
}

TEST(ASeat, LeavesTheSessionInOrder)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> watcher = joined();
    PeerId id = 0;
    {
        const std::shared_ptr<Seat> seat = joined();
        ASSERT_TRUE(seat->listen());
        id = seat->id();
        ASSERT_TRUE(watcher->log().replay());
        ASSERT_TRUE(watcher->log().state().find(peerKey(id)));
    }

    ASSERT_TRUE(watcher->log().replay());

    EXPECT_FALSE(watcher->log().state().find(peerKey(id)));
    EXPECT_NE(faccessat(watcher->directory().descriptor(), ("peers/" + peerName(id)).constData(), F_OK, 0),
              0);
}

TEST(ASeat, DeclaresItselfAgainWhenSomebodyTookItForDead)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    const std::shared_ptr<Seat> other = joined();
    ASSERT_TRUE(server->listen());
    ASSERT_TRUE(server->membership().declare(
        {.operation = LogOperation::Put, .key = "test/fact", .body = "true", .bound = true}));

    ASSERT_TRUE(other->log().change(LogChange::leave(server->id())));
    ASSERT_FALSE(other->log().state().find("test/fact"));

    EXPECT_TRUE(served([&] {
        return other->log().state().find("test/fact") && other->log().state().find(peerKey(server->id()));
    }));
}

TEST(ASeat, LooksAtWhatHasArrivedBeforeItBelievesThatTimeIsUp)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> seat = joined();
    bool isTimeUp = false;
    seat->reactor().after(std::chrono::milliseconds{1}, [&] { isTimeUp = true; });

    const auto busyUntil = Reactor::Clock::now() + std::chrono::milliseconds{200};
    while (Reactor::Clock::now() < busyUntil) {
    }
    seat->process();

    EXPECT_FALSE(isTimeUp);
    EXPECT_TRUE(served([&] { return isTimeUp; }));
}

TEST(ASeat, IsReachableAgainOnceSomebodyHasMissedItsSocket)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    const std::shared_ptr<Seat> other = joined();
    ASSERT_TRUE(server->listen());
    ASSERT_TRUE(server->membership().declare(
        {.operation = LogOperation::Put, .key = "test/fact", .body = "true", .bound = true}));
    ASSERT_TRUE(other->log().replay());

    std::filesystem::remove_all(std::filesystem::path{server->directory().path().toStdString()} / "peers");
    EXPECT_FALSE(other->isAlive(server->id()));

    EXPECT_TRUE(served([&] { return other->log().state().find("test/fact"); }));
    EXPECT_TRUE(other->isAlive(server->id()));
}

TEST(ASeat, MovesOnWhenTheDirectoryOfTheSessionIsRemoved)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    ASSERT_TRUE(server->listen());

    test::removeAtOnce(session.directory() / "tellwire");
    ASSERT_TRUE(served([&] { return !server->directory().isLost(); }));
    const std::shared_ptr<Seat> newcomer = joined();

    EXPECT_TRUE(newcomer->log().state().find(peerKey(server->id())));
    EXPECT_TRUE(newcomer->isAlive(server->id()));
}

TEST(ASeat, TidiesUpAfterThoseWhoWereKilled)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> seat = joined();
    const auto left =
        std::filesystem::path(seat->directory().path().toStdString()) / "tmp" / "log.0123456789abcdef";
    std::ofstream{left} << "unfinished";

    ASSERT_TRUE(seat->listen());

    EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(AHandler, MayRunAnEventLoopOfItsOwn)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    const std::shared_ptr<Seat> client = joined();
    ASSERT_TRUE(server->listen());
    server->handler<Recorder>().use = [](const std::shared_ptr<Channel> &from, Message message) {
        message.type = 0x22;
        EXPECT_TRUE(from->send(message));
    };
    QEventLoop inner;
    client->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &from, const Message &message) {
        if (message.id == 2)
            return inner.quit();
        EXPECT_TRUE(from->send({.type = 0x10, .id = 2}));
        QTimer::singleShot(test::patience, &inner, [&] { inner.exit(1); });
        EXPECT_EQ(inner.exec(), 0);
        QCoreApplication::quit();
    };

    ASSERT_TRUE(client->channelTo(server->id())->send({.type = 0x10, .id = 1}));

    EXPECT_EQ(QCoreApplication::exec(), 0);
}

TEST(ASeat, IsDeadInAForkedChild)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    ASSERT_TRUE(server->listen());
    server->handler<Recorder>();

    const pid_t child = fork();
    if (child == 0) {
        const Result<void> listening = server->listen();
        const bool isDead = !listening && listening.error().code == ErrorCode::Closed && !server->process();
        std::shared_ptr<Seat> own = joined();
        _exit(isDead && own->listen() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);

    EXPECT_EQ(status, 0);
    EXPECT_TRUE(server->isAlive(server->id()));
}

TEST(ASeat, ClosesNothingOfTheParentWhenTheChildEnds)
{
    const test::FreshSession session;
    std::shared_ptr<Seat> server = joined();
    const std::shared_ptr<Seat> client = joined();
    ASSERT_TRUE(server->listen());
    Recorder &atServer = server->handler<Recorder>();
    const std::shared_ptr<Channel> channel = client->channelTo(server->id());
    ASSERT_TRUE(channel->send({.type = 0x10}));
    ASSERT_TRUE(served([&] { return !atServer.messages.empty(); }));

    const pid_t child = fork();
    if (child == 0) {
        server.reset();
        _exit(0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(channel->send({.type = 0x11, .payload = "still there"}));

    EXPECT_TRUE(served([&] { return atServer.messages.size() == 2; }));
    EXPECT_TRUE(client->isAlive(server->id()));
}

TEST(ASeat, LetsAQtEventLoopDoItsWork)
{
    const test::FreshSession session;
    const std::shared_ptr<Seat> server = joined();
    const std::shared_ptr<Seat> client = joined();
    ASSERT_TRUE(server->listen());
    Recorder &atServer = server->handler<Recorder>();
    atServer.use = [&](const std::shared_ptr<Channel> &from, Message message) {
        EXPECT_EQ(message.payload, "hello");
        EXPECT_TRUE(from->send({.type = 0x22, .payload = "hello yourself"}));
    };
    client->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &, const Message &message) {
        EXPECT_EQ(message.payload, "hello yourself");
        QCoreApplication::quit();
    };

    ASSERT_TRUE(client->channelTo(server->id())->send({.type = 0x10, .payload = "hello"}));

    EXPECT_EQ(QCoreApplication::exec(), 0);
}

} // namespace
