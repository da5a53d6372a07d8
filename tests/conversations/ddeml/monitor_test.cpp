// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/transport/seat.h"
#include "tests/conversations/ddeml/program.h"
#include "tests/conversations/two_programs.h"

#include <cstring>

namespace tellwire::test {

namespace {

/// Counts the programs that tell what it wants.
struct Marker final : engine::MonitorSubscriptions::Listener
{
    int joined = 0;

    void onJoined(const MonitoredProgram &) override { ++joined; }
    void onLeft(const MonitoredProgram &, const Error &) override {}
    void onEvent(const MonitorEvent &) override {}
    void onLost(const MonitoredProgram &, std::uint32_t) override {}
};

/// A service Quotes|NYSE with ZAXX of the Qt face, a program of the exact one, and a monitor that is told by
/// both.
struct MonitoredSession
{
    FreshSession fresh;
    Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    std::unique_ptr<Program> program = std::make_unique<Program>(APPCMD_CLIENTONLY);
    std::unique_ptr<Program> monitor;

    explicit MonitoredSession(DWORD flags, bool isWide = false)
    {
        nyse.setItem("ZAXX"_item, QString(100, u'x'));
        nyse.onExecute([](const QString &) -> Result<void> { return {}; });
        EXPECT_TRUE(quotes.publish());
        monitor = std::make_unique<Program>(APPCLASS_MONITOR | flags, isWide);
        settle();
    }

    /// Waits until both tell the monitor what it wants.
    void settle() const
    {
        engine::MonitorSubscriptions &subscriptions =
            ddeml::ThreadInstances::ofThisThread().seat().handler<engine::MonitorHandler>().subscriptions();
        Marker marker;
        subscriptions.add(marker, MonitorKind::Transactions);
        EXPECT_TRUE(eventually([&] { return marker.joined == 2; }, serveSessions));
        subscriptions.remove(marker);
    }

    /// Waits for so many records of the kind.
    template <typename Record>
    std::vector<Record> hear(DWORD kind, std::size_t count) const
    {
        std::vector<Record> records;
        EXPECT_TRUE(eventually([&] { return (records = all<Record>(kind)).size() >= count; }, serveSessions));
        return records;
    }

    template <typename Record>
    std::vector<Record> all(DWORD kind) const
    {
        std::vector<Record> records;
        for (const Called &call : monitor->callsOf(XTYP_MONITOR)) {
            if (call.word2 != kind)
                continue;
            Record record{};
            EXPECT_GE(call.bytes.size(), qsizetype{sizeof(record)});
            std::memcpy(&record, call.bytes.constData(), sizeof(record));
            EXPECT_EQ(record.cb, static_cast<UINT>(call.bytes.size()));
            records.push_back(record);
        }
        return records;
    }

