// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/clipboard/program.h"

// Cases 277 to 285: formats (ddeml-semantics.md C1).

namespace tellwire::test {

using ::testing::ElementsAre;

TEST(ClipboardFormats, Case277_ANameHasOneNumberInAllProcesses)
{
    TwoSessions two;
    ClipboardProgram other{8};
    const quint32 first = two.own->registerFormat(QStringLiteral("sample_rows_format")).value();

    const std::string second = other.run("register SAMPLE_ROWS_FORMAT");

    EXPECT_GE(first, 0xC000U);
    EXPECT_EQ(second, std::to_string(first));
}

TEST(ClipboardFormats, Case278_ANameIsSpeltAsItFirstWas)
{
    TwoSessions two;
    const quint32 format = two.own->registerFormat(QStringLiteral("sample_rows_format")).value();
    ASSERT_EQ(two.own->registerFormat(QStringLiteral("SAMPLE_ROWS_FORMAT")).value(), format);

    const std::optional<QString> name = two.other->formatName(format);

    EXPECT_EQ(name, QStringLiteral("sample_rows_format"));
}

TEST(ClipboardFormats, Case282_ANumberSignNamesANumber)
{
    TwoSessions two;

    EXPECT_EQ(two.own->registerFormat(QStringLiteral("#1234")).value(), 1234U);
}

TEST(ClipboardFormats, Case283_AnyNumberIsAFormat)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    for (const quint32 format : {0x1234U, 0x123456U, 0xFFFF8765U})
        EXPECT_EQ(win32ErrorOf(two.own->set(format, "x")), "none") << format;

    for (const quint32 format : {0x1234U, 0x123456U, 0xFFFF8765U})
        EXPECT_TRUE(two.own->isAvailable(format)) << format;
    EXPECT_FALSE(two.own->isAvailable(0x8765));
}

TEST(ClipboardFormats, Case284_ZeroIsNone)
{
    TwoSessions two;
    ASSERT_TRUE(two.own->open(1));
    ASSERT_TRUE(two.own->empty());

    EXPECT_EQ(win32ErrorOf(two.own->set(0, "x")), notOpen);
}

TEST(ClipboardFormats, Case285_ANumberOutlivesWhoRegisteredIt)
{
    TwoSessions two;
    auto first = std::make_unique<ClipboardProgram>(8);
    const std::string number = first->run("register sample_rows_format");
    first.reset();

    ClipboardProgram second{9};

    EXPECT_EQ(second.run("register sample_rows_format"), number);
}

} // namespace tellwire::test
