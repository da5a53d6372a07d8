// SPDX-License-Identifier: Apache-2.0
#include "conversations/monitor.h"

#include "conversations/engine/monitor_handler.h"
#include "dde/protocol/monitor_message.h"
#include "tests/conversations/raw_client.h"
#include "tests/conversations/raw_server.h"

namespace tellwire::test {

namespace {

/// A monitor that is told by so many programs already, and all that it says.
struct Watcher
{
    std::unique_ptr<Monitor> monitor;
    QList<MonitoredProgram> present;
    QList<MonitorEvent> events;
    quint64 lost = 0;
    quint64 lossesTold = 0;

    explicit Watcher(const MonitorOptions &options = {}, qsizetype programs = 1,
                     const Session &session = Session::join().value())
        : monitor(std::make_unique<Monitor>(session, options))
    {
        QObject::connect(monitor.get(), &Monitor::joined,
                         [this](const MonitoredProgram &program) { present.append(program); });
        QObject::connect(monitor.get(), &Monitor::left,
                         [this](const MonitoredProgram &program) { present.removeOne(program); });
        QObject::connect(monitor.get(), &Monitor::happened,
                         [this](const MonitorEvent &event) { events.append(event); });
        QObject::connect(monitor.get(), &Monitor::lost, [this](const MonitoredProgram &, quint64 count) {
            lost += count;
            ++lossesTold;
        });
        EXPECT_TRUE(eventually([&] { return present.size() == programs; }, serveSessions));
    }
    Watcher(const Watcher &) = delete;
    Watcher &operator=(const Watcher &) = delete;

    template <typename What>
    std::vector<What> all() const
    {
        std::vector<What> found;
        for (const MonitorEvent &event : events)
            if (const What *what = std::get_if<What>(&event.what))
                found.push_back(*what);
        return found;
    }

    /// Waits for so many of that kind.
    template <typename What>
    std::vector<What> hear(std::size_t count)
    {
        EXPECT_TRUE(eventually([&] { return all<What>().size() >= count; }, serveSessions));
        return all<What>();
    }

    template <typename What>
    MonitorEvent first() const
    {
        for (const MonitorEvent &event : events)
            if (std::holds_alternative<What>(event.what))
                return event;
        ADD_FAILURE() << "there is none";
        return {};
    }
};

/// What a reader has given back may be looked at only when there is something to send again.
bool isThereRoom(const transport::Seat &seat)
{
    constexpr std::uint64_t little = 1 << 20;
    return std::ranges::all_of(seat.channels(), [](const std::shared_ptr<transport::Channel> &channel) {
        return channel->waitingBytes() < little && channel->queuedMessages() == 0;
    });
}

} // namespace

TEST(AMonitor, ShowsWhatBecomesOfEachTransaction)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    programs.nyse.onExecute([](const QString &) -> Result<void> { return {}; });
    programs.open();
    Watcher watcher;

    EXPECT_TRUE(waitFor(programs.talk->request("zaxx"_item), 5s));
    EXPECT_FALSE(waitFor(programs.talk->poke("ZAXX"_item, QStringLiteral("13")), 5s));
    EXPECT_TRUE(waitFor(programs.talk->execute(QString(100, u'x')), 5s));

    const auto transactions = watcher.hear<MonitoredTransaction>(3);
    using Verb = MonitoredTransaction::Verb;
    EXPECT_EQ(transactions[0].verb, Verb::Request);
    EXPECT_EQ(transactions[0].refusal, std::nullopt);
    EXPECT_EQ(transactions[0].data, MonitoredData::of("12.50"));
    EXPECT_GT(transactions[0].latency, 0ns);
    EXPECT_EQ(transactions[1].verb, Verb::Poke);
    ASSERT_TRUE(transactions[1].refusal);
    EXPECT_EQ(transactions[1].refusal->code, ErrorCode::Refused);
    EXPECT_EQ(transactions[1].data, MonitoredData::of("13"));
    EXPECT_EQ(transactions[2].verb, Verb::Execute);
    EXPECT_EQ(transactions[2].data, (MonitoredData{100, QByteArray(32, 'x')}));
    EXPECT_EQ(watcher.all<MonitoredError>().size(), 1U);
}

