// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "dde/protocol/message_reader.h"
#include "tests/dde/protocol/wire_message.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace tellwire::protocol;
using testing::HasSubstr;

namespace {

/// Three bytes for each of its characters, which is the most a name can take.
const QString longestText(maxNameLength, u'\u20ac');

transport::Message requestForMany(const QByteArray &list)
{
    return message(0x1B, hex("05000000 0100 0d00") + list);
}

/// One of a list of values in an AnswerMany; `length` in hexadecimal, little endian.
QByteArray partOfLength(const char *length)
{
    return hex("00 00 0000000000000000 0000000000000000 0d00") + hex(length);
}

template <typename Said>
QList<Said> listOf(qsizetype count, const Said &element)
{
    return QList<Said>(count, element);
}

/// How many elements are read of a list of at most 512 that is written like this.
int elementsReadOf(const QByteArray &bytes)
{
    transport::Message list = message(0x1B, bytes);
    MessageReader reader{list};
    QList<std::uint8_t> elements;
    int read = 0;
    reader.list(elements, 1, 512, [&](std::uint8_t &element) {
        ++read;
        reader.number(element);
    });
    return read;
}

} // namespace

TEST(TheLongestHead, IsShorterThanTheTransportAllowsInARequestForMany)
{
    const RequestMany longest{7, 5, listOf<FormatNumber>(maxFormatsPerMessage, 13),
                              listOf(maxItemsPerRequest, ItemName{longestText})};

    const transport::Message bytes = encode(longest);

    EXPECT_LT(bytes.head.size(), qsizetype{transport::maxHeadLength});
    EXPECT_EQ(std::get<RequestMany>(decodeFromClient(bytes).value()), longest);
}

TEST(TheLongestHead, IsShorterThanTheTransportAllowsInAnAnswerAboutMany)
{
    const Error refusal{ErrorCode::Refused, QString(maxErrorDetailInBytes, u'x'), 9};
    const AnswerMany longest{7, listOf(maxItemsPerRequest, AnswerPart{.refusal = refusal}), {}};

    const transport::Message bytes = encode(longest);

    EXPECT_LT(bytes.head.size(), qsizetype{transport::maxHeadLength});
    EXPECT_EQ(std::get<AnswerMany>(decodeFromServer(bytes).value()), longest);
}

TEST(TheLongestHead, IsShorterThanTheTransportAllowsInAFound)
{
    const FoundTopic topic{1, ServiceName{longestText}, TopicName{longestText}};
    const Found longest{7, false, listOf(maxFoundTopics, topic)};

    const transport::Message bytes = encode(longest);

    EXPECT_LT(bytes.head.size(), qsizetype{transport::maxHeadLength});
    EXPECT_EQ(std::get<Found>(decodeFromServer(bytes).value()), longest);
}

TEST(AListOfFormats, HasFrom1To256)
{
    const QByteArray start = hex("05000000 0100 5a");
    const QByteArray numbers(2 * 257, 'x');

    EXPECT_TRUE(decodeFromClient(message(0x12, start + hex("0001") + numbers.first(512))));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x12, start + hex("0000")))),
                HasSubstr("too few or too many"));
    EXPECT_THAT(complaintAbout(decodeFromClient(message(0x12, start + hex("0101") + numbers))),
                HasSubstr("too few or too many"));
}

TEST(AListOfItems, HasFrom1To512)
{
    const QByteArray items = hex("0100 5a").repeated(513);

    EXPECT_TRUE(decodeFromClient(requestForMany(hex("0002") + items.first(3 * 512))));
    EXPECT_THAT(complaintAbout(decodeFromClient(requestForMany(hex("0000")))),
                HasSubstr("too few or too many"));
    EXPECT_THAT(complaintAbout(decodeFromClient(requestForMany(hex("0102") + items))),
                HasSubstr("too few or too many"));
}

TEST(AListOfItems, HasNoneWithoutAName)
{
    EXPECT_THAT(complaintAbout(decodeFromClient(requestForMany(hex("0200 0100 5a 0000")))),
                HasSubstr("a name is missing"));
}

TEST(AListOfFoundTopics, HasUpTo512)
{
    const QByteArray topics = hex("01000000 0100 51 0100 4e").repeated(513);

    EXPECT_TRUE(decodeFromServer(message(0x29, hex("01 0000"))));
    EXPECT_TRUE(decodeFromServer(message(0x29, hex("00 0002") + topics.first(10 * 512))));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x29, hex("00 0102") + topics))),
                HasSubstr("too few or too many"));
}

TEST(AListOfFoundTopics, HasNoneWithoutBothNames)
{
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x29, hex("01 0100 01000000 0000 0100 4e")))),
                HasSubstr("a name is missing"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x29, hex("01 0100 01000000 0100 51 0000")))),
                HasSubstr("a name is missing"));
}

TEST(AListOfAnswers, HasFrom1To512)
{
    const QByteArray parts = partOfLength("00000000").repeated(513);

    EXPECT_TRUE(decodeFromServer(message(0x2A, hex("0002") + parts.first(parts.size() / 513 * 512))));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, hex("0000")))),
                HasSubstr("too few or too many"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, hex("0102") + parts))),
                HasSubstr("too few or too many"));
}

TEST(AList, IsNotBegunIfItHasTooManyElements)
{
    EXPECT_EQ(elementsReadOf(hex("0102") + QByteArray(513, 'x')), 0);
    EXPECT_EQ(elementsReadOf(hex("ffff")), 0);
}

TEST(AList, IsNotReadOnWhenTheHeadHasEnded)
{
    EXPECT_EQ(elementsReadOf(hex("0002")), 1);
    EXPECT_EQ(elementsReadOf(hex("0002 010203")), 4);
}

TEST(TheValuesOfAnAnswerAboutMany, AddUpToThePayload)
{
    const QByteArray head = hex("0200") + partOfLength("01000000") + partOfLength("02000000");

    EXPECT_TRUE(decodeFromServer(message(0x2A, head, "abc")));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, head, "ab"))), HasSubstr("other lengths"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, head, "abcd"))), HasSubstr("other lengths"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, head))), HasSubstr("other lengths"));
}

TEST(TheValuesOfAnAnswerAboutMany, DoNotAddUpByRunningOver)
{
    const QByteArray zero = hex("0200") + partOfLength("ffffffff") + partOfLength("01000000");
    const QByteArray four = hex("0200") + partOfLength("ffffffff") + partOfLength("05000000");
    const QByteArray negative = hex("0200") + partOfLength("ffffffff") + partOfLength("00000000");
    const QByteArray all = hex("0002") + partOfLength("00000080").repeated(512);

    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, zero))), HasSubstr("other lengths"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, four, "abcd"))), HasSubstr("other lengths"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, negative))), HasSubstr("other lengths"));
    EXPECT_THAT(complaintAbout(decodeFromServer(message(0x2A, all))), HasSubstr("other lengths"));
}

TEST(ARefusedPartOfAnAnswer, HasNoLengthWhateverItWasGiven)
{
    const AnswerPart refused{.refusal = Error{ErrorCode::NoSuchItem, {}}, .length = 5};
    const AnswerPart value{.length = 2};

    const Result<ServerMessage> answer = decodeFromServer(encode(AnswerMany{7, {refused, value}, "42"}));

    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<AnswerMany>(*answer).parts.at(0).length, 0U);
}
