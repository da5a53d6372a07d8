// SPDX-License-Identifier: Apache-2.0
#include "tests/conversations/ddeml/program.h"

#include <string>

using namespace tellwire;
using namespace tellwire::test;

TEST(AFormatInC, HasOneNumberForEverySpelling)
{
    const FreshSession fresh;

    const UINT narrow = RegisterClipboardFormatA("Sample Rows");
    const UINT wide = RegisterClipboardFormatW(u"SAMPLE ROWS");

    EXPECT_GE(narrow, 0xC000U);
    EXPECT_EQ(wide, narrow);
    EXPECT_EQ(RegisterClipboardFormatA("#1234"), 1234U);
}

TEST(AFormatInC, IsNamedAsItWasRegisteredFirst)
{
    const FreshSession fresh;
    const UINT number = RegisterClipboardFormatA("Sample Rows");
    RegisterClipboardFormatA("SAMPLE ROWS");
    char narrow[8]{};
    char16_t wide[64]{};

    const int narrowLength = GetClipboardFormatNameA(number, narrow, sizeof(narrow));
    const int wideLength = GetClipboardFormatNameW(number, wide, 64);

    EXPECT_EQ(narrowLength, 7);
    EXPECT_STREQ(narrow, "Sample ");
    EXPECT_EQ(wideLength, 11);
    EXPECT_EQ(std::u16string{wide}, u"Sample Rows");
}

TEST(AFormatInC, IsRefusedWithoutANameAndNamelessWithoutANumber)
{
    const FreshSession fresh;
    char name[8]{};

    EXPECT_EQ(RegisterClipboardFormatA(""), 0U);
    EXPECT_EQ(RegisterClipboardFormatA(nullptr), 0U);
    EXPECT_EQ(RegisterClipboardFormatA(std::string(256, 'x').c_str()), 0U);
    EXPECT_EQ(GetClipboardFormatNameA(CF_TEXT, name, sizeof(name)), 0);
    EXPECT_EQ(GetClipboardFormatNameA(0xC123, name, sizeof(name)), 0);
    EXPECT_EQ(GetClipboardFormatNameA(RegisterClipboardFormatA("Rows"), nullptr, 0), 0);
}
