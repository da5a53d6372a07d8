// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include "dde/transport/handshake.h"
#include "dde/transport/listener.h"
#include "dde/transport/outbox.h"

#include <bit>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

/// A program that introduces itself as it should, and from then on writes into its own memory whatever it
/// likes.
class HostilePeer
{
public:
    explicit HostilePeer(const Seat &victim)
        : m_socket(connectToPeer(realSystemCalls(), victim.directory(), victim.id()).value()),
          m_lane(OwnLane::create(realSystemCalls()).value())
    {
        EXPECT_TRUE(m_arena.open());
        EXPECT_TRUE(sendHello(realSystemCalls(), m_socket.get(),
                              {0xBAD, m_lane->descriptor(), m_arena.descriptor(0), m_bell.handedOver.get()}));
    }

    void write(const Slot &slot, QByteArrayView rest = {}) { m_lane->write(slot, rest); }
    OwnLane &lane() { return *m_lane; }
    Arena &arena() { return m_arena; }
    void sendJunk(const void *bytes, std::size_t length)
    {
        send(m_socket.get(), bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    /// What the victim has handed over, to be woken by it; opened for everything.
    FileDescriptor bellOfVictim()
    {
        ReceivedPacket hello;
        EXPECT_TRUE(served([&] {
            hello = receivePacket(m_socket.get());
            return hello.outcome == ReceivedPacket::Outcome::Packet;
        }));
        const QByteArray path = "/proc/self/fd/" + QByteArray::number(hello.descriptors.at(2).get());
        return FileDescriptor{open(path.constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    }

private:
    FileDescriptor m_socket;
    OwnBell m_bell = OwnBell::make(realSystemCalls());
    std::unique_ptr<OwnLane> m_lane;
    Arena m_arena{realSystemCalls(), std::uint64_t{16} << 20};
};

class AVictim : public testing::Test
{
protected:
    AVictim()
    {
        EXPECT_TRUE(seat->listen());
        recorder = &seat->handler<Recorder>();
    }

    /// The channel ends because of what the peer does, and nothing else happens.
    bool cutsOff()
    {
        seat->process();
        return served([&] {
            seat->process();
            return !recorder->closed.empty();
        });
    }

    bool stillServesOthers()
    {
        const std::shared_ptr<Seat> friendly = joined();
        recorder->messages.clear();
        return friendly->channelTo(seat->id())->send({.type = 0x10, .payload = "hello"}) &&
               served([&] { return !recorder->messages.empty(); });
    }

    test::FreshSession session;
    std::shared_ptr<Seat> seat = joined();
    Recorder *recorder = nullptr;
};

/// A victim that sleeps, with a peer that has its bell for it, and another peer that behaves.
class ASleepingVictim : public AVictim
{
protected:
    ASleepingVictim()
    {
        EXPECT_TRUE(channel->send({.type = 0x10, .payload = "hello"}));
        EXPECT_TRUE(served([&] { return !recorder->messages.empty(); }));
        recorder->messages.clear();
        fallAsleep();
    }

    void fallAsleep()
    {
        while (seat->wait(std::chrono::milliseconds{0})) {
        }
    }

    bool isWokenByOthers()
    {
        return seat->wait(std::chrono::milliseconds{test::patience}) && !recorder->messages.empty();
    }

    HostilePeer peer{*seat};
    FileDescriptor bell = peer.bellOfVictim();
    std::shared_ptr<Seat> friendly = joined();
    std::shared_ptr<Channel> channel = friendly->channelTo(seat->id());
    std::array<char, 4096> bytes{};
};

Slot slotOf(Form form, std::uint32_t length)
{
    Slot slot;
    slot.type = 0x10;
    slot.form = static_cast<std::uint8_t>(form);
    slot.length = length;
    return slot;
}

/// The length of a message, and of what was written behind its slot.
class AVictimOfLongMessages : public AVictim, public testing::WithParamInterface<std::array<std::uint32_t, 2>>
{};

TEST_P(AVictimOfLongMessages, EndsAChannelWhoseMessageIsLongerThanItsPlace)
{
    const auto [length, written] = GetParam();
    HostilePeer peer{*seat};

    peer.write(slotOf(Form::Inline, length), QByteArray(written, 'x'));

    EXPECT_TRUE(cutsOff());
    EXPECT_TRUE(recorder->messages.empty());
    EXPECT_EQ(recorder->closed.front().code, ErrorCode::Corrupted);
    EXPECT_TRUE(stillServesOthers());
}

INSTANTIATE_TEST_SUITE_P(ByAnyNumber, AVictimOfLongMessages,
                         testing::Values(std::array{bodyLength + 1, 0U}, std::array{bodyLength + 65, 64U},
                                         std::array{inlineLength, 128U}, std::array{inlineLength + 1, 640U},
                                         std::array{0xFFFFFFFFU, 640U}));

TEST_F(AVictim, EndsAChannelWhoseHeadIsLongerThanItsMessage)
{
    HostilePeer peer{*seat};
    Slot slot = slotOf(Form::Inline, bodyLength + 10);
    slot.form |= (bodyLength + 11) << 2U;

    peer.write(slot, QByteArray(10, 'x'));

    EXPECT_TRUE(cutsOff());
    EXPECT_EQ(recorder->closed.front().code, ErrorCode::Corrupted);
}

TEST_F(AVictim, EndsAChannelThatNamesABlockThatIsNotThere)
{
    HostilePeer peer{*seat};
    Slot slot = slotOf(Form::Block, 100);
    const BlockReference reference{.word = BlockWord::make(0, 8192, 1).value, .pin = 0, .headLength = 0};
    std::memcpy(slot.body.data(), &reference, sizeof reference);

    peer.write(slot);

    EXPECT_TRUE(cutsOff());
    EXPECT_TRUE(stillServesOthers());
}

TEST_F(AVictim, EndsAChannelWhosePeerReturnsAPinItNeverHad)
{
    HostilePeer peer{*seat};
    peer.write(slotOf(Form::Inline, 0));
    ASSERT_TRUE(served([&] { return !recorder->channels.empty(); }));
    const std::shared_ptr<Channel> channel = recorder->channels.front();

    peer.lane().returnPin(12345);
    peer.lane().setConsumed(1'000'000);
    [[maybe_unused]] const Result<void> sent = channel->send({.type = 0x22, .payload = QByteArray(300, 'x')});

    EXPECT_TRUE(cutsOff());
    EXPECT_TRUE(stillServesOthers());
}

TEST_F(AVictim, EndsAChannelThatSendsPacketsNobodySends)
{
    HostilePeer peer{*seat};
    const std::array<char, 33> junk{};

    peer.sendJunk(junk.data(), junk.size());

    EXPECT_TRUE(cutsOff());
    EXPECT_TRUE(stillServesOthers());
}

TEST_F(ASleepingVictim, IsWokenByOthersWhenItsBellIsFull)
{
    while (write(bell.get(), bytes.data(), bytes.size()) > 0) {
    }
    fallAsleep();

    EXPECT_TRUE(channel->send({.type = 0x10, .payload = "news"}));

    EXPECT_TRUE(isWokenByOthers());
}

TEST_F(ASleepingVictim, IsWokenByOthersThoughSomebodyTakesItsRings)
{
    EXPECT_TRUE(channel->send({.type = 0x10, .payload = "news"}));

    while (read(bell.get(), bytes.data(), bytes.size()) > 0) {
    }

    EXPECT_TRUE(isWokenByOthers());
}

TEST_F(AVictim, ForgetsWhoeverDoesNotIntroduceItself)
{
    const FileDescriptor socket = connectToPeer(realSystemCalls(), seat->directory(), seat->id()).value();
    const std::array<char, 64> junk{};
    send(socket.get(), junk.data(), junk.size(), MSG_NOSIGNAL);

    EXPECT_TRUE(cutsOff());
    EXPECT_TRUE(stillServesOthers());
}

TEST_F(AVictim, TakesTheLastWordsOfADyingPeerOneByOne)
{
    constexpr int count = 1000;
    {
        HostilePeer peer{*seat};
        peer.write(slotOf(Form::Inline, 0));
        ASSERT_TRUE(served([&] { return !recorder->messages.empty(); }));
        Slot slot = slotOf(Form::Latest, 0);
        const LatestReference nowhere{.place = 0x7777ULL << 48, .publication = 1};
        std::memcpy(slot.body.data(), &nowhere, sizeof nowhere);
        for (int number = 0; number < count; ++number)
            peer.write(slot);
    }

    ASSERT_TRUE(cutsOff());

    EXPECT_EQ(recorder->unreadable, count);
    EXPECT_EQ(recorder->closed.size(), 1U);
    EXPECT_EQ(recorder->closed.front().code, ErrorCode::PeerGone);
}

TEST_F(AVictim, HearsNothingMoreFromAWatcher)
{
    const FileDescriptor watcher = connectToPeer(realSystemCalls(), seat->directory(), seat->id()).value();
    ASSERT_TRUE(sendWatch(realSystemCalls(), watcher.get()));
    ASSERT_TRUE(sendWatch(realSystemCalls(), watcher.get()));

    ASSERT_TRUE(served([&] { return receivePacket(watcher.get()).outcome == ReceivedPacket::Outcome::End; }));

    EXPECT_TRUE(recorder->closed.empty());
    EXPECT_TRUE(stillServesOthers());
}

TEST_F(AVictim, SurvivesMessagesOfAnyContent)
{
    std::mt19937_64 random{3}; // NOLINT(cert-msc51-cpp): the same ones in every run.
    for (int peers = 0; peers < 200; ++peers) {
        HostilePeer peer{*seat};
        const BlockPointer block = peer.arena().store({}, "head", QByteArray(300, 'x')).value();
        for (int count = 0; count < 50; ++count) {
            std::array<std::uint64_t, sizeof(Slot) / 8> words{};
            for (std::uint64_t &word : words)
                word = random() % 3 == 0 ? random() : block->word().value ^ (random() % 2 << random() % 64);
            auto slot = std::bit_cast<Slot>(words);
            slot.type = static_cast<std::uint8_t>(random());
            slot.form = static_cast<std::uint8_t>(random() % 5 == 0 ? random() : random() % 3);
            peer.write(slot);
        }
        if (random() % 4 == 0)
            peer.lane().setConsumed(random());
        seat->process();
        seat->process();
    }

    EXPECT_TRUE(stillServesOthers());
}

} // namespace
