// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/message_codec.h"
#include "tests/dde/protocol/damage.h"
#include "tests/dde/protocol/random_message.h"

#include <gtest/gtest.h>

#include <type_traits>

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

/// For each kind. A build with the address sanitizer is where it counts most.
constexpr int damagedMessages = 20'000;

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
