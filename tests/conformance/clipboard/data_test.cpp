// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

// Cases 309 to 329: set, get, enumerate (ddeml-semantics.md C4, C5).

namespace tellwire::test {

using ::testing::Each;
using ::testing::ElementsAre;

TEST(ClipboardReading, Case309_FormatsComeInTheOrderOfPlacement)
{
    TwoSessions two;
    copyTo(*two.own, 1, {13, 1, 7});
    ASSERT_TRUE(two.other->open(2));

    EXPECT_THAT(enumerated(*two.other), ElementsAre(13, 1, 7, 16));
    EXPECT_EQ(win32ErrorOf(two.other->enumerate(16)), "none");
}

TEST(ClipboardReading, Case313_AnUnknownFormatIsNoError)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12});
    ASSERT_TRUE(two.other->open(2));

    const Result<std::optional<QByteArray>> none = two.other->get(4);

    ASSERT_TRUE(none);
    EXPECT_EQ(*none, std::nullopt);
}

TEST(ClipboardReading, Case314_TheOwnerGetsItsOwnBytes)
{
    TwoSessions two;
    const QByteArray block(100'000, 'x');
    copyTo(*two.own, 1, {12}, block);

    ASSERT_TRUE(two.own->open(1));

    EXPECT_EQ(got(*two.own, 12), block);
}

TEST(ClipboardReading, Case315_OthersGetACopyOfExactLength)
{
    TwoSessions two;
    ClipboardProgram other{8};
    copyTo(*two.own, 1, {12}, "nineteen bytes here");

    ASSERT_EQ(other.run("open 8"), "none");

    EXPECT_EQ(other.run("get 12"), "nineteen bytes here");
}

TEST(ClipboardSetting, Case316_TextIsTerminatedInTheBlockOfTheCaller)
{
    TwoSessions two;
    QByteArray block{"foo"};
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    ASSERT_TRUE(two.own->set(1, block));

    EXPECT_EQ(block, QByteArray("fo\0", 3));
    EXPECT_EQ(got(*two.own, 1), QByteArray("fo\0", 3));
}

TEST(ClipboardReading, Case319_APriorityListGivesTheFirstThatIsThere)
{
    TwoSessions two;
    const std::vector<quint32> list{8, 1};
    copyTo(*two.own, 1, {1});

    EXPECT_EQ(two.other->priority(list), 1);
}

TEST(ClipboardReading, Case320_APriorityListGivesZeroIfThereIsNothing)
{
    TwoSessions two;
    const std::vector<quint32> list{8, 1};

    EXPECT_EQ(two.other->priority(list), 0);
}

TEST(ClipboardReading, Case321_APriorityListGivesMinusOneIfNothingMatches)
{
    TwoSessions two;
    const std::vector<quint32> list{8};
    copyTo(*two.own, 1, {1});

    EXPECT_EQ(two.other->priority(list), -1);
}

TEST(ClipboardReading, Case322_AllFormatsComeInABuffer)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    std::vector<quint32> buffer(256, 77);
    quint32 count = 0;

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 256, &count)), "none");

    EXPECT_EQ(count, 4U);
    EXPECT_THAT(std::vector(buffer.begin(), buffer.begin() + 5), ElementsAre(1, 16, 7, 13, 77));
}

TEST(ClipboardReading, Case323_ABufferThatIsTooSmallIsLeftAlone)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    std::vector<quint32> buffer(2, 77);
    quint32 count = 0;

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 2, &count)), insufficientBuffer);

    EXPECT_EQ(count, 4U);
    EXPECT_THAT(buffer, Each(77U));
}

TEST(ClipboardReading, Case324_NoBufferIsNoAccess)
{
    TwoSessions two;
    copyTo(*two.own, 1, {1});
    quint32 count = 0;

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(nullptr, 256, &count)), noAccess);

    EXPECT_EQ(count, 4U);
}

TEST(ClipboardReading, Case326_NoPlaceForTheCountIsNoAccess)
{
    TwoSessions two;
    std::vector<quint32> buffer(256);

    EXPECT_EQ(win32ErrorOf(two.other->updatedFormats(buffer.data(), 256, nullptr)), noAccess);
}

TEST(ClipboardSetting, Case327_BlocksOfAllFormatsAreFreedByTheSystem)
{
    TwoSessions two;
    copyTo(*two.own, 1, {12, 0x200, 0x300}, QByteArray(100'000, 'x'));
    EXPECT_GT(contentFiles(two.fresh), 0U);

    ASSERT_TRUE(two.other->open(2));
    ASSERT_TRUE(two.other->empty());

    EXPECT_EQ(contentFiles(two.fresh), 0U);
}

TEST(ClipboardSetting, Case328_ABlockMayHaveNoBytes)
{
    TwoSessions two;
    ClipboardProgram other{8};

    copyTo(*two.own, 1, {12}, "");

    ASSERT_EQ(other.run("open 8"), "none");
    EXPECT_EQ(other.run("get 12"), "");
}

} // namespace tellwire::test
