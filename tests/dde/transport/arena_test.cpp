// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/arena.h"

#include "dde/transport/foreign_arena.h"
#include "dde/transport/shared_word.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace tellwire;
using namespace tellwire::transport;

constexpr std::uint64_t mebibyte = 1U << 20;

/// An arena and the view another program would have of it.
class ArenaTest : public testing::Test
{
protected:
    ArenaTest()
    {
        EXPECT_TRUE(arena.open());
        EXPECT_TRUE(reader.open(copyOf(0)));
    }

    FileDescriptor copyOf(std::uint16_t segment) { return FileDescriptor{dup(arena.descriptor(segment))}; }

    BlockPointer store(const QByteArray &payload, const QByteArray &head = {}, BlockHeader fields = {})
    {
        Result<BlockPointer> block = arena.store(fields, head, payload);
        EXPECT_TRUE(block);
        const std::uint16_t segment = (*block)->word().segment();
        if (reader.isUnknown(segment)) {
            EXPECT_TRUE(reader.add(segment, copyOf(segment)));
        }
        return *block;
    }

    bool canRead(BlockWord word, Message &message)
    {
        return reader.read({.word = word.value, .pin = 0, .headLength = 0}, message);
    }

    Arena arena{realSystemCalls(), 256 * mebibyte};
    ForeignArena reader{realSystemCalls(), 256 * mebibyte};
};

using AnArena = ArenaTest;

TEST_F(AnArena, GivesReadersExactlyWhatWasStored)
{
    const BlockPointer block = store("payload", "head", {.time = 12, .sequence = 34, .flags = 56});

    Message message{.flags = 7, .sequence = 8, .time = 9};
    ASSERT_TRUE(reader.read({.word = block->word().value, .pin = 0, .headLength = 4}, message));

    EXPECT_EQ(message.head, "head");
    EXPECT_EQ(message.payload, "payload");
    EXPECT_EQ(message.time, 9); // Its slot says it: the block may be part of other messages too.
    EXPECT_EQ(message.sequence, 8U);
    EXPECT_EQ(message.flags, 7);
}

TEST_F(AnArena, KeepsAnEmptyPayload)
{
    const BlockPointer block = store({});

    Message message;
    EXPECT_TRUE(canRead(block->word(), message));
    EXPECT_TRUE(message.payload.isEmpty());
}

TEST_F(AnArena, NeverGivesABlockThatHasLeftItsQuarantine)
{
    const BlockWord word = store("gone", {}, {.publication = 1})->word();
    for (int count = 0; count < 200; ++count)
        store("other", {}, {.publication = 1});

    Message message;
    EXPECT_FALSE(canRead(word, message));
}

TEST_F(AnArena, KeepsABlockReadableForAWhileAfterItsRelease)
{
    const BlockWord word = store("just released", {}, {.publication = 1})->word();

    Message message;
    EXPECT_TRUE(canRead(word, message));
    EXPECT_EQ(message.payload, "just released");
}

