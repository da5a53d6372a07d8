// SPDX-License-Identifier: Apache-2.0
#include "formats/format.h"
#include "formats/standard_formats.h"

#include <QSet>

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

/// The sentence with which a name is refused; empty if it is accepted.
QString refusalOf(const QString &name)
{
    const Result<Format> format = Format::fromName(name);
    if (!format) {
        EXPECT_EQ(format.error().code, ErrorCode::BadData);
        EXPECT_FALSE(format.error().detail.isEmpty());
    }
    return format ? QString{} : format.error().detail;
}

QString nameOfUserText(const QString &text)
{
    const Result<Format> format = Format::fromUserText(text);
    return format ? format->name() : QString{};
}

} // namespace

TEST(AFormat, KeepsTheSpellingOfItsName)
{
    EXPECT_EQ(Format{u"Rich Text Format"_s}.name(), u"Rich Text Format"_s);
}

TEST(AFormat, EqualsAnotherWithoutRegardToCase)
{
    EXPECT_EQ(Format{u"image/png"_s}, Format{u"IMAGE/PNG"_s});
    EXPECT_EQ(Format{u"CF_Größe"_s}, Format{u"cf_GRÖẞE"_s});
    EXPECT_EQ(Format{u"ΟΔΟΣ"_s}, Format{u"οδος"_s});
    EXPECT_NE(Format{u"image/png"_s}, Format{u"image/pn"_s});
}

TEST(AFormat, HashesWithoutRegardToCase)
{
    const QSet<Format> formats{Format{u"Größe"_s}, Format{u"text/html"_s}};

    EXPECT_TRUE(formats.contains(Format{u"GRÖẞE"_s}));
    EXPECT_TRUE(formats.contains(Format{u"TEXT/html"_s}));
    EXPECT_FALSE(formats.contains(Format{u"text/xml"_s}));
}

TEST(AFormat, HasAShortWayToTheCommonOnes)
{
    EXPECT_EQ(Format::text().name(), u"text/plain;charset=utf-8"_s);
    EXPECT_EQ(Format::html().name(), u"text/html"_s);
    EXPECT_EQ(Format::json().name(), u"application/json"_s);
    EXPECT_EQ(Format::uriList().name(), u"text/uri-list"_s);
    EXPECT_EQ(Format::png().name(), u"image/png"_s);
}

TEST(AFormatName, HasOneTo255Characters)
{
    EXPECT_NE(refusalOf({}), QString{});
    EXPECT_EQ(refusalOf(QString(1, u'x')), QString{});
    EXPECT_EQ(refusalOf(QString(255, u'x')), QString{});
    EXPECT_NE(refusalOf(QString(256, u'x')), QString{});
}

TEST(AFormatName, IsUnicodeTextWithoutAZero)
{
    EXPECT_NE(refusalOf(u"a"_s + QChar{QChar::Null}), QString{});
    EXPECT_NE(refusalOf(u"a"_s + QChar{0xD800}), QString{});
    EXPECT_EQ(refusalOf(QString::fromUcs4(U"\U0001F4CB clip")), QString{});
}

TEST(AFormatName, ThatBeginsWithAHashIsANumberWithoutAName)
{
    EXPECT_EQ(refusalOf(u"#513"_s), QString{});
    EXPECT_EQ(refusalOf(u"#49151"_s), QString{});
    EXPECT_EQ(refusalOf(u"#1193046"_s), QString{});
    EXPECT_EQ(refusalOf(u"#4294967295"_s), QString{});
    for (const QString &name : {u"#"_s, u"#0"_s, u"#0513"_s, u"#+5"_s, u"# 5"_s, u"#x"_s, u"#5x"_s, u"#-1"_s,
                                u"#4294967296"_s, u"##5"_s})
        EXPECT_NE(refusalOf(name), QString{}) << qPrintable(name);
}

TEST(AFormatName, IsNoNumberThatMeansSomethingElseInEverySession)
{
    EXPECT_NE(refusalOf(u"#49152"_s), QString{});
    EXPECT_NE(refusalOf(u"#65535"_s), QString{});
    EXPECT_EQ(refusalOf(u"#65536"_s), QString{});
}

TEST(AFormatName, IsNoNumberThatHasAName)
{
    EXPECT_THAT(refusalOf(u"#13"_s).toStdString(), testing::HasSubstr("CF_UNICODETEXT"));
}

TEST(UserText, MayBeAShortAlias)
{
    EXPECT_EQ(nameOfUserText(u"text"_s), Format::text().name());
    EXPECT_EQ(nameOfUserText(u"JSON"_s), Format::json().name());
    EXPECT_EQ(nameOfUserText(u"html"_s), Format::html().name());
    EXPECT_EQ(nameOfUserText(u"png"_s), Format::png().name());
    EXPECT_EQ(nameOfUserText(u"uri-list"_s), Format::uriList().name());
}

TEST(UserText, MayBeANumber)
{
    EXPECT_EQ(nameOfUserText(u"#13"_s), u"CF_UNICODETEXT"_s);
    EXPECT_EQ(nameOfUserText(u"#513"_s), u"#513"_s);
    EXPECT_EQ(nameOfUserText(u"#0"_s), QString{});
}

TEST(UserText, MayBeAnyName)
{
    EXPECT_EQ(nameOfUserText(u"CF_TEXT"_s), u"CF_TEXT"_s);
    EXPECT_EQ(nameOfUserText(u" image/svg+xml "_s), u"image/svg+xml"_s);
    EXPECT_EQ(nameOfUserText(u"Rich Text Format"_s), u"Rich Text Format"_s);
    EXPECT_EQ(nameOfUserText(u"  "_s), QString{});
}

TEST(AMimeName, IsTheNameItselfIfThatIsWrittenLikeOne)
{
    for (const QString &name : {u"image/png"_s, u"text/plain;charset=utf-8"_s,
                                u"text/plain; charset=\"a/b\""_s, u"application/vnd.example+json"_s})
        EXPECT_EQ(Format{name}.mimeName(), name);
}

TEST(AMimeName, IsMissingIfTheNameIsWrittenOtherwise)
{
    for (const QString &name : {u"Rich Text Format"_s, u"image/"_s, u"/png"_s, u"image"_s, u"image/png/x"_s,
                                u"a b/c"_s, u"#513"_s, u"größe/png"_s, u";a/b"_s})
        EXPECT_EQ(Format{name}.mimeName(), QString{}) << qPrintable(name);
}

TEST(AMimeName, OfAStandardFormatIsWhatOtherSystemsCallIt)
{
    EXPECT_EQ(Format{u"CF_UNICODETEXT"_s}.mimeName(), u"text/plain;charset=utf-16le"_s);
    EXPECT_EQ(Format{u"cf_tiff"_s}.mimeName(), u"image/tiff"_s);
    EXPECT_EQ(Format{u"CF_PALETTE"_s}.mimeName(), QString{});
}

#ifndef NDEBUG
TEST(AFormatDeathTest, DoesNotTakeABadNameFromTheProgramItself)
{
    EXPECT_DEATH(Format{QString{}}, "a format needs a name");
}
#endif
