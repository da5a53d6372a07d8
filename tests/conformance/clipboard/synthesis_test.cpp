// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

// Cases 330 to 342: synthesised formats (ddeml-semantics.md C6).

namespace tellwire::test {

using ::testing::ElementsAre;

namespace {

/// What another process finds after these were set, and the clipboard was closed.
std::vector<quint32> listedAfter(const QList<quint32> &formats)
{
    TwoSessions two;
    copyTo(*two.own, 1, formats);
    EXPECT_TRUE(two.other->open(2));
    return enumerated(*two.other);
}

} // namespace

TEST(ClipboardSynthesis, Case330_TextAndMetafilesFollowBehindTheirSources)
{
    EXPECT_THAT(listedAfter({1, 14}), ElementsAre(1, 14, 16, 7, 13, 3));
}

TEST(ClipboardSynthesis, Case331_NarrowTextBringsTheOthers)
{
    EXPECT_THAT(listedAfter({1}), ElementsAre(1, 16, 7, 13));
}

TEST(ClipboardSynthesis, Case333_WideTextBringsTheOthers)
{
    EXPECT_THAT(listedAfter({13}), ElementsAre(13, 16, 1, 7));
}

TEST(ClipboardSynthesis, Case334_MetafilesBringEachOther)
{
    EXPECT_THAT(listedAfter({14}), ElementsAre(14, 3));
    EXPECT_THAT(listedAfter({3}), ElementsAre(3, 14));
}

TEST(ClipboardSynthesis, Case335_BitmapsBringEachOther)
{
    EXPECT_THAT(listedAfter({2}), ElementsAre(2, 8, 17));
    EXPECT_THAT(listedAfter({8}), ElementsAre(8, 2, 17));
    EXPECT_THAT(listedAfter({17}), ElementsAre(17, 2, 8));
}

TEST(ClipboardSynthesis, Case336_AllTextsBringTheLocaleOnly)
{
    EXPECT_THAT(listedAfter({1, 7, 13}), ElementsAre(1, 7, 13, 16));
}

TEST(ClipboardSynthesis, Case337_ALocaleThatIsSetDecidesTheCodePage)
{
    TwoSessions two;
    const QByteArray russian("\x19\x04\0\0", 4);
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(16, QByteArray{russian}));
    ASSERT_TRUE(two.own->set(1, QByteArray("\xCF\0", 2)));
    ASSERT_TRUE(two.own->close());

    ASSERT_TRUE(two.other->open(2));

    EXPECT_EQ(got(*two.other, 16), russian);
    EXPECT_EQ(got(*two.other, 13), QByteArray("\x1F\x04\0\0", 4)); // U+041F, of code page 1251.
}

TEST(ClipboardSynthesis, Case341_ThePromisedWideTextIsTheSourceOfOemText)
{
    TwoSessions two;
    ClipboardProgram other{8};
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());
    ASSERT_TRUE(two.own->set(1, QByteArray("narrow\0", 7)));
    ASSERT_TRUE(two.own->setPromised(13));
    ASSERT_TRUE(two.own->close());
    ASSERT_EQ(other.run("open 8"), "none");

    other.run("get 7");

    EXPECT_THAT(two.ownWindow.told, ElementsAre("render 13"));
}

TEST(ClipboardSynthesis, Case342_LessThanOneUnitGivesNothing)
{
    TwoSessions two;
    copyTo(*two.own, 1, {13}, "x");
    ASSERT_TRUE(two.other->open(2));

    EXPECT_TRUE(two.other->isAvailable(1));
    EXPECT_EQ(got(*two.other, 1), "none");
}

} // namespace tellwire::test
