// SPDX-License-Identifier: Apache-2.0
#include "formats/standard_formats.h"

#include <gmock/gmock.h>

#include <array>
#include <limits>
#include <string_view>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

struct Line
{
    FormatNumber number;
    std::string_view name;
};

/// Written down a second time, from the Win32 reference.
constexpr std::array win32Formats{
    Line{1, "CF_TEXT"},
    Line{2, "CF_BITMAP"},
    Line{3, "CF_METAFILEPICT"},
    Line{4, "CF_SYLK"},
    Line{5, "CF_DIF"},
    Line{6, "CF_TIFF"},
    Line{7, "CF_OEMTEXT"},
    Line{8, "CF_DIB"},
    Line{9, "CF_PALETTE"},
    Line{10, "CF_PENDATA"},
    Line{11, "CF_RIFF"},
    Line{12, "CF_WAVE"},
    Line{13, "CF_UNICODETEXT"},
    Line{14, "CF_ENHMETAFILE"},
    Line{15, "CF_HDROP"},
    Line{16, "CF_LOCALE"},
    Line{17, "CF_DIBV5"},
    Line{128, "CF_OWNERDISPLAY"},
    Line{129, "CF_DSPTEXT"},
    Line{130, "CF_DSPBITMAP"},
    Line{131, "CF_DSPMETAFILEPICT"},
    Line{142, "CF_DSPENHMETAFILE"},
};

Format named(std::string_view name)
{
    return Format{QString::fromLatin1(name.data(), qsizetype(name.size()))};
}

} // namespace

TEST(TheStandardFormats, HaveTheNumbersAndNamesOfWin32)
{
    for (const Line &line : win32Formats) {
        EXPECT_EQ(fixedNumber(named(line.name)), line.number) << line.name;
        EXPECT_EQ(formatWithFixedNumber(line.number)->name().toStdString(), line.name);
        EXPECT_EQ(standardFormat(static_cast<StandardFormat>(line.number)).name().toStdString(), line.name);
    }
}

TEST(TheStandardFormats, AreListedByNumberAndNothingElseIs)
{
    const QList<Format> formats = standardFormats();

    ASSERT_EQ(formats.size(), qsizetype{win32Formats.size()});
    for (qsizetype index = 0; index < formats.size(); ++index)
        EXPECT_EQ(formats[index].name().toStdString(), win32Formats[std::size_t(index)].name);
}

TEST(TheStandardFormats, AreFoundWithoutRegardToCase)
{
    EXPECT_EQ(fixedNumber(Format{u"cf_UnicodeText"_s}), 13);
}

TEST(AFixedNumber, BelongsToNoOtherName)
{
    EXPECT_EQ(fixedNumber(Format::text()), std::nullopt);
    EXPECT_EQ(fixedNumber(Format{u"CF_TEX"_s}), std::nullopt);
    EXPECT_EQ(fixedNumber(Format{u"513"_s}), std::nullopt);
}

TEST(AFixedNumber, IsWhatANameWithAHashSays)
{
    EXPECT_EQ(fixedNumber(Format{u"#513"_s}), 0x201);
    EXPECT_EQ(fixedNumber(Format{u"#1193046"_s}), std::nullopt);
}

TEST(AFixedNumber, HasOneFormatAndTheFormatHasThatNumber)
{
    for (int number = 1; number < firstRegisteredFormat; ++number) {
        const std::optional<Format> format = formatWithFixedNumber(FormatNumber(number));
        ASSERT_TRUE(format) << number;
        ASSERT_EQ(fixedNumber(*format), number);
    }
}

TEST(AFixedNumber, IsNeitherZeroNorASessionsOwn)
{
    EXPECT_EQ(formatWithFixedNumber(0), std::nullopt);
    EXPECT_EQ(formatWithFixedNumber(firstRegisteredFormat), std::nullopt);
    EXPECT_EQ(formatWithFixedNumber(std::numeric_limits<FormatNumber>::max()), std::nullopt);
}