TEST(AMonitor, SaysWhoTalksWithWhomAboutWhat)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    Watcher watcher;

    EXPECT_TRUE(waitFor(programs.talk->request("zaxx"_item), 5s));
    (void)watcher.hear<MonitoredTransaction>(1);

    const MonitorEvent event = watcher.first<MonitoredTransaction>();
    EXPECT_EQ(event.program.peer, programs.serverSession.seat().id());
    EXPECT_EQ(event.client.peer, programs.clientSession.seat().id());
    EXPECT_EQ(event.program.pid, getpid());
    EXPECT_EQ(event.client.pid, getpid());
    EXPECT_FALSE(event.client.name.isEmpty());
    EXPECT_NE(event.conversation, 0U);
    EXPECT_EQ(event.service.text(), QStringLiteral("Quotes"));
    EXPECT_EQ(event.topic.text(), QStringLiteral("NYSE"));
    EXPECT_EQ(event.item.text(), QStringLiteral("zaxx"));
    EXPECT_EQ(event.format, Format::text().name());
}

TEST(AMonitor, ShowsConversationsFromTheirBeginningToTheirEnd)
{
    TwoPrograms programs;
    programs.open();
    Watcher watcher;

    auto talk = std::make_unique<Conversation>(programs.clientSession, "Quotes"_service, "NYSE"_topic);
    (void)watcher.hear<MonitoredConversation>(1);
    const Conversation other{programs.clientSession, "Quotes"_service, "LSE"_topic};
    (void)watcher.hear<MonitoredConversation>(2);
    talk.reset();

    using Change = MonitoredConversation::Change;
    const auto conversations = watcher.hear<MonitoredConversation>(3);
    EXPECT_EQ(conversations[0], MonitoredConversation{Change::Opened});
    EXPECT_EQ(conversations[1].change, Change::Refused);
    EXPECT_EQ(conversations[1].reason->code, ErrorCode::NoSuchTopic);
    EXPECT_EQ(conversations[2], MonitoredConversation{Change::Ended});
    EXPECT_EQ(watcher.events.first().conversation, watcher.events.last().conversation);
    EXPECT_EQ(watcher.events.last().topic, "NYSE"_topic);
}

TEST(AMonitor, ShowsLinksAndWhatIsPublishedToThem)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    Watcher watcher;
    auto link = std::make_unique<AdviseLink>(*programs.talk, "ZAXX"_item);
    ASSERT_TRUE(waitFor(link->next(), 5s));

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("22"));
    (void)watcher.hear<MonitoredUpdate>(1);
    link.reset();

    const auto links = watcher.hear<MonitoredLink>(2);
    EXPECT_EQ(links[0].change, MonitoredLink::Change::Started);
    EXPECT_EQ(links[0].kind, LinkKind::Hot);
    EXPECT_EQ(links[1].change, MonitoredLink::Change::Ended);
    EXPECT_FALSE(links[1].endedByServer);
    const auto updates = watcher.all<MonitoredUpdate>();
    ASSERT_EQ(updates.size(), 1U);
    EXPECT_EQ(updates[0], (MonitoredUpdate{links[0].number, LinkKind::Hot, 2, MonitoredData::of("22")}));
    EXPECT_EQ(watcher.first<MonitoredUpdate>().item, "ZAXX"_item);
    EXPECT_EQ(watcher.first<MonitoredUpdate>().topic, "NYSE"_topic);
}

