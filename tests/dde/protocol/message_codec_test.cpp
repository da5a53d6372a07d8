// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"

#include <gmock/gmock.h>

#include <type_traits>
#include <utility>

using namespace tellwire;
using namespace tellwire::protocol;
using testing::HasSubstr;

namespace {

QByteArray hex(const char *text) { return QByteArray::fromHex(text); }

transport::Message message(std::uint8_t type, const QByteArray &head = {})
{
    transport::Message result;
    result.type = type;
    result.head = head;
    return result;
}

template <typename Field>
transport::Message with(Field transport::Message::*field, std::type_identity_t<Field> value,
                        transport::Message message)
{
    message.*field = std::move(value);
    return message;
}

template <typename Message>
std::string complaintAbout(const Result<Message> &decoded, ErrorCode expectedCode = ErrorCode::BadData)
{
    if (decoded)
        return "nothing";
    EXPECT_EQ(decoded.error().code, expectedCode);
    return decoded.error().detail.toStdString();
}

transport::Message pokeWithHead(const QByteArray &head)
{
    return with(&transport::Message::payload, QByteArrayLiteral("42"), message(0x13, head));
}

transport::Message requestFor(const QByteArray &item)
{
    const QByteArray size(1, static_cast<char>(item.size() & 0xFF));
    const QByteArray sizeAbove(1, static_cast<char>(item.size() >> 8));
    return message(0x12, hex("05000000") + size + sizeAbove + item + hex("01000d00"));
}

Error refusal(const QString &detail) { return {ErrorCode::Refused, detail, 9}; }

} // namespace

TEST(APoke, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Poke{7, 5, "ZAXX"_item, 13, "42"});

    EXPECT_EQ(bytes.type, 0x13);
    EXPECT_EQ(bytes.id, 7U);
    EXPECT_EQ(bytes.head, hex("05000000 0400 5a415858 0d00"));
    EXPECT_EQ(bytes.payload, QByteArray("42"));
}

TEST(AnInitiate, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Initiate{1, 2, "Quotes"_service, "NYSE"_topic});

    EXPECT_EQ(bytes.head, hex("02000000 0000 0600 51756f746573 0400 4e595345"));
}

TEST(AnAdvise, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes =
        encode(Advise{3, 5, "Z"_item, LinkKind::Warm, LinkPace::Acknowledged, 4, {13, 1}});

    EXPECT_EQ(bytes.head, hex("05000000 0100 5a 01 02 0400 0200 0d00 0100"));
}

TEST(AnAdvised, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Advised{3, 13, 0x1122334455667788});

    EXPECT_EQ(bytes.head, hex("0d00 8877665544332211"));
}

TEST(ADeclined, IsWrittenAsTheProtocolDocumentSays)
{
    const transport::Message bytes = encode(Declined{7, refusal(QStringLiteral("no"))});

    EXPECT_EQ(bytes.head, hex("0a00 09 00 0200 6e6f"));
}

TEST(AValue, TravelsWithoutAHead)
{
    const transport::Message bytes = encode(Value{3, Quality::Stale, 8, 1'000'000, "42"});

    EXPECT_EQ(bytes.flags, 3);
    EXPECT_EQ(bytes.sequence, 8U);
    EXPECT_EQ(bytes.time, 1'000'000);
    EXPECT_TRUE(bytes.head.isEmpty());
    EXPECT_EQ(bytes.payload, QByteArray("42"));
}

TEST(APayload, IsNeverCopied)
{
    const QByteArray payload(1000, 'x');

    const Result<ServerMessage> value = decodeFromServer(encode(Value{.link = 3, .value = payload}));

    EXPECT_EQ(std::get<Value>(value.value()).value.constData(), payload.constData());
}

TEST(AnInitiate, MayLeaveTheNamesOpen)
{
    const Result<ClientMessage> initiate = decodeFromClient(encode(Initiate{.conversation = 1}));

    ASSERT_TRUE(initiate);
    EXPECT_TRUE(std::get<Initiate>(*initiate).service.isEmpty());
    EXPECT_TRUE(std::get<Initiate>(*initiate).topic.isEmpty());
}

TEST(AnOpened, MustNameBoth)
{
    const transport::Message bytes = message(0x20, hex("00000000 0000 0100 4e"));

    EXPECT_THAT(complaintAbout(decodeFromServer(bytes)),
                HasSubstr("malformed Opened arrived: a name is missing"));
}

TEST(ATerminate, ComesFromEitherSideWithOrWithoutAReason)
{
    const Terminate withReason{4, refusal(QStringLiteral("enough"))};

    EXPECT_EQ(std::get<Terminate>(decodeFromServer(encode(withReason)).value()), withReason);
    EXPECT_EQ(std::get<Terminate>(decodeFromClient(encode(Terminate{4, {}})).value()), (Terminate{4, {}}));
}

TEST(AMessage, FromTheWrongSideIsSkipped)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(encode(Value{})), ErrorCode::VersionMismatch),
                HasSubstr("type Value"));
    EXPECT_THAT(complaintAbout(decodeFromServer(encode(Fetch{})), ErrorCode::VersionMismatch),
                HasSubstr("type Fetch"));
}

