// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "tests/dde/protocol/wire_message.h"

#include <gmock/gmock.h>

#include <chrono>
#include <limits>

using namespace tellwire;
using namespace tellwire::protocol;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

transport::Message pokeWithHead(const QByteArray &head) { return message(0x13, head, "42"); }

transport::Message requestFor(const QByteArray &item)
{
    const QByteArray size(1, static_cast<char>(item.size() & 0xFF));
    const QByteArray sizeAbove(1, static_cast<char>(item.size() >> 8));
    return message(0x12, hex("05000000") + size + sizeAbove + item + hex("01000d00"));
}

/// Of item Z in format 13, with these numbers for kind and pace, window and choices.
transport::Message advise(const char *kindAndPace, const char *window, const char *choices)
{
    return message(0x15, hex("05000000 0100 5a") + hex(kindAndPace) + hex(window) + hex("0100 0d00") +
                             hex(choices));
}

/// What a declined transaction's error becomes on its way.
Error received(const Error &error)
{
    const Result<ServerMessage> declined = decodeFromServer(encode(Declined{7, error}));
    EXPECT_TRUE(declined);
    return std::get<Declined>(declined.value()).reason;
}

Error refusal(const QString &detail) { return {ErrorCode::Refused, detail, 9}; }

} // namespace

TEST(APayload, IsNeverCopied)
{
    const QByteArray payload(1000, 'x');

    const Result<ServerMessage> value = decodeFromServer(encode(Value{.link = 3, .value = payload}));

    EXPECT_EQ(std::get<Value>(value.value()).value.array().constData(), payload.constData());
}

TEST(AConversation, IsAboutOneServiceAndOneTopic)
{
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x20, hex("00000000 0000 0100 4e")))),
                HasSubstr("malformed Opened arrived: a name is missing"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0000 0000 0100 4e")))),
                HasSubstr("malformed Initiate arrived: a name is missing"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0000 0100 51 0000")))),
                HasSubstr("malformed Initiate arrived: a name is missing"));
}

TEST(AFind, MayLeaveTheNamesOpen)
{
    const Result<ClientMessage> find = decodeFromClient(encode(Find{.transaction = 7}));

    ASSERT_TRUE(find);
    EXPECT_TRUE(std::get<Find>(*find).service.isEmpty());
    EXPECT_TRUE(std::get<Find>(*find).topic.isEmpty());
}

TEST(ABrowse, MayLeaveTheNamesOpenButAsksForAtLeastOneItem)
{
    EXPECT_TRUE(decodeFromClient(message(0x1C, hex("05000000 0100 0000 0000"))));
    EXPECT_TRUE(decodeFromClient(message(0x1C, hex("05000000 ffff 0000 0000"))));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x1C, hex("05000000 0000 0000 0000")))),
                HasSubstr("a page without items"));
}

TEST(ABatchEnd, IsAboutNoLink)
{
    EXPECT_TRUE(decodeFromServer(message(0x2B)));
    EXPECT_THAT(complaintAbout(decodeFromServer(with(&transport::Message::id, 3, message(0x2B)))),
                HasSubstr("it has a number"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2B, hex("00")))), HasSubstr("too long"));
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
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0000 0100 2f 0100 4e")))),
                HasSubstr("slash"));
}

TEST(AName, MustBeTheOneValidUtf8OfItsText)
{
    for (const char *invalid : {"c3", "c328", "a0", "c080", "eda080", "f4908080", "ff"})
        EXPECT_THAT(complaintAbout(decodeFromClient(requestFor(hex(invalid)))), HasSubstr("not valid UTF-8"))
            << invalid;
    EXPECT_TRUE(decodeFromClient(requestFor(hex("efbbbf61"))));
}

TEST(AChoice, MustBeKnown)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("02 00", "0000", "00"))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 03", "0000", "00"))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 00", "0000", "08"))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 00", "0000", "80"))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x29, hex("02 0000")))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, hex("0100 02")))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, hex("0100 00 04")))), HasSubstr("unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x24, hex("0900 00 00 00000000 0000")))),
                HasSubstr("the error code is unknown"));
}

TEST(AQuality, MustBeKnown)
{
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{0x22, 0x26, 0x27})
        EXPECT_THAT(complaintAbout(decodeFromServer(with(&transport::Message::flags, 4, message(type)))),
                    HasSubstr("the quality is unknown"));
}

