// SPDX-License-Identifier: Apache-2.0
#include "formats/format_names.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

Format numbered(int number) { return Format{u"sample/%1"_s.arg(number)}; }

} // namespace

TEST(FormatNames, KnowTheStandardFormatsFromTheStart)
{
    LocalFormatNames names;

    EXPECT_EQ(names.number(Format{u"CF_UNICODETEXT"_s}).value(), 13);
    EXPECT_EQ(names.format(13)->name(), u"CF_UNICODETEXT"_s);
    EXPECT_TRUE(names.all().isEmpty());
}

TEST(FormatNames, KnowNumbersWithoutAName)
{
    LocalFormatNames names;

    EXPECT_EQ(names.number(Format{u"#513"_s}).value(), 513);
    EXPECT_EQ(names.format(513)->name(), u"#513"_s);
}

TEST(FormatNames, NumberTheOthersAsTheyCome)
{
    LocalFormatNames names;

    EXPECT_EQ(names.number(Format::text()).value(), 0xC000);
    EXPECT_EQ(names.number(Format::html()).value(), 0xC001);
    EXPECT_EQ(names.number(Format::text()).value(), 0xC000);
    EXPECT_EQ(names.all(), (QList{Format::text(), Format::html()}));
}

TEST(FormatNames, KeepTheFirstSpelling)
{
    LocalFormatNames names;
    const FormatNumber number = names.number(Format{u"sample_rows_format"_s}).value();

    EXPECT_EQ(names.number(Format{u"SAMPLE_ROWS_FORMAT"_s}).value(), number);
    EXPECT_EQ(names.format(number)->name(), u"sample_rows_format"_s);
}

TEST(FormatNames, DoNotKnowNumbersThatNobodyRegistered)
{
    LocalFormatNames names;
    ASSERT_TRUE(names.number(Format::text()));

    EXPECT_EQ(names.format(0), std::nullopt);
    EXPECT_EQ(names.format(0xC001), std::nullopt);
    EXPECT_EQ(names.format(0xFFFF), std::nullopt);
}

TEST(FormatNames, HaveRoomFor16384AndSayWhenTheyAreFull)
{
    LocalFormatNames names;
    for (int number = 0; number < 16'384; ++number)
        ASSERT_TRUE(names.number(numbered(number)));

    const Result<FormatNumber> oneTooMany = names.number(numbered(16'384));

    ASSERT_FALSE(oneTooMany);
    EXPECT_EQ(oneTooMany.error().code, ErrorCode::OutOfSpace);
    EXPECT_EQ(names.number(numbered(16'383)).value(), 0xFFFF);
    EXPECT_EQ(names.format(0xFFFF), numbered(16'383));
    EXPECT_EQ(names.number(Format{u"CF_TEXT"_s}).value(), 1);
}
