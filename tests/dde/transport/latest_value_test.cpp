// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"
#include "tests/support/peer.h"

#include <cstring>
#include <string>

namespace {

using namespace tellwire;
using namespace tellwire::transport;
using namespace tellwire::test;
using namespace std::chrono_literals;

constexpr std::uint8_t helloType = 0x10;
constexpr std::uint8_t publishType = 0x11;
constexpr std::uint8_t forgetType = 0x12;
constexpr std::uint8_t placeType = 0x22;
constexpr qsizetype largeLength = qsizetype{20} << 20;

// Gives whoever says hello a warm link to a value, and tells where that can be read in place.
TELLWIRE_PEER(ValueHolder)
{
    const std::shared_ptr<Seat> seat = Seat::join(QStringLiteral("test")).value();
    Publication item{*seat, 0x26, 0x27};
    seat->handler<Recorder>().use = [&](const std::shared_ptr<Channel> &from, const Message &message) {
        const ValueStamp stamp{.sequence = message.id, .time = 70, .quality = 1};
        if (message.type == helloType) {
            EXPECT_TRUE(item.addLink(from, 5, {.noticeOnly = true}));
            EXPECT_TRUE(item.publish("a value", stamp));
            const LatestReference place = item.latest().value();
            QByteArray bytes(sizeof place, '\0');
            std::memcpy(bytes.data(), &place, sizeof place);
            EXPECT_TRUE(from->send({.type = placeType, .payload = bytes}));
        } else if (message.type == publishType) {
            EXPECT_TRUE(item.publish(QByteArray(largeLength, 'L'), stamp));
            sayToTest("published");
        } else {
            item.notify(stamp);
            sayToTest("forgotten");
        }
    };
    EXPECT_TRUE(seat->listen());
    peerIsReady();
    sayToTest(std::to_string(seat->id()));
    while (true)
        seat->wait(-1ms);
}

/// A value that another process publishes, and where it lies.
class AValueInPlace : public testing::Test
{
protected:
    AValueInPlace()
    {
        EXPECT_TRUE(channel->send({.type = helloType, .id = 7}));
        EXPECT_TRUE(
            served([&] { return !recorder.messages.empty() && recorder.messages.back().type == placeType; }));
        std::memcpy(&place, recorder.messages.back().payload.array().constData(), sizeof place);
    }

    /// Lets the publisher do something, while nothing is read here.
    void tell(std::uint8_t type)
    {
        EXPECT_TRUE(channel->send({.type = type, .id = 8}));
        EXPECT_TRUE(publisher.hear());
    }

    FreshSession session;
    Peer publisher{"ValueHolder"};
    std::shared_ptr<Seat> seat = joined();
    Recorder &recorder = seat->handler<Recorder>();
    std::shared_ptr<Channel> channel = seat->channelTo(std::stoull(publisher.hear().value_or("0")));
    LatestReference place;
    Message message;
};

TEST_F(AValueInPlace, CanBeReadThoughItsPublisherIsStopped)
{
    publisher.stop();

    const bool isRead = channel->readLatest(place, message);

    ASSERT_TRUE(isRead);
    EXPECT_EQ(message.payload, "a value");
    EXPECT_EQ(message.sequence, 7U);
    EXPECT_EQ(message.time, 70);
    EXPECT_EQ(message.flags, 1);
}

TEST_F(AValueInPlace, CanBeReadFromMemoryThatIsNotMappedYet)
{
    tell(publishType);
    publisher.stop();

    const bool isRead = channel->readLatest(place, message);

    ASSERT_TRUE(isRead);
    EXPECT_EQ(message.payload, QByteArray(largeLength, 'L'));
    EXPECT_EQ(message.sequence, 8U);
}

TEST_F(AValueInPlace, CanBeReadOnceMoreWhenItsPublisherHasDied)
{
    bool isRead = false;
    recorder.useClosed = [&](const std::shared_ptr<Channel> &closed, const Error &) {
        isRead = closed->readLatest(place, message);
    };
    tell(publishType);

    publisher.killHard();
    ASSERT_TRUE(served([&] { return !recorder.closed.empty(); }));

    EXPECT_TRUE(isRead);
    EXPECT_EQ(message.payload, QByteArray(largeLength, 'L'));
    EXPECT_FALSE(channel->readLatest(place, message));
}

TEST_F(AValueInPlace, IsNotThereOnceNobodyHasMadeTheNewOne)
{
    tell(forgetType);

    const bool isRead = channel->readLatest(place, message);

    EXPECT_FALSE(isRead);
}

TEST_F(AValueInPlace, IsNotLookedForWhereNoneCanBe)
{
    LatestReference elsewhere = place;
    elsewhere.publication += 1;
    constexpr std::uint64_t farSegment = 0x7777ULL << 48;
    constexpr std::uint64_t farAway = 0xFFFFFFFFFFF0ULL;

    EXPECT_FALSE(channel->readLatest(elsewhere, message));
    EXPECT_FALSE(channel->readLatest({.place = place.place + 1, .publication = place.publication}, message));
    EXPECT_FALSE(channel->readLatest({.place = farSegment, .publication = place.publication}, message));
    EXPECT_FALSE(channel->readLatest({.place = farAway, .publication = place.publication}, message));
    EXPECT_TRUE(channel->readLatest(place, message));
}

TEST_F(AValueInPlace, IsNotThereBeforeAChannelIsOpen)
{
    const std::shared_ptr<Channel> other = seat->channelTo(0x1234);

    EXPECT_FALSE(other->readLatest(place, message));
}

} // namespace
