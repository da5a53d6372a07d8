// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard_session.h"
#include "tests/conformance/ddeml/dde_process.h"

#include <QString>
#include <QStringList>

// Cases 255 to 264: the System topic (ddeml-semantics.md B11).

namespace tellwire::test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

namespace {

/// A server that wants no conversation about System itself.
struct SystemTopic : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank", "topic=Rates", "topic=Weather"}};
    DdeProgram client;
    HCONV system = client.connect("Bank", "System");

    /// The elements of an item of the System topic, or of another conversation.
    std::vector<std::string> elements(const std::string &item, HCONV with = nullptr)
    {
        const Outcome outcome = client.request(with ? with : system, item);
        EXPECT_EQ(outcome.error, DMLERR_NO_ERROR) << item;
        EXPECT_TRUE(outcome.value.ends_with('\0')) << item;
        std::vector<std::string> all;
        for (const QString &element : QString::fromUtf8(outcome.value.c_str()).split(QLatin1Char('\t')))
            all.push_back(element.toStdString());
        return all;
    }
};

} // namespace

TEST_F(SystemTopic, Case255_IsThereWithoutTheProgram)
{
    EXPECT_NE(system, nullptr);

    EXPECT_EQ(client.lastError(), DMLERR_NO_ERROR);
    EXPECT_THAT(server.told("CONNECT"), ElementsAre("CONNECT System Bank"));
}

TEST_F(SystemTopic, Case256_ListsItsItems)
{
    EXPECT_THAT(elements("SysItems"), IsSupersetOf({"SysItems", "Topics", "Formats", "Status"}));
}

TEST_F(SystemTopic, Case257_ListsTheTopicsThatAreOpen)
{
    ASSERT_NE(client.connect("Bank", "Rates"), nullptr);
    ASSERT_NE(client.connect("Bank", "Weather"), nullptr);

    EXPECT_THAT(elements("Topics"), UnorderedElementsAre("Rates", "Weather", "System"));
}

TEST_F(SystemTopic, Case259_ListsFormatsAsTheyWereRendered)
{
    const HCONV conversation = client.connect("Bank", "Rates");
    ClipboardSession clipboard{Session::join().value()};
    const UINT table = clipboard.registerFormat(QStringLiteral("Rates Table")).value();
    ASSERT_EQ(client.request(conversation, "USD", table).value, "USD");
    ASSERT_EQ(client.request(conversation, "USD", CF_TEXT).value, "USD");

    EXPECT_THAT(elements("Formats"), ElementsAre("Rates Table", "TEXT"));
}

TEST_F(SystemTopic, Case260_TellsWhetherTheServerIsBusy)
{
    ASSERT_NE(client.connect("Bank", "Rates"), nullptr);
    EXPECT_THAT(elements("Status"), ElementsAre("Ready"));
    ASSERT_TRUE(server.hears("CONNECT_CONFIRM"));

    ASSERT_EQ(server.run("disable-all"), "yes");

    EXPECT_THAT(elements("Status"), ElementsAre("Busy"));
}

TEST_F(SystemTopic, Case262_AskedForItemsATopicTellsThatItCan)
{
    const HCONV conversation = client.connect("Bank", "Rates");
    ASSERT_EQ(server.run("answer REQUEST 0"), "yes");

    EXPECT_THAT(elements("TopicItemList", conversation), ElementsAre("TopicItemList"));
}

TEST_F(SystemTopic, Case264_KnowsNoOtherItems)
{
    const Outcome outcome = client.request(system, "Surprise");

    EXPECT_EQ(outcome.result, 0U);
    EXPECT_EQ(outcome.error, DMLERR_NOTPROCESSED);
}

} // namespace tellwire::test
