// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard_session.h"
#include "tests/conformance/ddeml/dde_process.h"
#include "tests/conformance/ddeml/raw_partners.h"

// Cases 180 to 209: links (ddeml-semantics.md B4).

namespace tellwire::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

namespace {

struct Advising : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProgram client;
    HCONV conversation = client.connect("Bank", "Rates");

    /// The values of all updates, and "-" where there was none; after all that the server did so far.
    std::vector<std::string> updates()
    {
        EXPECT_EQ(client.request(conversation, "Marker").value, "Marker");
        std::vector<std::string> all;
        for (const Call &call : client.callsOf(XTYP_ADVDATA))
            all.push_back(*call.string2 + '=' + call.data.value_or("-"));
        return all;
    }
    /// The first extra words of the questions for values, with the format before each.
    std::vector<std::string> countdown()
    {
        std::vector<std::string> all;
        for (std::string line : server.toldInFull("ADVREQ")) {
            const std::size_t format = line.find("format=") + 7;
            const std::size_t words = line.find("words=") + 6;
            all.push_back(line.substr(format, line.find(' ', format) - format) + ':' +
                          line.substr(words, line.find(',', words) - words));
        }
        return all;
    }
    UINT registeredFormat() const
    {
        ClipboardSession clipboard{Session::join().value()};
        return clipboard.registerFormat(QStringLiteral("Rates Table")).value();
    }
};

} // namespace

TEST_F(Advising, Case180_MayBeRefused)
{
    const Outcome outcome = client.advise(conversation, "Nothing");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
    EXPECT_THAT(server.toldInFull("ADVSTART"),
                ElementsAre("ADVSTART Rates Nothing format=1 conversation words=0,0"));
}

TEST_F(Advising, Case182_AHotLinkBringsTheBytes)
{
    server.run("value USD 1.08");
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(updates(), ElementsAre("USD=1.08"));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[0].full(),
              "ADVDATA Rates USD format=1 conversation data=4:1.08 words=0,0");
    EXPECT_THAT(server.toldInFull("ADVREQ"), ElementsAre("ADVREQ Rates USD format=1 conversation words=0,0"));
}

TEST_F(Advising, Case183_AWarmLinkBringsTheNewsAlone)
{
    server.run("value USD 1.08");
    ASSERT_EQ(client.advise(conversation, "USD", XTYPF_NODATA).result, 1U);

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(updates(), ElementsAre("USD=-"));
    EXPECT_EQ(client.callsOf(XTYP_ADVDATA)[0].handle, nullptr);
    EXPECT_EQ(client.request(conversation, "USD").value, "1.08");
}

TEST_F(Advising, Case184_NoValueIsNoUpdate)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_EQ(server.run("answer ADVREQ 0"), "yes");

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(updates(), IsEmpty());
    EXPECT_THAT(server.told("ADVREQ"), SizeIs(1));
}

TEST_F(Advising, Case185_TheServerIsToldHowManyAreToCome)
{
    DdeProcess second{{}};
    DdeProcess third{{}};
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    for (DdeProcess *other : {&second, &third}) {
        ASSERT_EQ(other->run("connect Bank Rates"), "yes");
        ASSERT_EQ(other->run("advise USD"), "1 0");
    }

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(countdown(), ElementsAre("1:2", "1:1", "1:0"));
    EXPECT_THAT(updates(), ElementsAre("USD=USD"));
    EXPECT_TRUE(second.hears("ADVDATA"));
    EXPECT_TRUE(third.hears("ADVDATA"));
}

TEST_F(Advising, Case186_ForEachFormatAlone)
{
    const HCONV second = client.connect("Bank", "Rates");
    ASSERT_EQ(client.advise(conversation, "USD", 0, CF_TEXT).result, 1U);
    ASSERT_EQ(client.advise(second, "USD", 0, CF_TEXT).result, 1U);
    ASSERT_EQ(client.advise(second, "USD", 0, CF_DIB).result, 1U);

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(countdown(), ElementsAre("1:1", "1:0", "8:0"));
}

TEST_F(Advising, Case187_OneTopicWithAllItsItemsMayBePosted)
{
    const HCONV other = client.connect("Bank", "Weather");
    for (const HCONV each : {conversation, other})
        for (const char *item : {"i1", "i2"})
            ASSERT_EQ(client.advise(each, item).result, 1U);

    ASSERT_EQ(server.run("post Rates *"), "yes");

    EXPECT_THAT(server.told("ADVREQ"), UnorderedElementsAre("ADVREQ Rates i1", "ADVREQ Rates i2"));
    EXPECT_THAT(updates(), UnorderedElementsAre("i1=i1", "i2=i2"));
}

TEST_F(Advising, Case189_EverythingMayBePosted)
{
    const HCONV other = client.connect("Bank", "Weather");
    for (const HCONV each : {conversation, other})
        for (const char *item : {"i1", "i2"})
            ASSERT_EQ(client.advise(each, item).result, 1U);

    ASSERT_EQ(server.run("post * *"), "yes");

    EXPECT_THAT(server.told("ADVREQ"), UnorderedElementsAre("ADVREQ Rates i1", "ADVREQ Rates i2",
                                                            "ADVREQ Weather i1", "ADVREQ Weather i2"));
}

TEST_F(Advising, Case191_NothingMayBePosted)
{
    EXPECT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_EQ(server.run("error"), std::to_string(DMLERR_NO_ERROR));
    EXPECT_THAT(server.told("ADVREQ"), IsEmpty());
}

TEST_F(Advising, Case193_NoUpdateOfAHotLinkIsLost)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);

    ASSERT_EQ(server.run("burst 1000 USD"), "yes");

    ASSERT_TRUE(client.hears(XTYP_ADVDATA, 1000));
    const std::vector<Call> calls = client.callsOf(XTYP_ADVDATA);
    for (std::size_t place = 0; place < calls.size(); ++place)
        EXPECT_EQ(calls[place].data, std::to_string(place + 1));
}

