// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/inbox.h"
#include "tests/dde/transport/hostile_memory.h"
#include "tests/dde/transport/seat_test_support.h"

#include <thread>

#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

constexpr qsizetype large = 1 << 20;

/// The client sends large payloads, and the server keeps them.
class LargePayloads : public TwoPrograms
{
protected:
    Bytes sent(char content)
    {
        EXPECT_TRUE(channel->send({.type = 0x11, .payload = QByteArray(large, content)}));
        EXPECT_TRUE(served([&] { return !atServer->messages.empty(); }));
        atServer->channels.clear();
        return std::exchange(atServer->messages, {}).back().payload;
    }

    std::uint64_t waitingBytes() { return channel->waitingBytes(); }

    /// So much that no block can have been spared.
    void useAllMemoryAgain()
    {
        for (int count = 0; count < 100; ++count)
            EXPECT_TRUE(client->arena().store({}, {}, QByteArray(large, 'x')));
    }

    std::shared_ptr<Channel> channel = connected();
};

using ALargePayload = LargePayloads;

TEST_F(ALargePayload, IsLent)
{
    const Bytes payload = sent('a');

    EXPECT_TRUE(payload.isLent());
    EXPECT_EQ(payload.view(), QByteArray(large, 'a'));
    EXPECT_EQ(waitingBytes(), std::uint64_t{large});
}

TEST_F(ALargePayload, IsGivenBackWhenItsLastCopyGoes)
{
    Bytes payload = sent('a');
    Bytes copy = payload;

    payload = {};
    const std::uint64_t before = waitingBytes();
    copy = {};

    EXPECT_EQ(before, std::uint64_t{large});
    EXPECT_EQ(waitingBytes(), 0U);
}

TEST_F(ALargePayload, IsGivenBackWhenItIsCopied)
{
    const Bytes payload = sent('a');

    const QByteArray copy = payload.array();
    useAllMemoryAgain();

    EXPECT_EQ(waitingBytes(), 0U);
    EXPECT_EQ(copy, QByteArray(large, 'a'));
    EXPECT_EQ(payload.view(), copy);
}

TEST_F(ALargePayload, IsGivenBackInAnyOrder)
{
    Bytes first = sent('a');
    Bytes second = sent('b');

    second = {};
    useAllMemoryAgain();
    const std::uint64_t before = waitingBytes();

    EXPECT_EQ(before, std::uint64_t{large});
    EXPECT_EQ(first.view(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, IsGivenBackByAnyThread)
{
    Bytes payload = sent('a');

    std::thread{[held = std::exchange(payload, {})]() mutable { held = {}; }}.join();

    EXPECT_TRUE(served([&] { return waitingBytes() == 0; }));
}

TEST_F(ALargePayload, WakesItsReceiverWhenAnotherThreadGivesItBack)
{
    Bytes payload = sent('a');
    std::thread thread{[held = std::exchange(payload, {})]() mutable { held = {}; }};

    while (waitingBytes() != 0 && server->wait(std::chrono::milliseconds{test::patience})) {
    }
    thread.join();

    EXPECT_EQ(waitingBytes(), 0U);
}

TEST_F(ALargePayload, LeavesItsSenderRoomForMore)
{
    const QByteArray beyondTheQuota(20 << 20, 'a');
    std::vector<Bytes> kept;
    for (int count = 0; count < 5; ++count) {
        ASSERT_TRUE(channel->send({.type = 0x11, .payload = beyondTheQuota}));
        ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));
        kept.push_back(std::exchange(atServer->messages, {}).back().payload);
    }

    EXPECT_TRUE(channel->send({.type = 0x11, .payload = beyondTheQuota}));
    EXPECT_TRUE(channel->send({.type = 0x11, .payload = beyondTheQuota}));
}

TEST_F(ALargePayload, IsNoReasonToBeCutForWhoKeepsAllOfThem)
{
    std::vector<Bytes> kept;

    for (int count = 0; count < 50; ++count)
        kept.push_back(sent(static_cast<char>(count)));

    const auto lent = std::ranges::count_if(kept, &Bytes::isLent);
    EXPECT_GE(lent, 1);
    EXPECT_LE(waitingBytes(), 2 * std::uint64_t{large});
    for (int count = 0; count < 50; ++count)
        EXPECT_EQ(kept[static_cast<std::size_t>(count)].view(), QByteArray(large, static_cast<char>(count)));
}

TEST_F(ALargePayload, IsLentAgainAfterOthersWereGivenBack)
{
    std::vector<Bytes> kept;
    for (int count = 0; count < 10; ++count)
        kept.push_back(sent('a'));

    kept.clear();

    EXPECT_TRUE(sent('b').isLent());
}

