// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/seat_test_support.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

constexpr std::uint8_t valueType = 0x26;
constexpr std::uint8_t noticeType = 0x27;
constexpr Feeding acknowledged{.feed = Feed::Windowed, .window = 2};

std::vector<std::uint32_t> sequencesOf(const std::vector<Message> &messages)
{
    std::vector<std::uint32_t> sequences;
    for (const Message &message : messages)
        sequences.push_back(message.sequence);
    return sequences;
}

class APublication : public TwoPrograms
{
protected:
    APublication() { connected(); }

    /// Publishes these updates; each value is the number of its update.
    void publish(std::uint64_t first, std::uint64_t last)
    {
        for (std::uint64_t sequence = first; sequence <= last; ++sequence)
            EXPECT_TRUE(item.publish(QByteArray::number(static_cast<qulonglong>(sequence)),
                                     {.sequence = sequence, .time = 0, .quality = 0}));
    }

    /// Everything the client was sent so far.
    std::vector<Message> received()
    {
        EXPECT_TRUE(serverEnd->send({.type = 0x28}));
        EXPECT_TRUE(
            served([&] { return !atClient->messages.empty() && atClient->messages.back().type == 0x28; }));
        std::vector<Message> messages = std::exchange(atClient->messages, {});
        messages.pop_back();
        return messages;
    }

    Publication item{*server, valueType, noticeType};
};

TEST_F(APublication, GivesANewLinkThePresentValueAndThenEachUpdate)
{
    ASSERT_TRUE(item.publish("first", {.sequence = 1, .time = 10, .quality = 0}));

    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));
    ASSERT_TRUE(item.publish("second, which is longer than what fits into one slot",
                             {.sequence = 2, .time = 20, .quality = 1}));
    ASSERT_TRUE(item.publish("third", {.sequence = 3, .time = 30, .quality = 2}));
    ASSERT_TRUE(served([&] { return atClient->messages.size() == 3; }));

    EXPECT_EQ(atClient->messages[0].payload, "first");
    EXPECT_EQ(atClient->messages[1].payload, "second, which is longer than what fits into one slot");
    EXPECT_EQ(atClient->messages[2].payload, "third");
    for (std::uint32_t index = 0; index < 3; ++index) {
        EXPECT_EQ(atClient->messages[index].id, 5U);
        EXPECT_EQ(atClient->messages[index].sequence, index + 1);
        EXPECT_EQ(atClient->messages[index].time, 10 * (index + 1));
        EXPECT_EQ(atClient->messages[index].flags, index);
    }
}

TEST_F(APublication, QueuesShortValuesInOrderBehindAFullLane)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));
    const auto valueOf = [](std::uint32_t sequence) {
        return QByteArray(static_cast<qsizetype>(sequence % (inlineLength + 1)),
                          static_cast<char>('a' + sequence % 26));
    };

    for (std::uint32_t sequence = 1; sequence <= 5000; ++sequence) {
        ASSERT_TRUE(item.publish(valueOf(sequence), {.sequence = sequence, .time = 0, .quality = 0}));
        if (sequence % 100 == 0)
            client->process(); // The lane comes to its end at every place of a message.
    }
    const std::vector<Message> messages = received();

    EXPECT_EQ(server->arena().usedBytes(), 0U);
    ASSERT_EQ(messages.size(), 5000U);
    for (const Message &message : messages)
        ASSERT_EQ(message.payload, valueOf(message.sequence)) << message.sequence;
}

TEST_F(APublication, SkipsValuesForANewestOnlyLinkButNeverTheLast)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::NewestOnly}));

    for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence)
        ASSERT_TRUE(item.publish(QByteArray::number(static_cast<qulonglong>(sequence)),
                                 {.sequence = sequence, .time = 0, .quality = 0}));
    ASSERT_TRUE(
        served([&] { return !atClient->messages.empty() && atClient->messages.back().payload == "1000"; }));

    EXPECT_LE(atClient->messages.size(), 3U);
    EXPECT_LE(server->arena().reservedBytes(), 1U << 20);
}