TEST_F(Advising, Case196_StartingAgainReplacesTheKind)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);

    const Outcome outcome = client.advise(conversation, "USD", XTYPF_NODATA);

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    ASSERT_EQ(server.run("post Rates USD"), "yes");
    EXPECT_THAT(updates(), ElementsAre("USD=-"));
    EXPECT_THAT(server.told("ADVREQ"), SizeIs(1));
}

TEST_F(Advising, Case197_AnotherFormatIsAnotherLink)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);

    const Outcome outcome = client.advise(conversation, "USD", 0, registeredFormat());

    EXPECT_EQ(outcome.result, 1U);
    EXPECT_EQ(outcome.error, DMLERR_NO_ERROR);
    ASSERT_EQ(server.run("post Rates USD"), "yes");
    EXPECT_THAT(updates(), ElementsAre("USD=USD", "USD=USD"));
    EXPECT_THAT(countdown(), ElementsAre("1:0", std::to_string(registeredFormat()) + ":0"));
}

TEST_F(Advising, Case199_WhatIsNotThereIsNotStopped)
{
    const Outcome outcome = client.transact(conversation, XTYP_ADVSTOP, "USD");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
}

TEST_F(Advising, Case200_AnotherFormatIsNotStopped)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);

    const Outcome outcome = client.transact(conversation, XTYP_ADVSTOP, "USD", CF_DIB);

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
    ASSERT_EQ(server.run("post Rates USD"), "yes");
    EXPECT_THAT(updates(), ElementsAre("USD=USD"));
}

TEST_F(Advising, Case201_TakesNoData)
{
    const Outcome outcome = client.transact(conversation, XTYP_ADVSTART, "USD", CF_TEXT, 20'000, "data");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_INVALIDPARAMETER);
}

TEST_F(Advising, Case202_EndsWithItsTime)
{
    ASSERT_EQ(client.advise(conversation, "EUR").result, 1U);
    server.process().stop();

    const Outcome start = client.transact(conversation, XTYP_ADVSTART, "USD", CF_TEXT, 100);
    const Outcome stop = client.transact(conversation, XTYP_ADVSTOP, "EUR", CF_TEXT, 100);

    server.process().resume();
    EXPECT_EQ(start.result, 0U);
    EXPECT_EQ(start.error, DMLERR_ADVACKTIMEOUT);
    EXPECT_EQ(stop.result, 0U);
    EXPECT_EQ(stop.error, DMLERR_UNADVACKTIMEOUT);
}

TEST_F(Advising, Case203_IsOverWithTheConversation)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_TRUE(DdeDisconnect(conversation));
    ASSERT_TRUE(server.hears("DISCONNECT"));

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(server.told("ADVREQ"), IsEmpty());
    EXPECT_THAT(server.told("ADVSTOP"), IsEmpty());
}

TEST_F(Advising, Case204_TheHandleOfAnUpdateIsLentForTheCallback)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_EQ(server.run("post Rates USD"), "yes");
    ASSERT_TRUE(client.hears(XTYP_ADVDATA));

    EXPECT_EQ(DdeAccessData(client.callsOf(XTYP_ADVDATA)[0].handle, nullptr), nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_INVALIDPARAMETER);
}

TEST(AdvisingAServerThatPostsWhileItIsAsked, Case206_GoesNotOnForever)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    std::vector<UINT> errors;
    server.decide = [&](const Call &call) -> std::optional<HDDEDATA> {
        if (call.type == XTYP_ADVREQ) {
            (void)server.lastError();
            EXPECT_FALSE(server.post("Rates", "USD"));
            errors.push_back(server.lastError());
        }
        return std::nullopt;
    };
    DdeProcess client{{}};
    ASSERT_EQ(client.run("connect Bank Rates"), "yes");
    ASSERT_EQ(client.run("advise USD"), "1 0");

    EXPECT_TRUE(server.post("Rates", "USD"));

    EXPECT_THAT(errors, ElementsAre(DMLERR_REENTRANCY));
    EXPECT_TRUE(client.hears("ADVDATA"));
}

TEST_F(Advising, Case207_AnUpdateIsNotBlockedByItsServer)
{
    ASSERT_EQ(client.advise(conversation, "USD").result, 1U);
    ASSERT_EQ(server.run("answer ADVREQ " + std::to_string(~0ULL)), "yes"); // CBR_BLOCK

    ASSERT_EQ(server.run("post Rates USD"), "yes");

    EXPECT_THAT(updates(), IsEmpty());
    EXPECT_EQ(server.run("info status"), std::to_string(ST_CONNECTED | ST_ISLOCAL | ST_ADVISE));
}

TEST(ARawClient, Case209_StopsEachLinkOnce)
{
    const FreshSession fresh;
    DdeProgram server{{"Quotes"}};
    RawClient client{programOf("Quotes"_service)};
    client.open();
    client.say(client.advise(1));
    ASSERT_TRUE(client.hear<protocol::Advised>());

    client.say(protocol::Unadvise{.link = 1, .transaction = 7});
    EXPECT_TRUE(client.hear<protocol::Accepted>());
    client.say(protocol::Unadvise{.link = 1, .transaction = 8});
    EXPECT_TRUE(client.hear<protocol::Declined>());

    EXPECT_THAT(server.told("ADVSTOP"), ElementsAre("ADVSTOP NYSE ZAXX"));
    EXPECT_TRUE(server.post("*", "*"));
    EXPECT_THAT(client.heard<protocol::Value>(),
                SizeIs(::testing::Le(1U))); // The first one, with which links begin.
}

} // namespace tellwire::test
