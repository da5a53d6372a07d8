// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/proc_text.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace host_metrics;

TEST(AWholeNumber, IsDigitsAndNothingElse)
{
    EXPECT_EQ(wholeNumber("0"), 0U);
    EXPECT_EQ(wholeNumber("18446744073709551615"), 18446744073709551615U);
    for (const char *wrong : {"", "-1", "+1", " 1", "1 ", "1kB", "0x1", "18446744073709551616"})
        EXPECT_EQ(wholeNumber(wrong), std::nullopt) << wrong;
}

TEST(ADecimalNumber, IsFinite)
{
    EXPECT_EQ(decimalNumber("0.52"), 0.52);
    for (const char *wrong : {"", "nan", "inf", "1.5.5", "1e999"})
        EXPECT_EQ(decimalNumber(wrong), std::nullopt) << wrong;
}

TEST(AText, HasLinesAndFieldsWhateverEndsThem)
{
    EXPECT_EQ(linesOf("a b\n\nc"), (QList<QByteArrayView>{"a b", "c"}));
    EXPECT_EQ(linesOf(""), QList<QByteArrayView>{});
    EXPECT_EQ(fieldsOf("  a\t b "), (QList<QByteArrayView>{"a", "b"}));
    EXPECT_EQ(fieldsOf("  "), QList<QByteArrayView>{});
}

TEST(AFileThatIsMissing, IsNamed)
{
    const Result<QByteArray> content = contentOf("/proc/there-is-none");

    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, ErrorCode::NoSuchItem);
    EXPECT_THAT(content.error().detail.toStdString(), testing::HasSubstr("/proc/there-is-none"));
}