TEST(AMonitor, KnowsWhatWasThereBeforeItCame)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    auto link =
        std::make_unique<AdviseLink>(*programs.talk, "ZAXX"_item, LinkOptions{.kind = LinkKind::Warm});
    ASSERT_TRUE(eventually([&] { return link->state() == AdviseLink::State::Active; }, serveSessions));
    Watcher watcher;

    programs.nyse.setItem("ZAXX"_item, QStringLiteral("2"));
    programs.nyse.removeItem("ZAXX"_item);
    programs.quotes.reset();

    (void)watcher.hear<MonitoredConversation>(1);
    EXPECT_EQ(watcher.first<MonitoredUpdate>().service, "Quotes"_service);
    const MonitorEvent ended = watcher.first<MonitoredLink>();
    EXPECT_EQ(ended.item, "ZAXX"_item);
    EXPECT_EQ(ended.topic, "NYSE"_topic);
    EXPECT_TRUE(std::get<MonitoredLink>(ended.what).endedByServer);
    EXPECT_EQ(watcher.first<MonitoredConversation>().topic, "NYSE"_topic);
}

TEST(AMonitor, ShowsOnlyWhatItIsAskedFor)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    programs.nyse.setItem("ZBXX"_item, QStringLiteral("2"));
    Watcher watcher{
        {.kinds = MonitorKind::Transactions, .topic = QStringLiteral("n*"), .item = QStringLiteral("*BXX")}};

    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s));
    EXPECT_TRUE(waitFor(programs.talk->request("ZBXX"_item), 5s));

    (void)watcher.hear<MonitoredTransaction>(1);
    ASSERT_EQ(watcher.events.size(), 1);
    EXPECT_EQ(watcher.events.first().item, "ZBXX"_item);
}

TEST(AMonitor, ShowsEachMessageIfAskedTo)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    programs.open();
    Watcher watcher{{.kinds = MonitorKind::Messages}};

    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s));

    const auto messages = watcher.hear<MonitoredMessage>(2);
    EXPECT_EQ(messages[0].type, quint8(protocol::MessageType::Request));
    EXPECT_TRUE(messages[0].fromClient);
    EXPECT_EQ(messages[1].type, quint8(protocol::MessageType::Answer));
    EXPECT_FALSE(messages[1].fromClient);
    EXPECT_EQ(messages[1].data, MonitoredData::of("1"));
    EXPECT_EQ(messages[0].number, messages[1].number);
}

TEST(AMonitor, NoticesProgramsThatComeAndGo)
{
    TwoPrograms programs;
    Watcher watcher;
    auto session = std::make_unique<Session>(Session::join().value());
    auto rates = std::make_unique<Service>(*session, "Rates"_service);

    ASSERT_TRUE(rates->publish());
    ASSERT_TRUE(eventually([&] { return watcher.present.size() == 2; }, serveSessions));
    rates.reset();
    session.reset();

    EXPECT_TRUE(eventually([&] { return watcher.present.size() == 1; }, serveSessions));
}

TEST(AMonitor, SharesASessionWithAnother)
{
    TwoPrograms programs;
    const Session session = Session::join().value();
    const Watcher first{{.kinds = MonitorKind::Links}, 1, session};
    Watcher second{{.kinds = MonitorKind::Transactions}, 1, session};

    EXPECT_FALSE(waitFor(programs.talk->request("ZAXX"_item), 5s));

    (void)second.hear<MonitoredTransaction>(1);
    EXPECT_EQ(second.events.size(), 1);
    EXPECT_TRUE(first.events.empty());
}

