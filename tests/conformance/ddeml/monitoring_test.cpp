// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/transport/seat.h"
#include "tests/conformance/ddeml/dde_process.h"

#include <cstring>

// Cases 266 to 274: monitoring and security (ddeml-semantics.md B12, B13).

namespace tellwire::test {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

/// Knows the programs that tell this thread what it wants to see.
struct Marker final : engine::MonitorSubscriptions::Listener
{
    std::vector<qint64> joined; ///< Their process ids.

    void onJoined(const MonitoredProgram &program) override { joined.push_back(program.pid); }
    void onLeft(const MonitoredProgram &, const Error &) override {}
    void onEvent(const MonitorEvent &) override {}
    void onLost(const MonitoredProgram &, std::uint32_t) override {}
};

/// A server and a client, and whatever monitors the test has in its own process.
struct Monitoring : testing::Test
{
    FreshSession fresh;
    DdeProcess server{{"service=Bank"}};
    DdeProcess client{{}};

    /// Opens the conversation, once the monitors are known to the server.
    void connect()
    {
        engine::MonitorSubscriptions &subscriptions =
            ddeml::ThreadInstances::ofThisThread().seat().handler<engine::MonitorHandler>().subscriptions();
        Marker marker;
        subscriptions.add(marker, MonitorKind::Transactions);
        EXPECT_TRUE(eventually([&] {
            return std::find(marker.joined.begin(), marker.joined.end(), server.process().processId()) !=
                   marker.joined.end();
        }));
        subscriptions.remove(marker);
        ASSERT_EQ(client.run("connect Bank Rates"), "yes");
    }

    /// The records of a kind so far, as what they are; strings and conversations mean nothing any more.
    template <typename Record>
    static std::vector<Record> records(const DdeProgram &monitor, DWORD kind)
    {
        std::vector<Record> all;
        for (const Call &call : monitor.callsOf(XTYP_MONITOR))
            if (call.word2 == kind) {
                Record record{};
                std::memcpy(&record, call.data->data(), std::min(call.data->size(), sizeof record));
                all.push_back(record);
            }
        return all;
    }
    static std::vector<MONCBSTRUCT> callbacks(const DdeProgram &monitor, UINT type)
    {
        std::vector<MONCBSTRUCT> all;
        for (const MONCBSTRUCT &record : records<MONCBSTRUCT>(monitor, MF_CALLBACKS))
            if (record.wType == type)
                all.push_back(record);
        return all;
    }
};

} // namespace

TEST_F(Monitoring, Case266_LinksAreSeenToStartAndToStop)
{
    DdeProgram monitor{APPCLASS_MONITOR | MF_LINKS};
    connect();

    ASSERT_EQ(client.run("advise-warm USD"), "1 0");
    ASSERT_EQ(client.run("stop USD"), "1 0");

    ASSERT_TRUE(eventually([&] {
        const std::vector<MONLINKSTRUCT> links = records<MONLINKSTRUCT>(monitor, MF_LINKS);
        return !links.empty() && !links.back().fEstablished;
    }));
    const std::vector<MONLINKSTRUCT> links = records<MONLINKSTRUCT>(monitor, MF_LINKS);
    EXPECT_TRUE(links.front().fEstablished);
    for (const MONLINKSTRUCT &link : links) {
        EXPECT_TRUE(link.fNoData);
        EXPECT_EQ(link.wFmt, static_cast<UINT>(CF_TEXT));
        EXPECT_NE(link.hszItem, nullptr);
    }
}

TEST_F(Monitoring, Case267_CallbacksAreSeenWithTheBeginningOfTheirData)
{
    const std::string value = "0123456789012345678901234567890123456789" + std::string(60, 'x');
    server.run("value USD " + value);
    DdeProgram monitor{APPCLASS_MONITOR | MF_CALLBACKS};
    connect();

    ASSERT_EQ(client.run("request USD"), value);

    ASSERT_TRUE(eventually([&] { return !callbacks(monitor, XTYP_REQUEST).empty(); }));
    const MONCBSTRUCT record = callbacks(monitor, XTYP_REQUEST)[0];
    EXPECT_NE(record.dwRet, 0U);
    EXPECT_EQ(record.cbData, 100U);
    EXPECT_EQ(std::string(reinterpret_cast<const char *>(record.Data), 32), value.substr(0, 32));
    EXPECT_EQ(record.wFmt, static_cast<UINT>(CF_TEXT));
}