TEST_F(APublication, HandsOverTheNewestValueBeforeItEndsALink)
{
    {
        Publication ending{*server, valueType, noticeType};
        ASSERT_TRUE(ending.addLink(serverEnd, 5, {.feed = Feed::NewestOnly}));
        ASSERT_TRUE(ending.publish("last words", {.sequence = 1, .time = 0, .quality = 0}));

        ending.sendLast(*serverEnd, 5);
        ending.removeLink(*serverEnd, 5);
    }
    ASSERT_TRUE(serverEnd->send({.type = 0x28, .id = 5}));
    ASSERT_TRUE(
        served([&] { return !atClient->messages.empty() && atClient->messages.back().type == 0x28; }));

    ASSERT_EQ(atClient->messages.size(), 2U);
    EXPECT_EQ(atClient->messages.front().payload, "last words");
}

TEST_F(APublication, CutsALinkWhoseReceiverFallsTooFarBehind)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));

    std::uint64_t sequence = 0;
    while (item.hasLinks() && sequence < 100'000)
        ASSERT_TRUE(item.publish(QByteArray(300, 'x'), {.sequence = ++sequence, .time = 0, .quality = 0}));
    server->process();

    ASSERT_EQ(atServer->cuts.size(), 1U);
    EXPECT_EQ(atServer->cuts.front().id, 5U);
    EXPECT_EQ(atServer->cuts.front().reason.code, ErrorCode::Overrun);
    EXPECT_GE(sequence, 4096U);
    EXPECT_LE(sequence, 4096U + 1024U + 1);
    EXPECT_EQ(serverEnd->queuedMessages(), 0U);
}

TEST_F(APublication, KeepsALinkWhoseReceiverReadsAlongThoughThePublisherNeverPauses)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));

    for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
        ASSERT_TRUE(item.publish(QByteArray(1 << 20, 'x'), {.sequence = sequence, .time = 0, .quality = 0}));
        client->process(); // And the server does not.
    }

    EXPECT_TRUE(item.hasLinks());
    EXPECT_TRUE(served([&] { return atClient->messages.size() == 100; }));
}

TEST_F(APublication, LeavesRoomToTellOfACut)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));
    std::uint64_t sequence = 0;
    while (item.hasLinks() && sequence < 100)
        ASSERT_TRUE(
            item.publish(QByteArray(1 << 20, 'x'), {.sequence = ++sequence, .time = 0, .quality = 0}));
    ASSERT_FALSE(item.hasLinks());

    const Result<void> told = serverEnd->send({.type = 0x28, .id = 5, .head = QByteArray(1000, 'e')});
    ASSERT_TRUE(served([&] { return !atServer->cuts.empty(); }));

    EXPECT_TRUE(told);
    EXPECT_EQ(atServer->cuts.size(), 1U);
    EXPECT_TRUE(served([&] { return atClient->messages.back().type == 0x28; }));
}

TEST_F(APublication, EndsAHundredThousandLinksOfAStoppedReaderOneByOne)
{
    constexpr std::uint32_t count = 100'000;
    std::vector<std::unique_ptr<Publication>> items;
    for (std::uint32_t id = 0; id < count; ++id) {
        Publication &one = *items.emplace_back(std::make_unique<Publication>(*server, valueType, noticeType));
        ASSERT_TRUE(one.addLink(serverEnd, id, {.feed = Feed::EveryUpdate}));
        ASSERT_TRUE(one.publish("queued", {.sequence = 1, .time = 0, .quality = 0}));
    }
    ASSERT_GE(serverEnd->queuedMessages(), count - slotCount);

    for (std::uint32_t id = 0; id < count; ++id)
        items.at(id)->removeLink(*serverEnd, id);

    EXPECT_EQ(serverEnd->queuedMessages(), 0U);
    EXPECT_EQ(serverEnd->waitingBytes(), 0U);
    EXPECT_LE(received().size(), slotCount);
}