TEST(AMonitor, CountsExactlyWhatItWasTooSlowFor)
{
    constexpr int updates = 20'000;
    const ItemName item{QString(255, u'x')}; // The fewer events are too many.
    TwoPrograms programs;
    programs.nyse.setItem(item, QStringLiteral("0"));
    AdviseLink link{*programs.talk, item};
    ASSERT_TRUE(waitFor(link.next(), 5s));
    Watcher watcher{{.kinds = MonitorKind::Updates}};

    for (int value = 1; value <= updates; ++value) // Nobody reads meanwhile: there is one thread.
        programs.nyse.setItem(item, QString::number(value));
    ASSERT_TRUE(eventually([&] { return isThereRoom(programs.serverSession.seat()); }, serveSessions));
    programs.nyse.setItem(item, QStringLiteral("last"));
    ASSERT_TRUE(eventually([&] { return watcher.lost > 0; }, serveSessions));

    EXPECT_EQ(watcher.lossesTold, 1U);
    EXPECT_EQ(watcher.lost + quint64(watcher.events.size()), quint64(updates) + 1);
    EXPECT_EQ(watcher.all<MonitoredUpdate>().back().data, MonitoredData::of("last"));
}

TEST(AMonitor, IsToldOfWhoBreaksTheRules)
{
    ServedProgram program;
    Watcher watcher;

    program.client->say(protocol::Request{.conversation = 77, .item = "ZAXX"_item, .formats = {13}});

    const auto errors = watcher.hear<MonitoredError>(1);
    EXPECT_EQ(errors[0].what, MonitoredError::What::Violation);
    EXPECT_EQ(errors[0].reason.code, ErrorCode::BadData);
}

TEST(AMonitor, MayGoWhileItIsTold)
{
    TwoPrograms programs;
    programs.nyse.setItem("ZAXX"_item, QStringLiteral("1"));
    Watcher watcher;
    QObject::connect(watcher.monitor.get(), &Monitor::happened, [&] { watcher.monitor.reset(); });

    EXPECT_TRUE(waitFor(programs.talk->request("ZAXX"_item), 5s));

    EXPECT_TRUE(eventually([&] { return !watcher.monitor; }, serveSessions));
    EXPECT_EQ(watcher.events.size(), 1);
}

TEST(AMonitor, LeavesNoWorkBehind)
{
    TwoPrograms programs;
    engine::MonitorReporter &reporter =
        programs.serverSession.seat().handler<engine::MonitorHandler>().reporter();
    auto watcher = std::make_unique<Watcher>();
    EXPECT_TRUE(reporter.wants(MonitorKind::Updates));

    watcher.reset();

    EXPECT_TRUE(eventually([&] { return !reporter.wants(allMonitorKinds); }, serveSessions));
}

TEST(AMonitor, ThatIsMalformedLosesItsChannelOnly)
{
    ServedProgram program;
    Watcher watcher;

    program.client->say(transport::Message{.type = 0x60, .head = "x"});

    EXPECT_EQ(watcher.hear<MonitoredError>(1)[0].what, MonitoredError::What::Violation);
    EXPECT_EQ(watcher.present.size(), 1);
}

TEST(AMonitor, DropsAProgramThatTellsNonsense)
{
    FreshSession fresh;
    RawServer server;
    Monitor monitor{Session::join().value()};
    std::optional<Error> reason;
    QObject::connect(&monitor, &Monitor::left,
                     [&](const MonitoredProgram &, const Error &why) { reason = why; });
    bool isJoined = false;
    QObject::connect(&monitor, &Monitor::joined, [&] { isJoined = true; });

    const auto hasCome = [&] {
        const auto &channels = server.seat().channels();
        return !channels.empty() && channels.front()->isOpen();
    };
    ASSERT_TRUE(eventually(hasCome, serveSessions));
    const std::shared_ptr<transport::Channel> channel = server.seat().channels().front();
    EXPECT_TRUE(channel->send(protocol::encode(protocol::Observed{allMonitorKinds})));
    ASSERT_TRUE(eventually([&] { return isJoined; }, serveSessions));
    EXPECT_TRUE(channel->send(transport::Message{.type = 0x62, .head = "nonsense"}));

    EXPECT_TRUE(eventually([&] { return reason.has_value(); }, serveSessions));
    EXPECT_EQ(reason->code, ErrorCode::BadData);
}

} // namespace tellwire::test
