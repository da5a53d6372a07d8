// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/raw_partners.h"

#include <set>

// Cases 389 to 400: a partner that speaks the protocol by hand (ddeml-semantics.md D). What the message
// protocol of Win32 says by messages, docs/protocol.md says by its own; the behaviour is the same.

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

/// A DDEML server in this thread, and a raw client with a conversation about NYSE.
struct RawMessages : testing::Test
{
    FreshSession fresh;
    DdeProgram server{{"Quotes"}};
    RawClient client{programOf("Quotes"_service)};

    void SetUp() override { client.open(); }
};

} // namespace

TEST_F(RawMessages, Case389_AWildcardIsAnsweredWithEveryTopic)
{
    server.topics = {"T1", "T2"};

    client.say(protocol::Find{.transaction = 7});

    const std::optional<protocol::Found> found = client.hear<protocol::Found>();
    ASSERT_TRUE(found);
    std::set<std::string> topics;
    for (const protocol::FoundTopic &topic : found->topics)
        topics.insert((topic.service.text() + QStringLiteral("|") + topic.topic.text()).toStdString());
    EXPECT_THAT(topics, ::testing::IsSupersetOf({"Quotes|T1", "Quotes|T2"}));
}

TEST_F(RawMessages, Case390_AFormatThatIsNotThereIsDeclined)
{
    server.answers["REQUEST"] = 0;

    client.say(client.request(7, "ZAXX"_item, Format::png()));

    const std::optional<protocol::Declined> declined = client.hear<protocol::Declined>();
    ASSERT_TRUE(declined);
    EXPECT_EQ(declined->transaction, 7U);
}

TEST_F(RawMessages, Case393_ARequestHasOneAnswer)
{
    server.values["ZAXX"] = "12.50";

    client.say(client.request(7, "ZAXX"_item));

    EXPECT_THAT(client.heardInOrder(), SizeIs(1));
    EXPECT_THAT(server.told("REQUEST"), ElementsAre("REQUEST NYSE ZAXX"));
}

TEST_F(RawMessages, Case397_ARefusedCommandIsDeclined)
{
    server.answers["EXECUTE"] = DDE_FNOTPROCESSED;

    client.say(
        protocol::Execute{.transaction = 7, .conversation = 1, .format = client.number(), .command = "[go]"});

    const std::optional<protocol::Declined> declined = client.hear<protocol::Declined>();
    ASSERT_TRUE(declined);
    EXPECT_EQ(declined->transaction, 7U);
}

TEST_F(RawMessages, Case399_ManyRequestsAreAnsweredInOrder)
{
    for (protocol::TransactionId number = 1; number <= 2000; ++number)
        client.say(client.request(number, "ZAXX"_item));

    const std::vector<protocol::Answer> answers = client.heard<protocol::Answer>();

    ASSERT_THAT(answers, SizeIs(2000));
    for (std::size_t place = 0; place < answers.size(); ++place)
        EXPECT_EQ(answers[place].transaction, place + 1);
}

TEST_F(RawMessages, Case400_WhoEndedAConversationAnswersNothingMore)
{
    ASSERT_TRUE(DdeDisconnect(server.lastServed));

    client.say(client.request(7, "ZAXX"_item)); // It cannot know yet.
    client.say(protocol::Terminate{1});
    const std::vector<protocol::ServerMessage> answers = client.heardInOrder();

    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_TRUE(std::holds_alternative<protocol::Terminate>(answers[0]));
    EXPECT_THAT(server.told("REQUEST"), IsEmpty());
    EXPECT_THAT(server.told("DISCONNECT"), IsEmpty());
}

} // namespace tellwire::test