TEST(AValue, IsTheOnlyPartOfABatch)
{
    const transport::Message value = with(&transport::Message::flags, batchFlag, message(0x26));
    const transport::Message changed = with(&transport::Message::flags, batchFlag, message(0x27));
    const transport::Message answer = with(&transport::Message::flags, batchFlag, message(0x22));

    EXPECT_TRUE(std::get<Value>(decodeFromServer(value).value()).partOfBatch);
    EXPECT_THAT(complaintAbout(decodeFromServer(changed)), HasSubstr("the quality is unknown"));
    EXPECT_THAT(complaintAbout(decodeFromServer(answer)), HasSubstr("the quality is unknown"));
}

TEST(AWindow, GoesWithAcknowledgementAndOnlyWithThat)
{
    EXPECT_TRUE(decodeFromClient(advise("00 02", "0100", "00")));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 02", "0000", "00"))),
                HasSubstr("the window does not fit the pace"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 01", "0100", "00"))),
                HasSubstr("the window does not fit the pace"));
}

TEST(WholeBatches, GoWithEveryUpdateOfAHotLinkAndOnlyWithThat)
{
    EXPECT_TRUE(decodeFromClient(advise("00 01", "0000", "01")));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 00", "0000", "01"))), HasSubstr("whole batches"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 02", "0100", "01"))), HasSubstr("whole batches"));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("01 01", "0000", "01"))), HasSubstr("whole batches"));
}

TEST(AFinalValue, GoesWithAWarmLinkAndOnlyWithThat)
{
    EXPECT_TRUE(decodeFromClient(advise("01 00", "0000", "02")));
    EXPECT_THAT(complaintAbout(decodeFromClient(advise("00 00", "0000", "02"))),
                HasSubstr("a hot link has no final value"));
}

TEST(AFormat, IsNamedWhereverThereIsAValue)
{
    const QByteArray withoutFormat = hex("00 00 0000000000000000 0000000000000000 0000");

    EXPECT_THAT(complaintAbout(decodeFromClient(pokeWithHead(hex("05000000 0100 5a 0000")))),
                HasSubstr("no format"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x22, hex("0000")))), HasSubstr("no format"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x25, hex("0000")))), HasSubstr("no format"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, hex("0100") + withoutFormat))),
                HasSubstr("no format"));
}

TEST(AReservedField, MustBeZero)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x10, hex("00000000 0100 0100 51 0100 4e")))),
                HasSubstr("reserved field"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x24, hex("0a00 09 01 00000000 0000")))),
                HasSubstr("reserved field"));
}

TEST(AMessage, CarriesNothingThatItsTypeHasNoUseFor)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::flags, 1, message(0x17)))),
                HasSubstr("flags"));
    EXPECT_THAT(complaintAbout(decodeFromClient(with(&transport::Message::sequence, 1, message(0x17)))),
                HasSubstr("sequence number"));
    EXPECT_THAT(complaintAbout(decodeFromServer(
                    with(&transport::Message::sequence, 1, encode(Answer{.transaction = 7})))),
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
    const Error error = received(refusal(QString(2000, u'\u20ac')));

    EXPECT_EQ(error.detail, QString(341, u'\u20ac'));
}

TEST(TheDetailOfAnError, MayHoldAnythingAHandlerSays)
{
    const QString detail = QStringLiteral("half ") + QChar{0xD83D} + QStringLiteral(" zero ") + QChar{};

    const Error error = received(refusal(detail));

    EXPECT_THAT(error.detail.toStdString(), HasSubstr("half "));
}

TEST(TheDetailOfAnError, IsNotReadBeyondItsLimit)
{
    const transport::Message bytes = message(0x24, hex("0a00 09 00 00000000 0104") + QByteArray(1025, 'x'));

    EXPECT_THAT(complaintAbout(decodeFromServer(bytes)), HasSubstr("a text is too long"));
}

TEST(TheTimeAfterWhichToTryAgain, IsWrittenInTheBoundsOfItsField)
{
    constexpr auto longest = std::chrono::milliseconds{std::numeric_limits<std::uint32_t>::max()};

    EXPECT_EQ(received({ErrorCode::Busy, {}, 0, 250ms}).retryAfter, 250ms);
    EXPECT_EQ(received({ErrorCode::Busy, {}, 0, -1ms}).retryAfter, 0ms);
    EXPECT_EQ(received({ErrorCode::Busy, {}, 0, longest}).retryAfter, longest);
    EXPECT_EQ(received({ErrorCode::Busy, {}, 0, longest + 1ms}).retryAfter, longest);
    EXPECT_EQ(received({ErrorCode::Busy, {}, 0, std::chrono::milliseconds::max()}).retryAfter, longest);
}