TEST_F(Monitoring, Case270_CommandsAreSeenAndTheirAnswers)
{
    DdeProgram monitor{APPCLASS_MONITOR | MF_POSTMSGS};
    connect();

    ASSERT_EQ(client.run("execute [a_command_that_is_longer_than_32_bytes]"), "1 0");

    const auto saw = [&](UINT message) {
        for (const MONMSGSTRUCT &record : records<MONMSGSTRUCT>(monitor, MF_POSTMSGS))
            if (record.wMsg == message)
                return std::optional{record};
        return std::optional<MONMSGSTRUCT>{};
    };
    ASSERT_TRUE(eventually([&] { return saw(0x3E8) && saw(0x3E4); })); // WM_DDE_EXECUTE and WM_DDE_ACK.
    EXPECT_EQ(std::string(reinterpret_cast<const char *>(saw(0x3E8)->dmhd.Data), 32),
              "[a_command_that_is_longer_than_3");
}

TEST_F(Monitoring, Case271_ACallbackThatBlocksIsSeenWithoutData)
{
    DdeProgram monitor{APPCLASS_MONITOR | MF_CALLBACKS};
    connect();
    ASSERT_EQ(server.run("answer REQUEST " + std::to_string(~0ULL)), "yes"); // CBR_BLOCK

    client.say("request USD");

    ASSERT_TRUE(eventually([&] { return !callbacks(monitor, XTYP_REQUEST).empty(); }));
    const MONCBSTRUCT record = callbacks(monitor, XTYP_REQUEST)[0];
    EXPECT_EQ(record.dwRet, 0xFFFF'FFFFU);
    EXPECT_EQ(record.cbData, 0U);
}

TEST_F(Monitoring, Case272_WhoWantsToSeeNothingSeesNothing)
{
    DdeProgram blind{APPCLASS_MONITOR};
    DdeProgram monitor{APPCLASS_MONITOR | MF_CALLBACKS};

    connect();

    ASSERT_TRUE(monitor.hears(XTYP_MONITOR));
    EXPECT_THAT(blind.told("MONITOR"), IsEmpty());
}

TEST(TheQualityOfService, Case273_StaysAsItWasWhenTheConversationBegan)
{
    const FreshSession fresh;
    DdeProgram self{{"Bank"}};
    const HCONV conversation = self.connect("Bank", "Rates");
    const SECURITY_QUALITY_OF_SERVICE before = self.info(self.lastServed)->ConvCtxt.qos;
    SECURITY_QUALITY_OF_SERVICE wanted{sizeof wanted, SecurityAnonymous, SECURITY_DYNAMIC_TRACKING, TRUE};

    (void)DdeSetQualityOfService(nullptr, &wanted, nullptr);

    const SECURITY_QUALITY_OF_SERVICE after = self.info(self.lastServed)->ConvCtxt.qos;
    EXPECT_EQ(after.ImpersonationLevel, before.ImpersonationLevel);
    EXPECT_EQ(after.ContextTrackingMode, before.ContextTrackingMode);
    EXPECT_EQ(self.request(conversation, "USD").value, "USD");
}

TEST(TheSecurityWord, Case274_LetsAServerRefuse)
{
    const FreshSession fresh;
    DdeProgram server{{"Bank"}};
    server.decide = [](const Call &call) -> std::optional<HDDEDATA> {
        return call.type == XTYP_CONNECT
                   ? std::optional{resultOf(call.context && call.context->dwSecurity == 7)}
                   : std::nullopt;
    };
    DdeProgram client;
    CONVCONTEXT context{};
    context.cb = sizeof context;
    context.iCodePage = CP_WINANSI;

    context.dwSecurity = 8;
    EXPECT_EQ(client.connect("Bank", "Rates", &context), nullptr);
    EXPECT_EQ(client.lastError(), DMLERR_NO_CONV_ESTABLISHED);
    context.dwSecurity = 7;
    EXPECT_NE(client.connect("Bank", "Rates", &context), nullptr);
}

} // namespace tellwire::test
