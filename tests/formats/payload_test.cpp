// SPDX-License-Identifier: Apache-2.0
#include "formats/payload.h"

#include <QDebug>

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

struct Opaque
{};

static_assert(Exchangeable<QString>);
static_assert(!Exchangeable<Opaque>);
static_assert(!Exchangeable<int>);

} // namespace

TEST(APayload, CarriesBytesAndTheirFormat)
{
    const Payload payload{Format::png(), "bytes"_ba};

    EXPECT_EQ(payload.format(), Format::png());
    EXPECT_EQ(payload.bytes(), "bytes"_ba);
}

TEST(APayload, GivesBackWhatItIsMadeOf)
{
    const Payload payload = Payload::of(u"12.5 €"_s);

    EXPECT_EQ(payload.format(), Format::text());
    EXPECT_EQ(payload.bytes(), "12.5 \xE2\x82\xAC"_ba);
    EXPECT_EQ(payload.as<QString>().value(), u"12.5 €"_s);
}

TEST(APayload, OfAnotherFormatIsNotRead)
{
    const Result<QString> text = Payload(Format::html(), "<b>"_ba).as<QString>();

    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::FormatNotOffered);
    EXPECT_THAT(text.error().detail.toStdString(), testing::HasSubstr("text/html"));
}

TEST(APayload, IsReadWhateverTheCaseOfItsFormat)
{
    const Payload payload{Format{u"TEXT/PLAIN;CHARSET=UTF-8"_s}, "yes"_ba};

    EXPECT_EQ(payload.as<QString>().value(), u"yes"_s);
}

TEST(APayload, SharesItsBytesWithItsCopies)
{
    const Payload payload{Format::png(), QByteArray(1000, 'x')};
    const Payload copy = payload;

    EXPECT_EQ(copy, payload);
    EXPECT_EQ(copy.bytes().constData(), payload.bytes().constData());
}

TEST(APayload, PrintsItsFormatAndSizeButNotItsContent)
{
    QString printed;

    QDebug{&printed} << Payload{Format::text(), "a secret"_ba};

    EXPECT_EQ(printed.trimmed(), u"text/plain;charset=utf-8 (8 bytes)"_s);
}

TEST(Text, ComesBackUnchanged)
{
    for (const QString &text : {QString{}, u"plain"_s, u"\uFEFFmarked"_s, u"a\r\nb\n"_s,
                                u"x"_s + QChar{QChar::Null} + u"y"_s, QString::fromUcs4(U"\U0001F4CB")})
        EXPECT_EQ(FormatOf<QString>::decode(FormatOf<QString>::encode(text)).value(), text);
}

TEST(Text, ThatIsNotUtf8IsBadData)
{
    for (const QByteArray &bytes : {"\xFF"_ba, "\xC3"_ba, "a\xE2\x82"_ba, "\xC0\x80"_ba, "\xED\xA0\x80"_ba,
                                    "\xF4\x90\x80\x80"_ba, "\x80 after"_ba}) {
        const Result<QString> text = FormatOf<QString>::decode(bytes);
        ASSERT_FALSE(text) << bytes.toHex().constData();
        EXPECT_EQ(text.error().code, ErrorCode::BadData);
    }
}