TEST_F(APublication, EndsAHundredThousandLinksToOneValueOneByOne)
{
    constexpr std::uint32_t count = 100'000;
    constexpr std::uint32_t step = 7919; // A prime, so that every link has its turn, in no order.
    for (std::uint32_t id = 0; id < count; ++id)
        ASSERT_TRUE(item.addLink(serverEnd, id, {.feed = Feed::NewestOnly}));
    publish(1, 1);

    for (std::uint32_t number = 0; number < count; ++number)
        item.removeLink(*serverEnd, number * step % count);

    EXPECT_FALSE(item.hasLinks());
    EXPECT_EQ(serverEnd->queuedMessages(), 0U);
}

TEST_F(APublication, CutsAHundredThousandLinksAtOnce)
{
    constexpr std::uint32_t count = 100'000;
    for (std::uint32_t id = 0; id < count; ++id)
        ASSERT_TRUE(item.addLink(serverEnd, id, {.feed = Feed::EveryUpdate}));

    ASSERT_TRUE(item.publish(QByteArray(1 << 20, 'x'), {.sequence = 1, .time = 0, .quality = 0}));
    ASSERT_TRUE(served([&] { return atServer->cuts.size() + item.linkCount() == count; }));

    EXPECT_EQ(item.linkCount(), 16U);
    EXPECT_EQ(received().size(), 16U);
}

TEST_F(APublication, FeedsThoseThatAreLeftOfFewLinksAndOfMany)
{
    for (const std::uint32_t count : {3U, 8U, 9U, 40U}) {
        Publication some{*server, valueType, noticeType};
        for (std::uint32_t id = 0; id < count; ++id)
            ASSERT_TRUE(some.addLink(serverEnd, id, {.feed = Feed::EveryUpdate}));
        std::vector<std::uint32_t> left;
        for (std::uint32_t id = 0; id < count; ++id)
            if (id % 3 == 0)
                some.removeLink(*serverEnd, id);
            else
                left.push_back(id);

        ASSERT_TRUE(some.publish("news", {.sequence = 1, .time = 0, .quality = 0}));

        std::vector<std::uint32_t> fed;
        for (const Message &message : received())
            fed.push_back(message.id);
        std::ranges::sort(fed);
        EXPECT_EQ(fed, left);
        EXPECT_EQ(some.linkCount(), left.size());
    }
}

TEST_F(APublication, SaysWhatWaitsForAReader)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate}));
    ASSERT_TRUE(item.addLink(serverEnd, 6, {.feed = Feed::Windowed, .window = 2}));
    ASSERT_TRUE(item.addLink(serverEnd, 7, {.feed = Feed::EveryUpdate, .noticeOnly = true}));

    for (std::uint64_t sequence = 1; sequence <= 600; ++sequence)
        ASSERT_TRUE(item.publish(QByteArray(300, 'x'), {.sequence = sequence, .time = 0, .quality = 0}));
    const std::size_t messages = serverEnd->queuedMessages();
    const std::uint64_t bytes = serverEnd->waitingBytes();
    item.removeLink(*serverEnd, 5);
    const std::uint64_t bytesOfSlots = serverEnd->waitingBytes();

    EXPECT_EQ(messages, 600U + 2U + 600U - slotCount);
    EXPECT_EQ(bytes, 602U * 300U);
    EXPECT_EQ(serverEnd->queuedMessages(), messages / 2);
    EXPECT_LT(bytesOfSlots, bytes);
    EXPECT_EQ(received().size(), slotCount + messages / 2);
    EXPECT_TRUE(served([&] { return server->process() || serverEnd->queuedMessages() == 0; }));
}

using AnAcknowledgedLink = APublication;

TEST_F(AnAcknowledgedLink, IsSentNoMoreThanItsWindowHolds)
{
    publish(1, 1);
    ASSERT_TRUE(item.addLink(serverEnd, 5, acknowledged));

    publish(2, 9);

    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(AnAcknowledgedLink, SkipsValuesButNeverTheLast)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, acknowledged));
    publish(1, 9);
    received();

    item.acknowledge(*serverEnd, 5, 1);
    item.acknowledge(*serverEnd, 5, 2);

    const std::vector<Message> messages = received();
    ASSERT_EQ(sequencesOf(messages), (std::vector<std::uint32_t>{9}));
    EXPECT_EQ(messages.front().payload, "9");
    EXPECT_EQ(messages.front().type, valueType);
}