TEST_F(ALargePayload, IsCopiedWhenItsReceiverLeaves)
{
    const Bytes payload = sent('a');

    serverEnd.reset();
    server.reset();
    ASSERT_TRUE(served([&] { return !atClient->closed.empty(); }));
    useAllMemoryAgain();

    EXPECT_EQ(payload.view(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, IsCopiedWhenItsReceiverEndsTheChannel)
{
    const Bytes payload = sent('a');

    serverEnd->close({ErrorCode::Closed, {}});
    ASSERT_TRUE(served([&] { return !atClient->closed.empty(); }));
    useAllMemoryAgain();

    EXPECT_EQ(payload.array(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, StaysWhereItIsWhenItsSenderLeaves)
{
    const Bytes payload = sent('a');

    channel.reset();
    client.reset();
    ASSERT_TRUE(served([&] { return !atServer->closed.empty(); }));

    EXPECT_EQ(payload.view(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, OutlivesBothSessions)
{
    const Bytes payload = sent('a');

    channel.reset();
    client.reset();
    serverEnd.reset();
    server.reset();

    EXPECT_EQ(payload.view(), QByteArray(large, 'a'));
    EXPECT_EQ(payload.array(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, MayGoInAForkedChildWithoutEffectOnTheParent)
{
    Bytes payload = sent('a');

    const pid_t child = fork();
    if (child == 0) {
        const bool isReadable = payload.view() == QByteArray(large, 'a');
        payload = {};
        _exit(isReadable ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);

    EXPECT_EQ(status, 0);
    EXPECT_EQ(waitingBytes(), std::uint64_t{large});
}

TEST_F(ALargePayload, IsCopiedFromALatestSlot)
{
    Publication item{*server, 0x26, 0x27};
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::NewestOnly}));

    ASSERT_TRUE(item.publish(QByteArray(large, 'a'), {.sequence = 1}));
    ASSERT_TRUE(served([&] { return !atClient->messages.empty(); }));

    EXPECT_FALSE(atClient->messages.back().payload.isLent());
    EXPECT_EQ(atClient->messages.back().payload, QByteArray(large, 'a'));
}

TEST_F(ALargePayload, ReachesManyLinksFromOneBlock)
{
    Publication item{*server, 0x26, 0x27};
    for (std::uint32_t id = 0; id < 8; ++id)
        ASSERT_TRUE(item.addLink(serverEnd, id, {.feed = Feed::EveryUpdate}));

    ASSERT_TRUE(item.publish(QByteArray(large, 'a'), {.sequence = 1}));
    ASSERT_TRUE(served([&] { return atClient->messages.size() == 8; }));

    for (const Message &message : atClient->messages)
        EXPECT_EQ(message.payload.view(), QByteArray(large, 'a'));
}

TEST_F(ALargePayload, IsNotLentIfItIsShort)
{
    ASSERT_TRUE(channel->send({.type = 0x11, .payload = QByteArray(5'000, 'a')}));
    ASSERT_TRUE(served([&] { return !atServer->messages.empty(); }));

    EXPECT_FALSE(atServer->messages.back().payload.isLent());
    EXPECT_EQ(waitingBytes(), 0U);
}

/// Somebody who lends what it then changes.
class ALiar : public testing::Test
{
protected:
    static constexpr std::uint64_t key = 7;
    static constexpr std::uint64_t offset = 2 * pageLength;

    ALiar()
    {
        memory.store(0, ArenaHeader{.magic = layoutMagic, .key = key});
        EXPECT_TRUE(arena->open(FileDescriptor{dup(memory.descriptor())}));
        word = memory.storeBlock(key, offset, {.length = large});
    }

    Bytes read()
    {
        Message message;
        EXPECT_TRUE(arena->read({.word = word.value, .pin = 3}, message, loans.get()));
        return message.payload;
    }

    HostileMemory memory{2 * large};
    std::optional<ForeignArena> arena{std::in_place, realSystemCalls(), large};
    BlockWord word;
    std::vector<std::uint32_t> returned;
    std::shared_ptr<FileDescriptor> bell =
        std::make_shared<FileDescriptor>(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    std::shared_ptr<Loans> loans =
        std::make_shared<Loans>(std::make_shared<LoanReturns>(bell), 10 * large,
                                [this](std::uint32_t pin) { returned.push_back(pin); });
};

TEST_F(ALiar, ShowsOtherBytesButNoOthers)
{
    const Bytes payload = read();
    const QByteArrayView view = payload.view();

    std::ranges::fill(memory.bytes(), std::byte{'z'});

    EXPECT_EQ(view, QByteArray(large, 'z'));
}

TEST_F(ALiar, LeavesNothingToCopyOfABlockThatItHasTaken)
{
    const Bytes payload = read();

    memory.store(offset, std::uint64_t{0});

    EXPECT_EQ(payload.array(), QByteArray{});
    EXPECT_EQ(returned, std::vector<std::uint32_t>{3});
}

TEST_F(ALiar, TakesNoMemoryAwayThatIsLookedAt)
{
    const Bytes payload = read();

    arena.reset();

    EXPECT_EQ(payload.view().size(), large);
}

TEST_F(ALiar, GetsBackThePinThatItNamedHoweverOftenItDoes)
{
    Bytes first = read();
    Bytes second = read();

    first = {};
    second = {};

    EXPECT_EQ(returned, (std::vector<std::uint32_t>{3, 3}));
}

} // namespace
