// SPDX-License-Identifier: Apache-2.0
#include "formats/win32_text_p.h"

#include <gmock/gmock.h>

#include <limits>

using namespace tellwire;
using namespace Qt::StringLiterals;

TEST(UnicodeText, IsUtf16WithTheLowByteFirstAndATerminator)
{
    EXPECT_EQ(encodeUnicodeText(u"a€"_s).value(), QByteArray("a\0\xAC\x20\0\0", 6));
    EXPECT_EQ(encodeUnicodeText({}).value(), QByteArray(2, '\0'));
}

TEST(UnicodeText, ComesBackUnchanged)
{
    for (const QString &text :
         {QString{}, u"a"_s, u"\uFEFFa"_s, u"a\nb\r\n"_s, u"Ā"_s, QString::fromUcs4(U"\U0001F4CB")})
        EXPECT_EQ(decodeUnicodeText(encodeUnicodeText(text).value()).value(), text);
}

TEST(UnicodeText, EndsAtItsTerminatorWhateverFollows)
{
    EXPECT_EQ(decodeUnicodeText(QByteArray("a\0\0\0\xD8\xD8\xD8", 7)).value(), u"a"_s);
}

TEST(UnicodeText, MayDoWithoutATerminator)
{
    EXPECT_EQ(decodeUnicodeText(QByteArray("a\0b\0", 4)).value(), u"ab"_s);
    EXPECT_EQ(decodeUnicodeText({}).value(), QString{});
}

TEST(UnicodeText, IsNotEndedByTwoZeroBytesOfDifferentUnits)
{
    EXPECT_EQ(decodeUnicodeText(QByteArray("a\0\0\x01", 4)).value(), u"aĀ"_s);
}

TEST(UnicodeText, WithHalfACharacterIsBadData)
{
    for (const QByteArray &bytes : {QByteArray("a", 1), QByteArray("a\0b", 3), QByteArray("\x00\xD8", 2),
                                    QByteArray("\x00\xD8"
                                               "a\0\0\0",
                                               6),
                                    QByteArray("\x00\xDC\0\0", 4)})
        EXPECT_FALSE(decodeUnicodeText(bytes)) << bytes.toHex().constData();
}

TEST(UnicodeText, CannotTellAZeroInside)
{
    EXPECT_EQ(encodeUnicodeText(u"a"_s + QChar{QChar::Null}).error().code, ErrorCode::BadData);
}

TEST(CodePage1252, GivesEveryByteACharacterAndBack)
{
    for (int byte = 1; byte <= std::numeric_limits<uchar>::max(); ++byte) {
        const QByteArray bytes(1, static_cast<char>(byte));
        const QString text = decodeCodePage1252(bytes);
        ASSERT_EQ(text.size(), 1) << byte;
        EXPECT_EQ(encodeCodePage1252(text).value(), bytes + '\0') << byte;
    }
}

TEST(CodePage1252, HasTheEuroAndItsNeighbours)
{
    EXPECT_EQ(decodeCodePage1252("\x80\x93\x94\x85\x9F\xE9\xFF"_ba), u"€“”…Ÿéÿ"_s);
}

TEST(CodePage1252, EndsAtItsTerminator)
{
    EXPECT_EQ(decodeCodePage1252(QByteArray("ab\0cd", 5)), u"ab"_s);
    EXPECT_EQ(decodeCodePage1252({}), QString{});
}

TEST(CodePage1252, ReplacesEachCharacterThatItLacks)
{
    EXPECT_EQ(encodeCodePage1252(QString::fromUcs4(U"a\u0416\U0001F4CBz")).value(), QByteArray("a??z\0", 5));
}

TEST(CodePage1252, CannotTellAZeroInside)
{
    EXPECT_EQ(encodeCodePage1252(u"a"_s + QChar{QChar::Null}).error().code, ErrorCode::BadData);
}