TEST_F(AnAcknowledgedLink, TakesOneAcknowledgementForAllBefore)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, acknowledged));
    publish(1, 2);

    item.acknowledge(*serverEnd, 5, 2);
    publish(3, 5);

    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{1, 2, 3, 4}));
}

TEST_F(AnAcknowledgedLink, IgnoresNumbersThatWereNeverSent)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, acknowledged));
    publish(1, 3);

    for (const std::uint32_t sequence : {0U, 4U, 1000U, 0x7FFFFFFFU, 0xFFFFFFFFU})
        item.acknowledge(*serverEnd, 5, sequence);
    item.acknowledge(*serverEnd, 6, 1);

    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(AnAcknowledgedLink, CountsOnWhenTheNumbersOfUpdatesWrapAround)
{
    constexpr std::uint64_t last = 0xFFFFFFFF;
    ASSERT_TRUE(item.addLink(serverEnd, 5, acknowledged));
    publish(last, last + 5);

    item.acknowledge(*serverEnd, 5, 0);
    publish(last + 6, last + 7);

    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{0xFFFFFFFF, 0, 4, 5}));
}

TEST_F(AnAcknowledgedLink, IsHandedTheNewestValueBeforeItEnds)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::Windowed, .window = 1}));
    publish(1, 3);

    item.sendLast(*serverEnd, 5);
    item.removeLink(*serverEnd, 5);

    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{1, 3}));
}

TEST_F(AnAcknowledgedLink, IsNotCutWhileItsAcknowledgementsMakeRoom)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::Windowed, .window = 1000}));

    for (std::uint64_t sequence = 1; sequence <= 100; ++sequence)
        ASSERT_TRUE(item.publish(QByteArray(1 << 20, 'x'), {.sequence = sequence, .time = 0, .quality = 0}));
    const std::vector<Message> before = received();
    item.acknowledge(*serverEnd, 5, before.back().sequence);

    EXPECT_TRUE(atServer->cuts.empty());
    EXPECT_EQ(before.size(), 16U);
    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{100}));
}

using AWarmLink = APublication;

TEST_F(AWarmLink, IsToldOnceUntilItHasHeard)
{
    publish(1, 1);
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.noticeOnly = true}));

    ASSERT_TRUE(item.publish("2", {.sequence = 2, .time = 20, .quality = 3}));
    publish(3, 9);
    const std::vector<Message> first = received();
    publish(10, 20);

    ASSERT_EQ(sequencesOf(first), (std::vector<std::uint32_t>{2}));
    EXPECT_EQ(first.front().type, noticeType);
    EXPECT_EQ(first.front().id, 5U);
    EXPECT_EQ(first.front().flags, 3);
    EXPECT_EQ(first.front().time, 20);
    EXPECT_EQ(first.front().payload, "");
    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{10}));
}

TEST_F(AWarmLink, IsToldOfEveryUpdateIfItWantsTo)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate, .noticeOnly = true}));

    publish(1, 3);

    const std::vector<Message> messages = received();
    EXPECT_EQ(sequencesOf(messages), (std::vector<std::uint32_t>{1, 2, 3}));
    EXPECT_EQ(messages.back().type, noticeType);
    EXPECT_EQ(messages.back().payload, "");
}

TEST_F(AWarmLink, IsCutWhenItFallsTooFarBehind)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate, .noticeOnly = true}));

    publish(1, 4096 + slotCount + 1);
    server->process();

    ASSERT_EQ(atServer->cuts.size(), 1U);
    EXPECT_EQ(atServer->cuts.front().id, 5U);
    EXPECT_EQ(atServer->cuts.front().reason.code, ErrorCode::Overrun);
}

TEST_F(AWarmLink, IsToldNoMoreThanItsWindowHolds)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::Windowed, .noticeOnly = true, .window = 1}));
    publish(1, 9);
    const std::vector<Message> first = received();

    item.acknowledge(*serverEnd, 5, 1);

    const std::vector<Message> second = received();
    EXPECT_EQ(sequencesOf(first), (std::vector<std::uint32_t>{1}));
    ASSERT_EQ(sequencesOf(second), (std::vector<std::uint32_t>{9}));
    EXPECT_EQ(second.front().type, noticeType);
}