TEST_F(AnArena, UsesThePlaceOfABlockAtOnceThatNoLatestSlotHasNamed)
{
    const BlockWord word = store(QByteArray(100'000, 'x'))->word();

    const BlockPointer next = store(QByteArray(100'000, 'y'));

    Message message;
    EXPECT_FALSE(canRead(word, message));
    EXPECT_EQ(next->word().offset(), word.offset());
}

TEST_F(AnArena, UsesThePlaceOfReleasedBlocksAgain)
{
    for (int count = 0; count < 100'000; ++count)
        store(QByteArray(1000, 'x'), {}, {.publication = 1});

    EXPECT_LE(arena.reservedBytes(), 1 * mebibyte);
}

TEST_F(AnArena, GrowsByFurtherSegments)
{
    std::vector<BlockPointer> held;
    for (int count = 0; count < 3000; ++count)
        held.push_back(store(QByteArray(10'000, static_cast<char>('a' + count % 26))));

    Message message;
    for (int count = 0; count < 3000; ++count) {
        ASSERT_TRUE(canRead(held.at(static_cast<std::size_t>(count))->word(), message));
        ASSERT_EQ(message.payload, QByteArray(10'000, static_cast<char>('a' + count % 26)));
    }
}

TEST_F(AnArena, KeepsManyPayloadsOfMiddlingSizeInFewSegments)
{
    std::vector<BlockPointer> held;
    for (int count = 0; count < 500; ++count)
        held.push_back(store(QByteArray(200'000, 'x')));

    EXPECT_LE(held.back()->word().segment(), 12);
}

TEST(AForeignArena, TakesNoMoreSegmentsThanAnArenaMayHave)
{
    Arena arena{realSystemCalls(), mebibyte};
    ASSERT_TRUE(arena.open());
    ForeignArena reader{realSystemCalls(), mebibyte};
    ASSERT_TRUE(reader.open(FileDescriptor{dup(arena.descriptor(0))}));

    Result<void> added;
    std::uint16_t number = 0;
    while (number < 10'000 && added)
        added = reader.add(++number, FileDescriptor{dup(arena.descriptor(0))});

    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::TooLarge);
}

TEST_F(AnArena, GivesALargePayloadASegmentOfItsOwn)
{
    const QByteArray large(64 << 20, 'L');

    const BlockPointer block = store(large);

    Message message;
    EXPECT_NE(block->word().segment(), 0);
    ASSERT_TRUE(canRead(block->word(), message));
    EXPECT_EQ(message.payload, large);
}

TEST_F(AnArena, RefusesWhatExceedsItsLimitAndGoesOn)
{
    const Result<BlockPointer> tooMuch = arena.store({}, {}, QByteArray(300 << 20, 'x'));

    ASSERT_FALSE(tooMuch);
    EXPECT_EQ(tooMuch.error().code, ErrorCode::OutOfSpace);
    EXPECT_TRUE(arena.store({}, {}, "small"));
}

TEST_F(AnArena, DropsLargeSegmentsThatNobodyNeeds)
{
    std::vector<std::uint16_t> gone;
    Arena big{realSystemCalls(), 2048 * mebibyte};
    ASSERT_TRUE(big.open());
    big.onSegmentGone([&](std::uint16_t segment) { gone.push_back(segment); });
    {
        std::vector<BlockPointer> held;
        for (int count = 0; count < 6; ++count)
            held.push_back(*big.store({}, {}, QByteArray(100 << 20, 'x')));
    }

    EXPECT_FALSE(gone.empty());
    EXPECT_LE(big.reservedBytes(), 400 * mebibyte);
}

TEST_F(AnArena, KeepsTheSegmentOfALargePayloadForTheNext)
{
    int gone = 0;
    Arena big{realSystemCalls(), 2048 * mebibyte};
    ASSERT_TRUE(big.open());
    big.onSegmentGone([&](std::uint16_t) { ++gone; });
    const QByteArray payload(256 << 20, 'x');
    BlockPointer present = *big.store({}, {}, payload);

    for (int update = 0; update < 3; ++update)
        present = *big.store({}, {}, payload);

    EXPECT_EQ(gone, 0);
    EXPECT_LE(big.reservedBytes(), 514 * mebibyte);
}

TEST_F(AnArena, GivesTheRoomOfEmptySegmentsToALargerPayload)
{
    Arena narrow{realSystemCalls(), 64 * mebibyte};
    ASSERT_TRUE(narrow.open());
    ASSERT_TRUE(narrow.store({}, {}, QByteArray(30 << 20, 'x')));

    const Result<BlockPointer> larger = narrow.store({}, {}, QByteArray(50 << 20, 'x'));

    EXPECT_TRUE(larger);
}

TEST_F(AnArena, CanBeWrittenByNobodyElse)
{
    const int file = arena.descriptor(0);

    EXPECT_EQ(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED);
    EXPECT_NE(pwrite(file, "x", 1, 0), 1);
    EXPECT_NE(ftruncate(file, 0), 0);
}

using ALatestSlot = ArenaTest;

TEST_F(ALatestSlot, NamesTheNewestBlock)
{
    LatestSlot slot = *arena.makeSlot();
    const BlockHeader fields{.publication = slot.reference().publication};
    const BlockPointer older = store("older", {}, fields);
    slot.set(older->word());
    const BlockPointer newer = store("newer", {}, fields);
    slot.set(newer->word());

    Message message;
    ASSERT_TRUE(reader.readLatest(slot.reference(), message));

    EXPECT_EQ(message.payload, "newer");
}

TEST_F(ALatestSlot, IsUnreadableWhileItNamesNothing)
{
    const LatestSlot slot = *arena.makeSlot();

    Message message;
    EXPECT_FALSE(reader.readLatest(slot.reference(), message));
}

TEST_F(ALatestSlot, NeverGivesTheValueOfThePublicationThatUsesItNext)
{
    std::optional<LatestSlot> first{arena.makeSlot().value()};
    const LatestReference old = first->reference();
    first.reset();
    LatestSlot second = *arena.makeSlot();
    ASSERT_EQ(second.reference().place, old.place);
    const BlockPointer block = store("not for you", {}, {.publication = second.reference().publication});
    second.set(block->word());

    Message message;
    EXPECT_FALSE(reader.readLatest(old, message));
}

TEST_F(AnArena, SurvivesReferencesOfAnyValue)
{
    store("something");
    std::mt19937_64 random{1}; // NOLINT(cert-msc51-cpp): the same ones in every run.
    Message message;

    for (int count = 0; count < 200'000; ++count) {
        const std::uint64_t word = random() & (count % 2 == 0 ? 0xFFFFFFFFFFFFU : ~std::uint64_t{0});
        const BlockReference reference{
            .word = word, .pin = 0, .headLength = static_cast<std::uint32_t>(random())};
        EXPECT_FALSE(reader.read(reference, message));
        reader.readLatest({.place = word, .publication = 0, .reserved = 0}, message);
        reader.readLatest({.place = word % (256U << 10) / 16 * 16, .publication = 1, .reserved = 0}, message);
    }
}

TEST(AForeignArena, RefusesMemoryThatCouldShrink)
{
    FileDescriptor file{memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    ASSERT_EQ(posix_fallocate(file.get(), 0, 65536), 0);
    ForeignArena reader{realSystemCalls(), mebibyte};

    const Result<void> opened = reader.open(std::move(file));

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::BadData);
}

TEST(AForeignArena, RefusesMemoryWithHoles)
{
    FileDescriptor file{memfd_create("hollow", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    ASSERT_EQ(ftruncate(file.get(), 65536), 0);
    ASSERT_EQ(fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE), 0);
    ForeignArena reader{realSystemCalls(), mebibyte};

    EXPECT_FALSE(reader.open(std::move(file)));
}

} // namespace
