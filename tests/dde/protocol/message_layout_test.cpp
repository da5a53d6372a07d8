// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "tests/dde/protocol/wire_message.h"

#include <gtest/gtest.h>

#include <chrono>

using namespace tellwire;
using namespace tellwire::protocol;
using namespace std::chrono_literals;

// The bytes that docs/protocol.md promises. A test that fails here means that other versions do not
// understand this one any more.

TEST(AnInitiate, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Initiate{1, 2, "Quotes"_service, "NYSE"_topic});

    EXPECT_EQ(bytes.type, 0x10);
    EXPECT_EQ(bytes.id, 1U);
    EXPECT_EQ(bytes.head, hex("02000000 0000 0600 51756f746573 0400 4e595345 00000000 00"));
}

TEST(AnInitiate, TellsWhatAClientOfTheExactFaceSaysAboutItself)
{
    Initiate message{1, 2, "Q"_service, "N"_topic, 7};
    message.context = ConversationContext{.instance = 0x0102030405060708,
                                          .isWide = true,
                                          .flags = 0x11,
                                          .country = 49,
                                          .codePage = 1200,
                                          .language = 0x407,
                                          .security = 7,
                                          .impersonationLevel = 2,
                                          .trackingMode = 1,
                                          .effectiveOnly = true};

    const transport::Message bytes = encode(message);

    EXPECT_EQ(bytes.head,
              hex("02000000 0000 0100 51 0100 4e 07000000 01 0807060504030201 03 11000000 31000000 "
                  "b0040000 07040000 07000000 02000000 01"));
}

TEST(ARequest, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Request{7, 5, "ZAXX"_item, {13}});

    EXPECT_EQ(bytes.type, 0x12);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("05000000 0400 5a415858 0100 0d00"));
}

TEST(APoke, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Poke{7, 5, "ZAXX"_item, 13, "42", 0x32C});

    EXPECT_EQ(bytes.type, 0x13);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("05000000 0400 5a415858 0d00 2c03000000000000"));
    EXPECT_EQ(bytes.payload, QByteArray("42"));
}

TEST(AnAdvise, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes =
        encode(Advise{3, 5, "Z"_item, LinkKind::Warm, LinkPace::Acknowledged, 4, {13, 1}});

    EXPECT_EQ(bytes.type, 0x15);
    EXPECT_EQ(bytes.id, 3U);
    EXPECT_EQ(bytes.head, hex("05000000 0100 5a 01 02 0400 0200 0d00 0100 00"));
}

TEST(AnAdvise, HasABitForEachChoice)
{
    const Advise plain{.link = 3, .item = "Z"_item, .pace = LinkPace::EveryUpdate, .formats = {13}};
    Advise wholeBatches = plain;
    Advise finalValue = plain;
    Advise awaitItem = plain;
    wholeBatches.wholeBatches = true;
    finalValue.kind = LinkKind::Warm;
    finalValue.finalValue = true;
    awaitItem.awaitItem = true;

    EXPECT_EQ(encode(wholeBatches).head, hex("00000000 0100 5a 00 01 0000 0100 0d00 01"));
    EXPECT_EQ(encode(finalValue).head, hex("00000000 0100 5a 01 01 0000 0100 0d00 02"));
    EXPECT_EQ(encode(awaitItem).head, hex("00000000 0100 5a 00 01 0000 0100 0d00 04"));
}

TEST(AFind, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Find{7, "Quotes"_service, {}});

    EXPECT_EQ(bytes.type, 0x1A);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("0600 51756f746573 0000 00"));
}

TEST(ARequestForMany, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(RequestMany{7, 5, {13, 1}, {"ZAXX"_item, "Z"_item}});

    EXPECT_EQ(bytes.type, 0x1B);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("05000000 0200 0d00 0100 0200 0400 5a415858 0100 5a"));
}

TEST(ABrowse, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Browse{7, 5, 100, "Z"_item, "ZA"_item});

    EXPECT_EQ(bytes.type, 0x1C);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("05000000 6400 0100 5a 0200 5a41"));
}