TEST_F(AWarmLink, IsHandedTheValueItselfBeforeItEnds)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.noticeOnly = true}));
    publish(1, 2);

    item.sendLast(*serverEnd, 5);
    item.removeLink(*serverEnd, 5);

    const std::vector<Message> messages = received();
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages.front().type, noticeType);
    EXPECT_EQ(messages.back().type, valueType);
    EXPECT_EQ(messages.back().payload, "2");
}

TEST_F(APublication, TellsOnlyWarmLinksOfAValueThatNobodyMade)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.noticeOnly = true}));
    ASSERT_TRUE(item.addLink(serverEnd, 6, {.feed = Feed::EveryUpdate}));
    ASSERT_TRUE(item.addLink(serverEnd, 7, acknowledged));
    ASSERT_TRUE(item.addLink(serverEnd, 8, {.feed = Feed::NewestOnly}));

    item.notify({.sequence = 4, .time = 40, .quality = 1});
    item.acknowledge(*serverEnd, 7, 4);
    item.sendLast(*serverEnd, 8);
    ASSERT_TRUE(item.resend(*serverEnd, 8));

    const std::vector<Message> messages = received();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages.front().id, 5U);
    EXPECT_EQ(messages.front().type, noticeType);
    EXPECT_EQ(messages.front().sequence, 4U);
    EXPECT_EQ(messages.front().time, 40);
    EXPECT_EQ(messages.front().flags, 1);
}

TEST_F(APublication, CanBeReadInPlaceBeforeAnybodyIsTold)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.noticeOnly = true}));
    publish(1, 1);
    ASSERT_EQ(received().size(), 1U);

    const std::shared_ptr<Channel> clientEnd = client->channelTo(server->id());
    ASSERT_TRUE(item.show("2", {.sequence = 2, .time = 0, .quality = 0}));
    Message shown;
    const bool isThere = clientEnd->readLatest(*item.latest(), shown);
    const std::vector<Message> before = received();
    item.tell();

    EXPECT_TRUE(isThere);
    EXPECT_EQ(shown.payload, "2");
    EXPECT_TRUE(before.empty());
    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{2}));
}

TEST_F(APublication, IsNotFoundWhereItWasReadBeforeItMoved)
{
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::NewestOnly}));
    publish(1, 1);
    ASSERT_EQ(received().size(), 1U);
    const LatestReference old = *item.latest();
    const std::shared_ptr<Channel> clientEnd = client->channelTo(server->id());

    ASSERT_TRUE(item.moveLatest());
    publish(2, 2);

    Message found;
    EXPECT_FALSE(clientEnd->readLatest(old, found));
    EXPECT_TRUE(clientEnd->readLatest(*item.latest(), found));
    EXPECT_EQ(found.payload, "2");
    EXPECT_EQ(sequencesOf(received()), (std::vector<std::uint32_t>{2}));
}

TEST_F(APublication, MarksABatchForThoseWhoWantToKnow)
{
    constexpr std::uint16_t batch = 0x100;
    ASSERT_TRUE(item.addLink(serverEnd, 5, {.feed = Feed::EveryUpdate, .marksBatches = true}));
    ASSERT_TRUE(item.addLink(serverEnd, 6, {.feed = Feed::EveryUpdate}));
    ASSERT_TRUE(item.addLink(serverEnd, 7, {.feed = Feed::NewestOnly, .marksBatches = true}));

    ASSERT_TRUE(item.publish("1", {.sequence = 1, .time = 0, .quality = 2}, batch));
    const std::vector<Message> marked = received();
    publish(2, 2);

    ASSERT_EQ(marked.size(), 3U);
    for (const Message &message : marked)
        EXPECT_EQ(message.flags, message.id == 5 ? batch | 2 : 2);
    EXPECT_EQ(received().front().flags, 0);
}

} // namespace
