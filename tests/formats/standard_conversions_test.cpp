// SPDX-License-Identifier: Apache-2.0
#include "formats/format_registry.h"
#include "formats/standard_formats.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

const Format unicodeText = standardFormat(StandardFormat::UnicodeText);
const Format windowsText = standardFormat(StandardFormat::Text);

Result<QByteArray> converted(const Format &from, const QByteArray &bytes, const Format &to)
{
    return FormatRegistry::withStandardConversions().convert({from, bytes}, to).transform(&Payload::bytes);
}

Loss lossOf(const Format &from, const Format &to)
{
    return FormatRegistry::withStandardConversions().chain(from, to)->loss();
}

} // namespace

TEST(StandardConversions, LeaveJsonAsItsAuthorLaidItOut)
{
    const QByteArray json = "{ \"z\": 1.50,\n  \"a\": 12345678901234567890123 }";

    EXPECT_EQ(converted(Format::json(), json, Format::text()).value(), json);
    EXPECT_EQ(lossOf(Format::json(), Format::text()), Loss::None);
}

TEST(StandardConversions, RefuseJsonThatIsNone)
{
    EXPECT_EQ(converted(Format::json(), "{", Format::text()).error().code, ErrorCode::BadData);
}

TEST(StandardConversions, DropTheMarkupOfHtmlAndSaySo)
{
    EXPECT_EQ(converted(Format::html(), "<p>caf&#233; <b>\xC3\xA0 la</b></p>", Format::text()).value(),
              "caf\xC3\xA9 \xC3\xA0 la");
    EXPECT_EQ(lossOf(Format::html(), Format::text()), Loss::Lossy);
}

TEST(StandardConversions, ReadHtmlInUtf16IfItsFirstBytesSaySo)
{
    EXPECT_EQ(converted(Format::html(), QByteArray("\xFF\xFE<\0b\0>\0\xE9\0", 10), Format::text()).value(),
              "\xC3\xA9");
}

TEST(StandardConversions, RefuseHtmlThatIsNotUnicode)
{
    EXPECT_EQ(converted(Format::html(), "caf\xE9", Format::text()).error().code, ErrorCode::BadData);
}

TEST(StandardConversions, PutEachAddressOnALineWithoutComments)
{
    const QByteArray list = "# two files\r\nfile:///a%20b\r\n\r\nhttp://localhost/#part\r\n";

    EXPECT_EQ(converted(Format::uriList(), list, Format::text()).value(),
              "file:///a%20b\nhttp://localhost/#part");
    EXPECT_EQ(converted(Format::uriList(), {}, Format::text()).value(), QByteArray{});
}

TEST(StandardConversions, CarryTextToUnicodeTextAndBackUnchanged)
{
    const QByteArray text = "a\r\n\xE2\x82\xAC\n";

    const QByteArray there = converted(Format::text(), text, unicodeText).value();

    EXPECT_EQ(there, QByteArray("a\0\r\0\n\0\xAC\x20\n\0\0\0", 12));
    EXPECT_EQ(converted(unicodeText, there, Format::text()).value(), text);
    EXPECT_EQ(lossOf(Format::text(), unicodeText), Loss::None);
}

TEST(StandardConversions, SayThatCodePage1252LacksCharacters)
{
    EXPECT_EQ(converted(Format::text(), "\xE2\x82\xAC \xD0\x96", windowsText).value(),
              QByteArray("\x80 ?\0", 4));
    EXPECT_EQ(lossOf(Format::text(), windowsText), Loss::Lossy);
    EXPECT_EQ(lossOf(windowsText, Format::text()), Loss::None);
}

TEST(StandardConversions, LeadFromEachTextFormatOfWin32ToTheOther)
{
    EXPECT_EQ(converted(windowsText, QByteArray("\x80\0x", 3), unicodeText).value(),
              QByteArray("\xAC\x20\0\0", 4));
    EXPECT_EQ(converted(unicodeText, QByteArray("\xAC\x20\0\0", 4), windowsText).value(),
              QByteArray("\x80\0", 2));
}

TEST(StandardConversions, MakeNothingUp)
{
    EXPECT_EQ(FormatRegistry::withStandardConversions().reachableFrom(Format::text()),
              (QList{unicodeText, windowsText}));
}

TEST(StandardConversions, RefuseTextThatIsNotUtf8)
{
    EXPECT_EQ(converted(Format::text(), "\xFF", unicodeText).error().code, ErrorCode::BadData);
    EXPECT_EQ(converted(Format::text(), "\xFF", windowsText).error().code, ErrorCode::BadData);
    EXPECT_EQ(converted(Format::uriList(), "\xFF", Format::text()).error().code, ErrorCode::BadData);
}