TEST(AMessage, OfAnUnknownTypeIsSkipped)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x3F)), ErrorCode::VersionMismatch),
                HasSubstr("type 0x3f"));
}

TEST(AHead, MustNotEndEarly)
{
    const QByteArray complete = encode(Poke{7, 5, "ZAXX"_item, 13, "42"}).head;

    for (qsizetype size = 0; size < complete.size(); ++size)
        EXPECT_THAT(complaintAbout(decodeFromClient(pokeWithHead(complete.first(size)))),
                    HasSubstr("malformed Poke arrived: the head ends too early"));
}

TEST(AHead, MustNotGoOn)
{
    const QByteArray complete = encode(Poke{7, 5, "ZAXX"_item, 13, "42"}).head;

    EXPECT_THAT(complaintAbout(decodeFromClient(pokeWithHead(complete + '\0'))),
                HasSubstr("the head is too long"));
}

TEST(AName, MustBeLegalOnTheWireToo)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(""))), HasSubstr("a name is missing"));
    EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(hex("6100")))), HasSubstr("zero character"));
    EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(QByteArray(256, 'x')))),
                HasSubstr("longer than 255"));
    EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(QByteArray(766, 'x')))),
                HasSubstr("a text is too long"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0000 0100 2f 0000")))),
                HasSubstr("slash"));
}

TEST(AName, MustBeTheOneValidUtf8OfItsText)
{
    for (const char *invalid : {"c3", "c328", "a0", "c080", "eda080", "f4908080", "ff"})
        EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(hex(invalid)))), HasSubstr("not valid UTF-8"))
            << invalid;
    EXPECT_TRUE(decodeFromClient(requestFor(hex("efbbbf61"))));
}

TEST(AListOfFormats, HasFrom1To256)
{
    const QByteArray start = hex("05000000 0100 5a");
    const QByteArray numbers(2 * 257, 'x');

    EXPECT_TRUE(decodeFromClient(message(0x12, start + hex("0001") + numbers.first(512))));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x12, start + hex("0000")))),
                HasSubstr("no formats"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x12, start + hex("0101") + numbers))),
                HasSubstr("more than 256"));
}

TEST(AChoice, MustBeKnown)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x15, hex("05000000 0100 5a 02 00 0000 0100 0d00")))),
                HasSubstr("a choice is unknown"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x15, hex("05000000 0100 5a 00 03 0000 0100 0d00")))),
                HasSubstr("a choice is unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(with(&transport::Message::flags, 4, message(0x26)))),
                HasSubstr("the quality is unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x24, hex("0900 00 00 0000")))),
                HasSubstr("the error code is unknown"));
}

TEST(AWindow, GoesWithAcknowledgementAndOnlyWithThat)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x15, hex("05000000 0100 5a 00 02 0000 0100 0d00")))),
                HasSubstr("the window does not fit the pace"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x15, hex("05000000 0100 5a 00 01 0100 0100 0d00")))),
                HasSubstr("the window does not fit the pace"));
}

TEST(AFormat, IsNamedWhereverThereIsAValue)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(pokeWithHead(hex("05000000 0100 5a 0000")))),
                HasSubstr("no format"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x22, hex("0000")))), HasSubstr("no format"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x25, hex("0000 0000000000000000")))),
                HasSubstr("no format"));
}

TEST(AReservedField, MustBeZero)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0100 0000 0000")))),
                HasSubstr("reserved field"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x24, hex("0a00 09 01 0000")))),
                HasSubstr("reserved field"));
}

TEST(AMessage, CarriesNothingThatItsTypeHasNoUseFor)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::flags, 1, message(0x17)))),
                HasSubstr("flags"));
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::sequence, 1, message(0x17)))),
                HasSubstr("sequence number"));
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::time, 1, message(0x17)))),
                HasSubstr("time"));
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::payload, "x", message(0x17)))),
                HasSubstr("payload"));
    EXPECT_THAT(complaintAbout(decodeFromServer(with(&transport::Message::flags, 0x100, message(0x23)))),
                HasSubstr("application code"));
}

TEST(TheDetailOfAnError, IsCutBetweenCharacters)
{
    const transport::Message bytes = encode(Declined{7, refusal(QString(2000, u'\u20ac'))});

    const Result<ServerMessage> declined = decodeFromServer(bytes);

    ASSERT_TRUE(declined);
    EXPECT_EQ(std::get<Declined>(*declined).reason.detail, QString(341, u'\u20ac'));
}

TEST(TheDetailOfAnError, MayHoldAnythingAHandlerSays)
{
    const QString detail = QStringLiteral("half ") + QChar{0xD83D} + QStringLiteral(" zero ") + QChar{};

    const Result<ServerMessage> declined = decodeFromServer(encode(Declined{7, refusal(detail)}));

    ASSERT_TRUE(declined);
    EXPECT_THAT(std::get<Declined>(*declined).reason.detail.toStdString(), HasSubstr("half "));
}

TEST(TheDetailOfAnError, IsNotReadBeyondItsLimit)
{
    const transport::Message bytes = message(0x24, hex("0a00 09 00 0104") + QByteArray(1025, 'x'));

    EXPECT_THAT(complaintAbout(decodeFromServer(bytes)), HasSubstr("a text is too long"));
}