    QString text(HSZ string) const { return monitor->text(string); }
};

} // namespace

TEST(AMonitorInstance, IsToldOfConversations)
{
    const MonitoredSession session{MF_CONV};

    const HCONV conversation = session.program->connect("Quotes", "NYSE");
    DdeDisconnect(conversation);

    const auto records = session.hear<MONCONVSTRUCT>(MF_CONV, 2);
    EXPECT_EQ(records[0].fConnect, TRUE);
    EXPECT_EQ(records[1].fConnect, FALSE);
    EXPECT_EQ(session.text(records[0].hszSvc), QStringLiteral("Quotes"));
    EXPECT_EQ(session.text(records[0].hszTopic), QStringLiteral("NYSE"));
    EXPECT_EQ(records[0].hConvClient, records[1].hConvClient);
    EXPECT_EQ(records[0].hConvServer, records[1].hConvServer);
    EXPECT_NE(records[0].hConvServer, records[0].hConvClient);
}

TEST(AMonitorInstance, IsToldOfLinks)
{
    const MonitoredSession session{MF_LINKS};
    const HCONV conversation = session.program->connect("Quotes", "NYSE");

    EXPECT_NE(session.program->transact(conversation, XTYP_ADVSTART | XTYPF_NODATA, "ZAXX"), nullptr);
    DdeDisconnect(conversation);

    const auto records = session.hear<MONLINKSTRUCT>(MF_LINKS, 2);
    EXPECT_EQ(records[0].fEstablished, TRUE);
    EXPECT_EQ(records[1].fEstablished, FALSE);
    for (const MONLINKSTRUCT &record : records) {
        EXPECT_EQ(record.fNoData, TRUE);
        EXPECT_EQ(session.text(record.hszItem), QStringLiteral("ZAXX"));
    }
}

TEST(AMonitorInstance, IsToldOfMessages)
{
    const MonitoredSession session{MF_POSTMSGS};
    const HCONV conversation = session.program->connect("Quotes", "NYSE");
    const QByteArray command(99, 'x');

    EXPECT_NE(session.program->transact(conversation, XTYP_EXECUTE, nullptr, 0, command.constData()),
              nullptr);

    constexpr UINT acknowledgement = 0x03E4;
    constexpr UINT execute = 0x03E8;
    const auto records = session.hear<MONMSGSTRUCT>(MF_POSTMSGS, 2);
    EXPECT_EQ(records[0].wMsg, execute);
    EXPECT_GE(records[0].dmhd.cbData, 99U);
    EXPECT_EQ(std::memcmp(records[0].dmhd.Data, command.constData(), 32), 0);
    EXPECT_EQ(records[1].wMsg, acknowledgement);
    EXPECT_TRUE(session.all<MONMSGSTRUCT>(MF_SENDMSGS).empty());
}

TEST(AMonitorInstance, IsToldOfCallbacks)
{
    const MonitoredSession session{MF_CALLBACKS};
    const HCONV conversation = session.program->connect("Quotes", "NYSE");
    session.program->answer = [](const Called &) { return ddeResult(DDE_FACK); };
    EXPECT_NE(session.program->transact(conversation, XTYP_ADVSTART, "ZAXX"), nullptr);

    session.nyse.setItem("ZAXX"_item, QString(99, u'y'));

    const auto records = session.hear<MONCBSTRUCT>(MF_CALLBACKS, 1);
    EXPECT_EQ(records[0].wType, UINT{XTYP_ADVDATA});
    EXPECT_EQ(records[0].wFmt, UINT{CF_TEXT});
    EXPECT_EQ(records[0].hConv, conversation);
    EXPECT_EQ(session.text(records[0].hsz2), QStringLiteral("ZAXX"));
    EXPECT_EQ(records[0].dwRet, DWORD{DDE_FACK});
    EXPECT_EQ(records[0].cbData, 100U);
    EXPECT_EQ(QByteArray(reinterpret_cast<const char *>(records[0].Data), 32), QByteArray(32, 'y'));
}

TEST(AMonitorInstance, IsToldOfACallbackThatBlocksWithoutData)
{
    const MonitoredSession session{MF_CALLBACKS};
    const HCONV conversation = session.program->connect("Quotes", "NYSE");
    session.program->answer = [](const Called &call) {
        return call.type == XTYP_ADVDATA ? CBR_BLOCK : nullptr;
    };
    EXPECT_NE(session.program->transact(conversation, XTYP_ADVSTART, "ZAXX"), nullptr);

    session.nyse.setItem("ZAXX"_item, QString(99, u'y'));

    EXPECT_EQ(session.hear<MONCBSTRUCT>(MF_CALLBACKS, 1)[0].cbData, 0U);
}

TEST(AMonitorInstance, IsToldOfErrors)
{
    const MonitoredSession session{MF_ERRORS};

    EXPECT_EQ(session.program->connect("Nobody", "NYSE"), nullptr);

    EXPECT_EQ(session.hear<MONERRSTRUCT>(MF_ERRORS, 1)[0].wLastError, UINT{DMLERR_NO_CONV_ESTABLISHED});
}

TEST(AMonitorInstance, IsToldOfStrings)
{
    const MonitoredSession session{MF_HSZ_INFO, true};

    const HSZ string = session.program->string("Rates");
    DdeKeepStringHandle(session.program->id, string);
    DdeFreeStringHandle(session.program->id, string);

    const auto records = session.hear<MONHSZSTRUCTW>(MF_HSZ_INFO, 3);
    EXPECT_EQ(records[0].fsAction, MH_CREATE);
    EXPECT_EQ(records[1].fsAction, MH_KEEP);
    EXPECT_EQ(records[2].fsAction, MH_DELETE);
    EXPECT_EQ(records[0].hsz, records[2].hsz);
    const QByteArray bytes = session.monitor->callsOf(XTYP_MONITOR).front().bytes;
    const auto *text = reinterpret_cast<const char16_t *>(bytes.constData() + offsetof(MONHSZSTRUCTW, str));
    EXPECT_EQ(QString::fromUtf16(text), QStringLiteral("Rates"));
}

TEST(AMonitorInstance, IsToldNothingWithoutAFlag)
{
    const MonitoredSession session{0};
    Program told{APPCLASS_MONITOR | MF_CONV};
    session.settle();

    (void)session.program->connect("Quotes", "NYSE");

    EXPECT_TRUE(eventually([&] { return !told.calls.empty(); }, serveSessions));
    EXPECT_TRUE(session.monitor->calls.empty());
}

TEST(AMonitorInstance, MayEndWhileItIsTold)
{
    const MonitoredSession session{MF_CONV};
    bool isEnded = false;
    session.monitor->answer = [&](const Called &) {
        isEnded = DdeUninitialize(session.monitor->id) == TRUE;
        return ddeResult(0);
    };

    const HCONV conversation = session.program->connect("Quotes", "NYSE");
    DdeDisconnect(conversation);

    EXPECT_TRUE(eventually([&] { return isEnded; }, serveSessions));
    EXPECT_EQ(session.monitor->calls.size(), 1U);
}

} // namespace tellwire::test
