// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "tests/dde/protocol/random_message.h"

#include <gtest/gtest.h>

#include <type_traits>

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

/// For each kind. A build with the address sanitizer is where it counts most.
constexpr int damagedMessages = 20'000;

bool sameBytes(const transport::Message &a, const transport::Message &b)
{
    return a.type == b.type && a.flags == b.flags && a.id == b.id && a.sequence == b.sequence &&
           a.time == b.time && a.head == b.head && a.payload == b.payload;
}

template <typename Said>
transport::Message encodeAgain(const Said &said)
{
    return std::visit([](const auto &message) { return encode(message); }, said);
}

/// True if some bytes are rejected, or are exactly what the message read from them is written as.
bool isRejectedOrCanonical(const transport::Message &bytes)
{
    const Result<ClientMessage> client = decodeFromClient(bytes);
    const Result<ServerMessage> server = decodeFromServer(bytes);
    return (!client || sameBytes(encodeAgain(*client), bytes)) &&
           (!server || sameBytes(encodeAgain(*server), bytes));
}

void damageHead(QByteArray &head, RandomMessage &random)
{
    const auto position = static_cast<qsizetype>(random.number(static_cast<unsigned>(head.size()) + 1));
    switch (random.number(5)) {
    case 0:
        head.truncate(position);
        break;
    case 1:
        head.insert(position, static_cast<char>(random.number(256)));
        break;
    case 2:
        head.remove(position, 1 + static_cast<qsizetype>(random.number(4)));
        break;
    case 3:
        head.append(head.first(position));
        break;
    default:
        if (position < head.size())
            head[position] = static_cast<char>(random.number(2) == 0 ? random.number(256) : random.number(4));
    }
}

void damage(transport::Message &bytes, RandomMessage &random)
{
    switch (random.number(12)) {
    case 0:
        bytes.type = static_cast<std::uint8_t>(random.number(0x40));
        break;
    case 1:
        bytes.flags = static_cast<std::uint16_t>(1U << random.number(16));
        break;
    case 2:
        bytes.sequence ^= 1U << random.number(32);
        break;
    case 3:
        bytes.time ^= std::int64_t{1} << random.number(63);
        break;
    case 4:
        bytes.payload = random.number(2) == 0 ? QByteArray{} : QByteArrayLiteral("more");
        break;
    default:
        damageHead(bytes.head, random);
    }
}

template <typename Kind>
class EveryKindOfMessage : public testing::Test
{};

using Kinds = testing::Types<Initiate, Terminate, Request, Poke, Execute, Advise, Unadvise, Fetch, Cancel,
                             Received, Find, RequestMany, Browse, Opened, Refused, Answer, Accepted, Declined,
                             Advised, Value, Changed, LinkEnded, Found, AnswerMany, BatchEnd>;
TYPED_TEST_SUITE(EveryKindOfMessage, Kinds);

} // namespace

TYPED_TEST(EveryKindOfMessage, IsReadAsItWasWritten)
{
    RandomMessage random{1};
    for (int round = 0; round < 2'000; ++round) {
        const auto message = random.make<TypeParam>();
        const transport::Message bytes = encode(message);

        const Result<ClientMessage> client = decodeFromClient(bytes);
        const Result<ServerMessage> server = decodeFromServer(bytes);

        ASSERT_TRUE(client || server);
        if constexpr (std::is_constructible_v<ClientMessage, TypeParam>) {
            ASSERT_EQ(std::get<TypeParam>(client.value()), message);
        }
        if constexpr (std::is_constructible_v<ServerMessage, TypeParam>) {
            ASSERT_EQ(std::get<TypeParam>(server.value()), message);
        }
    }
}

TYPED_TEST(EveryKindOfMessage, IsSkippedFromTheSideThatDoesNotSendIt)
{
    const transport::Message bytes = encode(RandomMessage{3}.make<TypeParam>());

    const Result<ClientMessage> client = decodeFromClient(bytes);
    const Result<ServerMessage> server = decodeFromServer(bytes);

    EXPECT_EQ(client.has_value(), (std::is_constructible_v<ClientMessage, TypeParam>));
    EXPECT_EQ(server.has_value(), (std::is_constructible_v<ServerMessage, TypeParam>));
    EXPECT_TRUE(client || client.error().code == ErrorCode::VersionMismatch);
    EXPECT_TRUE(server || server.error().code == ErrorCode::VersionMismatch);
}

TYPED_TEST(EveryKindOfMessage, IsRejectedWhenItsHeadEndsEarly)
{
    RandomMessage random{4};
    for (int round = 0; round < 100; ++round) {
        transport::Message bytes = encode(random.make<TypeParam>());
        // A Terminate may have no head at all.
        const qsizetype shortest = std::is_same_v<TypeParam, Terminate> ? 1 : 0;

        for (qsizetype size = bytes.head.size() - 1; size >= shortest; --size) {
            bytes.head.truncate(size);
            ASSERT_FALSE(decodeFromClient(bytes)) << bytes.head.toHex().toStdString();
            ASSERT_FALSE(decodeFromServer(bytes)) << bytes.head.toHex().toStdString();
        }
    }
}

TYPED_TEST(EveryKindOfMessage, IsRejectedWhenDamagedOrMeansWhatItSays)
{
    RandomMessage random{2};
    transport::Message bytes;
    for (int round = 0; round < damagedMessages; ++round) {
        if (round % 8 == 0)
            bytes = encode(random.make<TypeParam>());
        damage(bytes, random);

        ASSERT_TRUE(isRejectedOrCanonical(bytes))
            << "round " << round << ", head " << bytes.head.toHex().toStdString();
    }
}