TEST(AnAnswer, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Answer{7, Quality::Uncertain, 0x1'0000'032C, 8, 13, "42.5"});

    EXPECT_EQ(bytes.type, 0x22);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.flags, 1);
    EXPECT_EQ(bytes.sequence, 0U);
    EXPECT_EQ(bytes.time, 8);
    EXPECT_EQ(bytes.head, hex("0d00 2c03000001000000"));
    EXPECT_EQ(bytes.payload, QByteArray("42.5"));
}

TEST(ADeclined, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Declined{7, {ErrorCode::Busy, QStringLiteral("no"), 9, 1'000ms}});

    EXPECT_EQ(bytes.type, 0x24);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("0b00 09 00 e8030000 0200 6e6f"));
}

TEST(AnAdvised, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Advised{3, 13, 0x32C, 0x1122334455667788, 9});

    EXPECT_EQ(bytes.type, 0x25);
    EXPECT_EQ(bytes.id, 3U);
    EXPECT_EQ(bytes.head, hex("0d00 2c03000000000000 8877665544332211 09000000"));
}

TEST(AValue, TravelsWithoutAHead)
{
    const transport::Message bytes = encode(Value{3, Quality::Stale, 8, 1'000'000, "42"});

    EXPECT_EQ(bytes.type, 0x26);
    EXPECT_EQ(bytes.id, 3U);
    EXPECT_EQ(bytes.flags, 3);
    EXPECT_EQ(bytes.sequence, 8U);
    EXPECT_EQ(bytes.time, 1'000'000);
    EXPECT_TRUE(bytes.head.isEmpty());
    EXPECT_EQ(bytes.payload, QByteArray("42"));
}

TEST(AValue, IsMarkedInItsFlagsIfItIsPartOfABatch)
{
    const transport::Message bytes = encode(Value{.link = 3, .quality = Quality::Stale, .partOfBatch = true});

    EXPECT_EQ(bytes.flags, 0x8003);
}

TEST(AChanged, TravelsLikeAValueWithoutBytes)
{
    const transport::Message bytes = encode(Changed{3, Quality::Bad, 8, 1'000'000});

    EXPECT_EQ(bytes.type, 0x27);
    EXPECT_EQ(bytes.id, 3U);
    EXPECT_EQ(bytes.flags, 2);
    EXPECT_EQ(bytes.sequence, 8U);
    EXPECT_EQ(bytes.time, 1'000'000);
    EXPECT_TRUE(bytes.head.isEmpty() && bytes.payload.isEmpty());
}

TEST(AFound, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Found{7, true, {{2, "Quotes"_service, "NYSE"_topic}}});

    EXPECT_EQ(bytes.type, 0x29);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("01 0100 02000000 0600 51756f746573 0400 4e595345"));
}

TEST(AnAnswerAboutMany, IsWrittenAsTheProtocolDocumentSays)
{
    const AnswerPart value{
        .quality = Quality::Stale, .sequence = 0x32C, .time = 8, .format = 13, .length = 2};
    const AnswerPart refused{.refusal = Error{ErrorCode::NoSuchItem, QStringLiteral("no")}};

    const transport::Message bytes = encode(AnswerMany{7, {value, refused}, "42"});

    EXPECT_EQ(bytes.type, 0x2A);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("0200"
                              "00 03 2c03000000000000 0800000000000000 0d00 02000000"
                              "01 0300 00 00 00000000 0200 6e6f"));
    EXPECT_EQ(bytes.payload, QByteArray("42"));
}

TEST(ABatchEnd, IsNothingButItsType)
{
    const transport::Message bytes = encode(BatchEnd{});

    EXPECT_EQ(bytes.type, 0x2B);
    EXPECT_EQ(bytes.id, 0U);
    EXPECT_TRUE(bytes.head.isEmpty() && bytes.payload.isEmpty());
}
